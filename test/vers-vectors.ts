/** The vectors of the VERS type `cpan` and the order that it defines. */
import { readFileSync } from 'node:fs';
import { compareVersions } from '../toolkit/cpan/index.ts';

export interface VersVectors {
  readonly ascending: string[][];
  readonly equal: string[][];
  readonly ranges: { vers: string; in: string[]; out: string[] }[];
  readonly requirements: { requirement: string; vers: string }[];
  readonly invalid: string[];
}

const file = new URL('../data/vectors/vers-cpan.json', import.meta.url);

export const versVectors = JSON.parse(readFileSync(file, 'utf8')) as VersVectors;

/** The order of the type: version.pm's, on the versions that the type allows. */
export function versOrder(a: string, b: string): number {
  for (const version of [a, b]) {
    if (!/^v?\d+(?:\.\d+)*(?:_\d+)?$/.test(version)) throw new Error(`no version: ${version}`);
  }
  return compareVersions(a, b);
}
