/** How CSAF documents lie in a public folder: CSAF 2.0, section 5.1 and requirements 11 to 13 of section 7.1. */
import { compareText } from '../../base/index.ts';
import type { CsafAdvisory } from './advisory.ts';

/** What names a document: its id and its dates. */
export interface CsafPlaced {
  readonly document: { readonly tracking: CsafAdvisory['document']['tracking'] };
}

/** The file name of a tracking id: `cpansa-example-dist-2026-0001.json`. Section 5.1. */
export function csafFileName(id: string): string {
  return `${id.toLowerCase().replace(/[^+\-a-z0-9]+/g, '_')}.json`;
}

/** Below the folder: `2026/cpansa-example-dist-2026-0001.json`, by the year of its first release. */
export function csafPath({ document: { tracking } }: CsafPlaced): string {
  return `${tracking.initial_release_date.slice(0, 4)}/${csafFileName(tracking.id)}`;
}

/** Where a document lies below the folder, and its `current_release_date`. */
export interface CsafPlace {
  readonly path: string;
  readonly date: string;
}

export function csafPlace(document: CsafPlaced): CsafPlace {
  return { path: csafPath(document), date: document.document.tracking.current_release_date };
}

/** `index.txt`: the path of every document, one a line, in code unit order. */
export function formatCsafIndex(places: readonly CsafPlace[]): string {
  return places
    .map(({ path }) => path)
    .sort(compareText)
    .map((path) => `${path}\n`)
    .join('');
}

/** `changes.csv`: path and date of every document, the latest first; equal ones by path. */
export function formatCsafChanges(places: readonly CsafPlace[]): string {
  return places
    .toSorted((a, b) => Date.parse(b.date) - Date.parse(a.date) || compareText(a.path, b.path))
    .map(({ path, date }) => `"${path}","${date}"\n`)
    .join('');
}
