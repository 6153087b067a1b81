/** What source files import, read from their text: enough for our own formatted TypeScript. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Import {
  readonly from: string;
  /** A repository path for a relative import, else the specifier. */
  readonly to: string;
  readonly relative: boolean;
}

const IMPORT =
  /(?:^|[\s;])(?:import|export)\s(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

/** Shipped source files of the packages: no tests, no fixtures. */
export function sourceFiles(): string[] {
  return globSync(['{toolkit,desk}/**/*.ts', '{toolkit,desk}/**/*.tsx'])
    .filter((file) => !/node_modules|\/dist\/|\/testdata\/|\.test\.tsx?$/.test(file))
    .sort();
}

export function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8').replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  return [...text.matchAll(IMPORT)]
    .map(([, statement, dynamic]) => {
      const specifier = statement ?? dynamic ?? '';
      const relative = specifier.startsWith('.');
      return { from: file, to: relative ? normalize(join(dirname(file), specifier)) : specifier, relative };
    })
    .filter((found) => !isManifest(found));
}

/** A package's own manifest belongs to no room. */
function isManifest({ to }: Import): boolean {
  return to === 'toolkit/package.json' || to === 'desk/package.json';
}

/** `toolkit/cpan` for `toolkit/cpan/version.ts`. */
export function roomOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return `${first}/${second}`;
}
