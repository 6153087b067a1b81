/** What a record says, apart from how it came here. */
import { type AdvisoryRecord, type AffectedEntry, encodeRecord } from 'cpansec/advisories';
import { compareText, encodeUtf8, toHex } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import type { Difference } from './decisions.ts';

/** Whether both say the same. `history`, `flags` and the `row` of a source are no facts. */
export function sameFacts(a: AdvisoryRecord, b: AdvisoryRecord): boolean {
  return factsOf(a) === factsOf(b);
}

/** The same for the same facts. */
export function factsDigest(record: AdvisoryRecord): string {
  return toHex(nodeSha256(encodeUtf8(factsOf(record))));
}

function factsOf({ flags: _flags, ...record }: AdvisoryRecord): string {
  return encodeRecord({ ...record, history: [], affected: record.affected.map(withoutRow) });
}

function withoutRow(entry: AffectedEntry): AffectedEntry {
  return entry.source === undefined ? entry : { ...entry, source: { ...entry.source, row: '' } };
}

/** Differences told of one row, and the length of each side. */
const MAX_DIFFERENCES = 50;
const MAX_TEXT = 200;

/** Where our record and theirs differ in what they say of the vulnerability; their sources' own rows are left out. */
export function differencesOf(ours: AdvisoryRecord, theirs: AdvisoryRecord): Difference[] {
  const a = statements(ours);
  const b = statements(theirs);
  const paths = [...new Set([...a.keys(), ...b.keys()])].sort(compareText);
  return paths
    .map((path) => ({ path, ours: a.get(path) ?? '', theirs: b.get(path) ?? '' }))
    .filter(({ ours, theirs }) => ours !== theirs)
    .slice(0, MAX_DIFFERENCES)
    .map(({ path, ours, theirs }) => ({ path, ours: short(ours), theirs: short(theirs) }));
}

/** What a record says, by path. */
function statements(record: AdvisoryRecord): Map<string, string> {
  const { reported, summary, details, severity, ssvc, weaknesses, references, withdrawn } = record;
  const said = new Map<string, string>([
    ['aliases', sorted([...record.aliases, ...record.affected.flatMap(({ aliases = [] }) => aliases)])],
    ['reported', reported ?? ''],
    ['summary', summary],
    ['details', details ?? ''],
    ['severity.rating', severity?.rating ?? ''],
    ['severity.vector', severity?.vector ?? ''],
    ['ssvc', ssvc ?? ''],
    ['weaknesses', sorted(weaknesses ?? [])],
    ['references', sorted(references.map(({ url }) => url))],
    ['withdrawn', withdrawn === undefined ? '' : `${withdrawn.kind}: ${withdrawn.reason}`],
  ]);
  for (const distribution of new Set(record.affected.map((entry) => entry.distribution))) {
    const entries = record.affected.filter((entry) => entry.distribution === distribution);
    const path = `affected[${distribution}]`;
    said.set(
      `${path}.ranges`,
      sorted(
        entries.flatMap(({ ranges }) => ranges),
        ' or ',
      ),
    );
    said.set(
      `${path}.fixed`,
      sorted(
        entries.flatMap(({ fixed }) => fixed),
        ' or ',
      ),
    );
    said.set(`${path}.cause`, sorted(entries.map(({ cause }) => causeText(cause))));
  }
  return said;
}

function causeText(cause: AffectedEntry['cause']): string {
  return cause.kind === 'own' ? 'own' : [cause.library, cause.libraryVersion].filter(Boolean).join(' ');
}

function sorted(texts: readonly string[], between = ' '): string {
  return [...new Set(texts)].sort(compareText).join(between);
}

function short(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
