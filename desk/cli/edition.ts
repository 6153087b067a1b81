/** Of what the products are made: the programs, and what pages load. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = import.meta.dirname;
/** Rooms that products are made by. */
const DESK = ['publish', 'signing', 'site', 'ui'];
const TOOLKIT = ['advisories', 'base', 'cpan', 'formats'];

/** A digest of these programs: another version of any makes every product anew. */
export function edition(): string {
  const toolkit = dirname(dirname(fileURLToPath(import.meta.resolve('cpansec/base'))));
  const rooms = [
    ...DESK.map((room) => join(here, '..', room)),
    ...TOOLKIT.map((room) => join(toolkit, room)),
  ];
  const digest = createHash('sha256');
  for (const room of rooms) {
    for (const file of globSync('**/*.{ts,tsx,js}', { cwd: room }).sort())
      if (!/\.test\.|\.d\.ts$/.test(file)) digest.update(`${file}\n`).update(readFileSync(join(room, file)));
  }
  return digest.digest('hex');
}

/** What pages load, by path in the tree. Throws where it was not built. */
export function siteAssets(): Map<string, Uint8Array> {
  const built = [join(here, '..'), join(here, '../dist')].find((path) =>
    existsSync(join(path, 'assets.json')),
  );
  if (built === undefined) throw new Error('what the pages load was not built: npm run build');
  const list = JSON.parse(readFileSync(join(built, 'assets.json'), 'utf8')) as Record<string, string>; // scripts/bundle-site.ts
  return new Map(Object.values(list).map((path) => [path, new Uint8Array(readFileSync(join(built, path)))]));
}
