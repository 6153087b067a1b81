/** The real lock files, and what an exact audit finds in each. */
import { readdirSync } from 'node:fs';
import { sharedJson, sharedPath, withoutShared } from './shared.ts';

/** For a test's `skip`. */
export const withoutLocks: false | string = withoutShared('snapshots') || withoutShared('golden');

const ENDING = '.cpanfile.snapshot';

/** Their names; none where they are not at hand. */
export function lockNames(): string[] {
  if (withoutLocks !== false) return [];
  return readdirSync(sharedPath('snapshots')).map((file) => file.replace(ENDING, ''));
}

/** The shared path of one. */
export function lockPath(name: string): string {
  return `snapshots/${name}${ENDING}`;
}

/** Vulnerable distributions with the version that is locked and the ids of the advisories, sorted. */
export interface ExactFindings {
  [distribution: string]: { ids: string[]; version: string };
}

export function exactFindings(name: string): ExactFindings {
  return sharedJson<ExactFindings>(`golden/exact.${name}.json`);
}

/** As much of an audit's report as {@link findingsOf} reads. */
interface Reported {
  readonly findings: readonly {
    readonly status: string;
    readonly distribution: { readonly name: string; readonly version: string | null } | null;
    readonly advisory: { readonly id: string } | null;
  }[];
}

/** What is vulnerable by the report, in the shape of the goldens. */
export function findingsOf({ findings }: Reported): ExactFindings {
  const found: ExactFindings = {};
  for (const { distribution, advisory, status } of findings) {
    if (status !== 'vulnerable') continue;
    const { name = '', version = null } = distribution ?? {};
    const { ids } = found[name] ?? { ids: [] };
    found[name] = { ids: [...ids, advisory?.id ?? ''].sort(), version: version ?? '' };
  }
  return found;
}
