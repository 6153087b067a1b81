import type { AdvisoryRecord } from '../advisories/index.ts';
import { printable } from '../base/index.ts';
import { type Command, EXIT, usage } from '../terminal/index.ts';
import { INDEX_OPTIONS, openChosenIndex } from './index-place.ts';

export const search: Command = {
  name: 'search',
  summary: 'find advisories by words',
  operands: 'WORD…',
  description: `Looks for records that have every word in an id, a distribution, the summary or the
details; case does not matter. Exits 1 when none has.`,
  options: [...INDEX_OPTIONS, { name: 'json', help: 'print a JSON list of id, distributions and summary' }],
  examples: [
    ['cpansec search Mojolicious', 'everything of one distribution'],
    ['cpansec search random session', 'records with both words'],
  ],
  run(typed, terminal) {
    if (typed.operands.length === 0) throw usage('search needs a word', 'cpansec search --help has examples');
    const words = typed.operands.map((word) => word.toLowerCase());
    const found: AdvisoryRecord[] = [];
    for (const record of openChosenIndex(typed, terminal).index.records()) {
      const text = haystack(record);
      if (words.every((word) => text.includes(word))) found.push(record);
    }
    const rows = found.map(({ id, summary, affected }) => ({
      id,
      distributions: distributions(affected),
      summary,
    }));
    if (typed.flag('json')) terminal.out(`${JSON.stringify(rows, null, 2)}\n`);
    else for (const { id, summary } of rows) terminal.out(`${printable(id)}\n    ${printable(summary)}\n`);
    return found.length === 0 ? EXIT.finding : EXIT.clean;
  },
};

function haystack({ id, aliases, summary, details = '', affected }: AdvisoryRecord): string {
  return [id, ...aliases, summary, details, ...distributions(affected)].join('\n').toLowerCase();
}

function distributions(affected: AdvisoryRecord['affected']): string[] {
  return [...new Set(affected.map(({ distribution }) => distribution))];
}
