/** The order of everything in a report. */
import { compareText, type Place } from '../base/index.ts';
import { compareVersions } from '../cpan/index.ts';
import { readVersion } from './judge.ts';
import type { CleanEntry, Finding, Note } from './report.ts';
import { comparePlaces } from './subject.ts';

const RANK: Readonly<Record<Finding['status'], number>> = { malicious: 0, vulnerable: 1, unknown: 2 };

/** Malicious first, then vulnerable, then unknown; by distribution (those without one last), version, advisory, place. */
export function compareFindings(a: Finding, b: Finding): number {
  const [one, other] = [a.distribution, b.distribution];
  return (
    RANK[a.status] - RANK[b.status] ||
    Number(one === null) - Number(other === null) ||
    compareText(one?.name ?? '', other?.name ?? '') ||
    compareWritten(one?.version ?? null, other?.version ?? null) ||
    compareText(a.advisory?.id ?? '', b.advisory?.id ?? '') ||
    comparePlaceLists(a.places, b.places) ||
    compareText(a.unknown?.text ?? '', b.unknown?.text ?? '') ||
    compareText(a.unknown?.reason ?? '', b.unknown?.reason ?? '')
  );
}

export function compareClean(a: CleanEntry, b: CleanEntry): number {
  return compareText(a.name, b.name) || compareWritten(a.version, b.version) || compareText(a.why, b.why);
}

export function compareNotes(a: Note, b: Note): number {
  return (
    compareText(a.code, b.code) || comparePlaces(a.place ?? {}, b.place ?? {}) || compareText(a.text, b.text)
  );
}

/** In perl's order where perl can compare them, then as text; none first. */
function compareWritten(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  const [x, y] = [readVersion(a), readVersion(b)];
  const order = x === null || y === null ? Number(x === null) - Number(y === null) : compareVersions(x, y);
  return order || compareText(a, b);
}

function comparePlaceLists(a: readonly Place[], b: readonly Place[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = comparePlaces(a[i] ?? {}, b[i] ?? {});
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
