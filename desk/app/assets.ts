/** What the desk's pages load, as `npm run build` made it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DeskAssets {
  /** Paths by name: `style.css`. */
  readonly names: Readonly<Record<string, string>>;
  /** Bytes by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Throws where they were not built. */
export function deskAssets(): DeskAssets {
  const here = import.meta.dirname;
  const built = [join(here, '../private'), join(here, '../dist/private')].find((path) =>
    existsSync(join(path, 'assets.json')),
  );
  if (built === undefined) throw new Error('what the pages load was not built: npm run build');
  const names = JSON.parse(readFileSync(join(built, 'assets.json'), 'utf8')) as Record<string, string>; // scripts/bundle-site.ts
  const files = Object.values(names).map(
    (path) => [path, new Uint8Array(readFileSync(join(built, path)))] as const,
  );
  return { names, files: new Map(files) };
}
