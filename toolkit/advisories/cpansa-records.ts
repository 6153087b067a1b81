/** Rows of CPANSA data to records: one record for each id, one entry for each row. */
import { compareText } from '../base/index.ts';
import type { CpansaRow, Rating } from './cpansa-row.ts';
import type { CpansaRule } from './cpansa-rules.ts';
import type { ImportFlags } from './import-flags.ts';
import { type AdvisoryRecord, type AffectedEntry, type Flag, RECORD_FORMAT } from './record.ts';
import { firstSentence } from './summary.ts';

/** Records by id. What differs between rows of one id is flagged and kept as far as a record can hold it. */
export function recordsOf(rows: readonly CpansaRow[], flags: ImportFlags): AdvisoryRecord[] {
  const groups = new Map<string, CpansaRow[]>();
  for (const row of rows) {
    const group = groups.get(row.id);
    if (group === undefined) groups.set(row.id, [row]);
    else group.push(row);
  }
  return [...groups.values()]
    .map((group) => new RowGroup(group, flags).record())
    .sort((a, b) => compareText(a.id, b.id));
}

const RATINGS: readonly Rating[] = ['low', 'medium', 'high', 'critical'];

class RowGroup {
  readonly #rows: readonly CpansaRow[];
  readonly #import: ImportFlags;
  readonly #flags: Flag[];

  constructor(rows: readonly CpansaRow[], flags: ImportFlags) {
    this.#rows = rows;
    this.#import = flags;
    this.#flags = rows.flatMap((row) => row.flags);
  }

  record(): AdvisoryRecord {
    const [first] = this.#rows;
    if (first === undefined) throw new TypeError('a group of no rows');
    this.#several();
    const aliases = this.#commonAliases();
    const affected = this.#rows.map((row) => withOwnAliases(row, aliases));
    const description = this.#details();
    const rating = this.#rating();
    const record: AdvisoryRecord = {
      format: RECORD_FORMAT,
      id: first.id,
      aliases: [...aliases].sort(compareText),
      reported: this.#reported(),
      summary: firstSentence(first.description) || `Vulnerability in ${first.entry.distribution}`,
      ...(description === '' ? {} : { details: description }),
      ...(rating === null ? {} : { severity: { rating, source: 'cpansa' } }),
      affected,
      references: uniqueReferences(this.#rows),
      history: [],
    };
    if (this.#flags.length > 0) record.flags = this.#flags;
    return record;
  }

  #several(): void {
    if (this.#rows.length === 1) return;
    this.#import.add('id-several-rows', this.#place(), `${this.#rows.length} rows`);
    const distributions = [...new Set(this.#rows.map((row) => row.entry.distribution))];
    if (distributions.length > 1) this.#flag('id-two-distributions', distributions.join(', '));
    const seen = new Set<string>();
    for (const { entry, aliases } of this.#rows) {
      const said = JSON.stringify([entry.distribution, entry.ranges, entry.fixed, entry.cause, aliases]);
      if (seen.has(said)) this.#flag('row-duplicate', entry.ranges.join(' or '), entry.source?.row);
      seen.add(said);
    }
  }

  /** Aliases that every row has; those beyond them stay with their entries. */
  #commonAliases(): Set<string> {
    const [first, ...others] = this.#rows.map((row) => new Set(row.aliases));
    const common = new Set([...(first ?? [])].filter((alias) => others.every((set) => set.has(alias))));
    const differing = this.#rows.filter((row) => row.aliases.length > common.size);
    if (differing.length > 0) {
      this.#flag('aliases-differ', differing.map((row) => row.aliases.join(' ')).join(' | '));
    }
    return common;
  }

  #details(): string {
    const distinct = [...new Set(this.#rows.map((row) => row.description))].filter((text) => text !== '');
    if (distinct.length > 1) this.#flag('description-differs', `${distinct.length} descriptions`);
    return distinct.join('\n\n');
  }

  #reported(): string | null {
    const dates = [...new Set(this.#rows.map((row) => row.reported))]
      .filter((date) => date !== null)
      .sort(compareText);
    if (dates.length > 1) this.#flag('reported-differs', dates.join(' '));
    return dates[0] ?? null;
  }

  #rating(): Rating | null {
    const ranks = [...new Set(this.#rows.map((row) => row.rating))].filter((rating) => rating !== null);
    if (ranks.length > 1) this.#flag('severity-differs', ranks.join(' '));
    return RATINGS.findLast((rating) => ranks.includes(rating)) ?? null;
  }

  #flag(rule: CpansaRule, found: string, at: string = this.#place()): void {
    this.#flags.push(this.#import.add(rule, at, found));
  }

  #place(): string {
    return this.#rows[0]?.entry.source?.row ?? '';
  }
}

function withOwnAliases({ entry, aliases }: CpansaRow, common: ReadonlySet<string>): AffectedEntry {
  const own = aliases.filter((alias) => !common.has(alias));
  return own.length === 0 ? entry : { ...entry, aliases: own };
}

function uniqueReferences(rows: readonly CpansaRow[]): AdvisoryRecord['references'] {
  const byUrl = new Map(rows.flatMap((row) => row.references.map((reference) => [reference.url, reference])));
  return [...byUrl.values()];
}
