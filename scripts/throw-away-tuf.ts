/**
 * A TUF repository with keys that nobody keeps, for `npm start`: everything that people do at a ceremony
 * (docs/guides/tuf-ceremony.md), by one person on one machine, which is what a ceremony is there to prevent.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ON_LINE = ['timestamp', 'snapshot', 'pause-index', 'advisories', 'recently-claimed', 'bins'] as const;
/** Few, so that it takes a moment; a real one has 12. */
const BIN_BITS = 4;

/** What is typed behind `cpansec-desk tuf`; gives back what it says. */
type Tuf = (...args: string[]) => string;

/** Where it is configured; `init` and what follows only where there is none yet. The root is `media/1.root.json` there. */
export function throwAwayTuf(tuf: Tuf, home: string): string {
  const config = join(home, 'tuf.json');
  if (existsSync(config)) return config;
  // What a walk that was ended left.
  rmSync(home, { recursive: true, force: true });
  const media = join(home, 'media');
  mkdirSync(media, { recursive: true });
  const keys = Object.fromEntries(
    ['root', 'targets', ...ON_LINE].map((role) => [role, JSON.parse(tuf('key', join(home, `${role}.pem`)))]),
  );
  const roles = Object.fromEntries(Object.keys(keys).map((role) => [role, { threshold: 1, keys: [role] }]));
  const layout = { format: 'cpansec-tuf-layout/1', binBits: BIN_BITS, keys, roles, claims: {} };
  writeFileSync(join(media, 'layout.json'), `${JSON.stringify(layout, null, 2)}\n`);
  const written = join(home, 'tuf.json.new');
  writeFileSync(written, `${JSON.stringify(configuration(), null, 2)}\n`);
  tuf('init', media);
  for (const role of ['root', 'targets']) tuf('sign', media, '--key', join(home, `${role}.pem`));
  tuf('finalize', media);
  tuf('install', media, '--tuf', written);
  writeFileSync(config, `${JSON.stringify(configuration(), null, 2)}\n`);
  return config;
}

function configuration(): Readonly<Record<string, unknown>> {
  return {
    format: 'cpansec-tuf/1',
    store: '../tree/tuf',
    state: 'state',
    root: 'media/1.root.json',
    signers: Object.fromEntries(ON_LINE.map((role) => [role, [`${role}.pem`]])),
  };
}
