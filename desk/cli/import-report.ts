/** What became of an import's rows, as text and as JSON. */
import { printable, printableJson } from 'cpansec/base';
import { counted, facts, grouped } from 'cpansec/terminal';
import type { ImportedRow, ImportOutcome } from '../published/index.ts';

type Verdict = ImportedRow['verdict'];

const MEANINGS: readonly (readonly [verdict: Verdict, meaning: string])[] = [
  ['imported', 'new records'],
  ['updated', 'new revisions of records'],
  ['unchanged', 'the same as what is here'],
  ['ours', 'our record stands'],
  ['known', 'a record of another source stands'],
  ['superseded', 'imported before; our record stands now'],
  ['refused', 'not taken'],
  ['gone', 'here, and no longer in the source'],
];

/** Rows that are told one by one: the others went as rows usually go. */
const TOLD: ReadonlySet<Verdict> = new Set(['updated', 'ours', 'known', 'superseded', 'refused', 'gone']);

/** Paths where sides nearly always differ; JSON and the store's decisions have them. */
const WORDING: ReadonlySet<string> = new Set(['details', 'references', 'summary']);

export function importText(outcome: ImportOutcome, dry: boolean): string {
  const { rows, dists, source, change } = outcome;
  const counts = MEANINGS.map(([verdict, meaning]) => [verdict, meaning, countOf(rows, verdict)] as const);
  const lines = counts
    .filter(([, , count]) => count > 0)
    .map(([verdict, meaning, count]) => [verdict, `${grouped(count)}  ${meaning}`] as const);
  const written = change === null ? 'nothing' : `change ${change}`;
  return `${rows
    .filter(({ verdict }) => TOLD.has(verdict))
    .map(rowText)
    .join('')}${facts([
    ['source', `${source}, ${counted(rows.length, 'row')}`],
    ...lines,
    ['releases', `${counted(dists.length, 'distribution')} with something new`],
    [dry ? 'dry run' : 'written', dry ? 'nothing was written' : written],
  ])}`;
}

function countOf(rows: ImportOutcome['rows'], verdict: Verdict): number {
  return rows.filter((row) => row.verdict === verdict).length;
}

function rowText({ row, verdict, record, reason, differences }: ImportedRow): string {
  const here = record === null || record === row ? '' : ` → ${record}`;
  const head = `${verdict} ${printable(row)}${printable(here)}: ${printable(reason)}\n`;
  const lines = differences
    .filter(({ path }) => !WORDING.has(path))
    .map(({ path, ours, theirs }) => {
      const sides = [ours, theirs].map((text) => (text === '' ? 'nothing' : JSON.stringify(text)));
      return `  ${printable(`${path}: ours ${sides[0]}, theirs ${sides[1]}`)}\n`;
    });
  return head + lines.join('');
}

export function importJson({ source, rows, dists, change }: ImportOutcome, dry: boolean): string {
  const counts = Object.fromEntries(MEANINGS.map(([verdict]) => [verdict, countOf(rows, verdict)]));
  return `${printableJson({ source, dryRun: dry, change, counts, dists, rows })}\n`;
}
