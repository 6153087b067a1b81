/** Mails, keys and a gpg home for tests. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import {
  type DeskKey,
  generateDeskKey,
  type PublicKey,
  parsePublicKey,
  type ReadMail,
  type ReadMailOps,
  readDeskKeys,
  readMail,
} from '../desk/mail/index.ts';

export const MADE = '2026-11-01T00:00:00Z';
export const AT = '2026-11-22T06:00:00Z';

/** A directory that goes away with the tests of the file. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cpansec-mail-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface GivenKey {
  readonly desk: DeskKey;
  readonly known: PublicKey;
}

export async function givenKey(directory: string, name: string, at: string = MADE): Promise<GivenKey> {
  const path = join(directory, `${name}.key`);
  const armored = await generateDeskKey({ path, name, email: `${name}@example.org`, at });
  const [desk] = await readDeskKeys(path);
  if (desk === undefined) throw new Error('no key was made');
  return { desk, known: await parsePublicKey(armored, AT) };
}

/** Ops without keys, a network or a clock; `more` says otherwise. */
export function ops(more: Partial<ReadMailOps> = {}): ReadMailOps {
  return { at: AT, deskKeys: [], signersOf: async () => [], resolver: null, ...more };
}

/** The lines as a mail; an array is a body after an empty line. */
export function eml(...lines: readonly (string | readonly string[])[]): Uint8Array {
  const text = lines
    .map((line) => (typeof line === 'string' ? line : ['', ...line].join('\r\n')))
    .join('\r\n');
  return bytesOf(`${text}\r\n`);
}

/** One byte a character. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

export function read(mail: Uint8Array | string, more: Partial<ReadMailOps> = {}): Promise<ReadMail> {
  return readMail(typeof mail === 'string' ? bytesOf(mail) : mail, ops(more));
}

/** A mail of `desk/mail/testdata`. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../desk/mail/testdata/${name}.eml`, import.meta.url)));
}

/** Runs gpg in a home of its own on bytes; throws with what it says when it fails. */
export function gpgIn(home: string): (args: readonly string[], input?: Uint8Array | string) => Uint8Array {
  after(() => spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']));
  return (args, input = '') => {
    const common = ['--homedir', home, '--batch', '--no-tty', '--quiet', '--trust-model', 'always'];
    const { status, stdout, stderr } = spawnSync('gpg', [...common, '--pinentry-mode', 'loopback', ...args], {
      input,
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(`gpg ended with ${status}: ${stderr}`);
    return new Uint8Array(stdout);
  };
}
