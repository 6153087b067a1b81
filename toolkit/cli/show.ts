import {
  type AdvisoryIndex,
  type AdvisoryRecord,
  type AffectedEntry,
  defanged,
  encodeRecord,
} from '../advisories/index.ts';
import { printable } from '../base/index.ts';
import { type Command, EXIT, Stop, usage } from '../terminal/index.ts';
import { INDEX_OPTIONS, openChosenIndex } from './index-place.ts';

export const show: Command = {
  name: 'show',
  summary: 'print an advisory by id or alias',
  operands: 'ID…',
  description: 'Any id that the record has: CPANSA, CVE, GHSA or a former one; case does not matter.',
  options: [...INDEX_OPTIONS, { name: 'json', help: 'print the records as JSON, one after the other' }],
  examples: [
    ['cpansec show CVE-2022-31081', 'by CVE'],
    ['cpansec show --json CPANSA-Mojolicious-2022-03', 'the record as its file would be'],
  ],
  run(typed, terminal) {
    if (typed.operands.length === 0) throw usage('show needs an id', 'cpansec search finds ids by words');
    const { index, origin } = openChosenIndex(typed, terminal);
    for (const id of typed.operands) {
      const records = found(index, id);
      if (records.length === 0) {
        throw new Stop(
          EXIT.finding,
          `no advisory ${printable(id)} in the index (${origin})`,
          'cpansec search WORDS looks through all of them',
        );
      }
      for (const record of records) terminal.out(typed.flag('json') ? encodeRecord(record) : page(record));
    }
    return EXIT.clean;
  },
};

/** The index finds ids as they are written; other letters are looked for in every record. */
function found(index: AdvisoryIndex, id: string): AdvisoryRecord[] {
  const exact = index.find(id);
  if (exact.length > 0) return exact;
  const same = id.toLowerCase();
  return [...index.records()].filter(({ id: own, aliases, affected }) =>
    [own, ...aliases, ...affected.flatMap((entry) => entry.aliases ?? [])].some(
      (name) => name.toLowerCase() === same,
    ),
  );
}

function page(record: AdvisoryRecord): string {
  const lines = [
    `${record.id}${record.aliases.length === 0 ? '' : ` (${record.aliases.join(', ')})`}`,
    record.summary,
    ...(record.withdrawn === undefined
      ? []
      : [`${record.withdrawn.kind} ${record.withdrawn.on}: ${record.withdrawn.reason}`]),
    '',
    `reported  ${record.reported ?? 'not known'}`,
    ...maliciousLines(record),
    `severity  ${record.severity?.rating ?? 'unrated'}${record.severity?.vector === undefined ? '' : `  ${record.severity.vector}`}`,
    ...(record.weaknesses === undefined ? [] : [`weakness  ${record.weaknesses.join(', ')}`]),
    ...record.affected.flatMap(entryLines),
    ...record.references.map(({ type, url }) => `${type.padEnd(9)} ${url}`),
  ];
  const details = record.details === undefined ? [] : ['', ...record.details.split('\n').map(printable)];
  return `${[...lines.map(printable), ...details].join('\n')}\n\n`;
}

function maliciousLines({ malicious }: AdvisoryRecord): string[] {
  if (malicious === undefined) return [];
  return [
    'malicious these releases were made to do harm: remove them, and renew the secrets that were there',
    ...malicious.indicators.map(
      (one) => `indicator ${one.type} ${defanged(one)}${one.note === undefined ? '' : `, ${one.note}`}`,
    ),
  ];
}

function entryLines({ distribution, ranges, fixed, cause, aliases }: AffectedEntry): string[] {
  const library =
    cause.kind === 'embedded'
      ? `, through the embedded ${cause.library} ${cause.libraryVersion ?? ''}`.trimEnd()
      : '';
  const own = aliases === undefined ? '' : ` (${aliases.join(', ')})`;
  return [
    `affected  ${distribution} ${ranges.join(' or ')}${library}${own}`,
    `fixed     ${fixed.length === 0 ? 'in no release' : fixed.join(' or ')}`,
  ];
}
