/** A whole repository with throw-away keys: to practise with, to try things out. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LAYOUT_ROLES, type TufPublication } from 'cpansec/tuf';
import type { Environment } from '../blobs/index.ts';
import { finalizeCeremony, initCeremony, LAYOUT, signCeremony } from './ceremony.ts';
import { readTufConfig } from './config.ts';
import { TufKeepingError } from './errors.ts';
import { installCeremony } from './install.ts';
import { keyFileSigner, makeKeyFile } from './key-file.ts';

const PEOPLE = ['person-1', 'person-2', 'person-3', 'person-4', 'person-5'];
const ONLINE = LAYOUT_ROLES.filter((role) => role !== 'root' && role !== 'targets');

export interface Rehearsal {
  /** Gets `tuf.json`, `keys/` and `media/`. */
  readonly directory: string;
  /** A directory; default `tuf` in it. */
  readonly store?: string;
  readonly binBits: number;
}

/** Throws `ceremony` where one was rehearsed already, and what a ceremony does. */
export async function rehearseRepository(
  { directory, store = join(directory, 'tuf'), binBits }: Rehearsal,
  env: Environment,
): Promise<TufPublication> {
  const [media, config] = [join(directory, 'media'), join(directory, 'tuf.json')];
  if (existsSync(config)) throw new TufKeepingError('ceremony', 'stands there already', { file: config });
  for (const folder of ['keys', 'media']) mkdirSync(join(directory, folder), { recursive: true });
  const keys = Object.fromEntries([...PEOPLE, ...ONLINE].map((name) => [name, writtenKey(directory, name)]));
  const online = ONLINE.map((role) => [role, { threshold: 1, keys: [role] }] as const);
  const roles = {
    root: { threshold: 3, keys: PEOPLE },
    targets: { threshold: 2, keys: PEOPLE.slice(0, 3) },
    ...Object.fromEntries(online),
  };
  write(join(media, LAYOUT), { format: 'cpansec-tuf-layout/1', binBits, keys, roles, claims: {} });
  await initCeremony(media);
  await signCeremony(
    media,
    PEOPLE.slice(0, 3).map((name) => keyFileSigner(keyFile(directory, name))),
  );
  await finalizeCeremony(media);
  const signers = Object.fromEntries(ONLINE.map((role) => [role, [`keys/${role}.pem`]]));
  const place = relative(directory, store) || '.';
  write(config, {
    format: 'cpansec-tuf/1',
    store: place,
    state: 'state',
    root: 'media/1.root.json',
    signers,
  });
  return installCeremony(readTufConfig(config), env, media);
}

function writtenKey(directory: string, name: string): unknown {
  const path = keyFile(directory, name);
  makeKeyFile(path);
  const { keytype, scheme, keyval } = keyFileSigner(path).key;
  return { keytype, scheme, public: keyval.public };
}

function keyFile(directory: string, name: string): string {
  return join(directory, 'keys', `${name}.pem`);
}

function write(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`, { flag: 'wx' });
}
