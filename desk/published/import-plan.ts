/** What an import is to write, decided row by row before anything is written. */
import type { AdvisoryRecord } from 'cpansec/advisories';
import { compareBytes } from 'cpansec/base';
import { encodeCoverage } from './coverage.ts';
import {
  type Decision,
  type Difference,
  decisionKey,
  encodeDecisions,
  type Verdict,
  withDecisions,
} from './decisions.ts';
import type { Dist } from './dist.ts';
import { PublishedError } from './errors.ts';
import { differencesOf } from './facts.ts';
import { Holdings } from './holdings.ts';
import {
  decideImported,
  decideOwn,
  HAS_ID,
  originOf,
  type Ruling,
  SHARES_NAME,
  supersededBy,
} from './import-decide.ts';
import type { SourceRows } from './import-read.ts';
import { recordFolder } from './keys.ts';
import type { Origin, Revision } from './revision.ts';
import type { PublishedStore, Statement } from './store.ts';

/** What became of one row. `gone`: the store has it of this source, and the source no longer does. */
export interface ImportedRow {
  readonly row: string;
  readonly verdict: Verdict | 'gone' | 'superseded';
  readonly record: string | null;
  readonly reason: string;
  readonly differences: readonly Difference[];
}

export interface Plan {
  readonly rows: readonly ImportedRow[];
  readonly statements: readonly Statement[];
  readonly dists: readonly Dist[];
  readonly decisions: readonly Decision[];
  /** Whether the decisions differ from those that stand. */
  readonly decided: boolean;
  /** Whether the coverage differs from what stands. */
  readonly covered: boolean;
}

export class Planner {
  readonly #store: PublishedStore;
  readonly #source: SourceRows;
  readonly #at: string;
  readonly #rows: ImportedRow[] = [];
  readonly #statements: Statement[] = [];
  readonly #decisions: Decision[] = [];

  constructor(store: PublishedStore, source: SourceRows, at: string) {
    this.#store = store;
    this.#source = source;
    this.#at = at;
  }

  async plan(): Promise<Plan> {
    const before = await this.#store.decisions();
    const holdings = await Holdings.of(this.#store);
    const personal = new Map(
      before.filter(({ by }) => by === 'person').map((one) => [decisionKey(one), one]),
    );
    for (const record of this.#source.records) await this.#decide(record, holdings, personal);
    for (const { row, reason } of this.#source.refused) this.#refuse(row, reason);
    if (this.#source.whole) this.#tellGone(holdings);
    const after = withDecisions(before, this.#decisions);
    return {
      rows: this.#rows,
      statements: this.#statements,
      dists: await this.#newDists(),
      decisions: this.#decisions,
      decided: compareBytes(encodeDecisions(before), encodeDecisions(after)) !== 0,
      covered: await this.#coverageDiffers(),
    };
  }

  async #decide(
    record: AdvisoryRecord,
    holdings: Holdings,
    personal: ReadonlyMap<string, Decision>,
  ): Promise<void> {
    const { name } = this.#source;
    const ruling =
      name === 'own'
        ? decideOwn(record, holdings)
        : decideImported(record, name, holdings, personal.get(decisionKey({ source: name, row: record.id })));
    this.#note(record.id, ruling, await this.#differences(record, ruling));
    if (ruling.verdict === 'refused') return;
    if (name === 'own') await this.#prevail(record, holdings);
    if (ruling.verdict !== 'imported' && ruling.verdict !== 'updated') return;
    this.#statements.push({ published: this.#at, origin: originOf(name), record });
  }

  /** Where another record stands, what the row says otherwise. */
  async #differences(record: AdvisoryRecord, { verdict, record: id }: Ruling): Promise<Difference[]> {
    if (id === null || (verdict !== 'ours' && verdict !== 'known')) return [];
    const latest = await this.#store.latest(id);
    return latest === null ? [] : differencesOf(latest.record, record);
  }

  /** What sources said of the same before: under this id ours follows it; under another it is withdrawn. */
  async #prevail(record: AdvisoryRecord, holdings: Holdings): Promise<void> {
    const same = holdings.get(record.id);
    if (same?.origin.kind === 'imported') await this.#giveWay(same.id, same.origin, record, HAS_ID);
    for (const { id, origin } of supersededBy(record, holdings)) {
      if (origin.kind === 'own') continue;
      const latest = await this.#giveWay(id, origin, record, SHARES_NAME);
      const withdrawn = {
        on: this.#at.slice(0, 10),
        kind: 'withdrawn',
        reason: `superseded by ${record.id}`,
      } as const;
      this.#statements.push({ published: this.#at, origin, record: { ...latest.record, withdrawn } });
    }
  }

  /** Decides that ours stands for a row that was imported before. */
  async #giveWay(
    id: string,
    { source }: Origin & { kind: 'imported' },
    record: AdvisoryRecord,
    why: string,
  ): Promise<Revision> {
    const latest = await this.#store.latest(id);
    if (latest === null)
      throw new PublishedError('shape', 'was listed and is gone', { file: recordFolder(id) });
    const ruling: Ruling = { verdict: 'ours', record: record.id, reason: why };
    const differences = differencesOf(record, latest.record);
    this.#decisions.push(this.#decision(source, id, ruling, differences));
    this.#rows.push({ row: id, verdict: 'superseded', record: record.id, reason: why, differences });
    return latest;
  }

  #refuse(row: string, reason: string): void {
    this.#note(row, { verdict: 'refused', record: null, reason }, []);
  }

  #note(row: string, ruling: Ruling, differences: readonly Difference[]): void {
    this.#rows.push({ row, ...ruling, differences });
    const { name } = this.#source;
    if (name !== 'own') this.#decisions.push(this.#decision(name, row, ruling, differences));
  }

  #decision(source: string, row: string, ruling: Ruling, differences: readonly Difference[]): Decision {
    const { verdict: decision, record, reason } = ruling;
    const on = this.#at.slice(0, 10);
    return { source, row, record, decision, reason, by: 'rule', on, differences };
  }

  #tellGone(holdings: Holdings): void {
    const { name, records } = this.#source;
    const there = new Set(records.map(({ id }) => id));
    for (const { id, origin } of holdings.all()) {
      const from = origin.kind === 'own' ? 'own' : origin.source;
      if (from !== name || there.has(id)) continue;
      const reason = 'the source no longer has it; the record stays';
      this.#rows.push({ row: id, verdict: 'gone', record: id, reason, differences: [] });
    }
  }

  async #newDists(): Promise<Dist[]> {
    const found: Dist[] = [];
    for (const dist of this.#source.dists) if (await this.#store.lacks(dist)) found.push(dist);
    return found;
  }

  async #coverageDiffers(): Promise<boolean> {
    const { name, coverage } = this.#source;
    if (coverage === undefined) return false;
    const before = await this.#store.coverage();
    return compareBytes(encodeCoverage(before), encodeCoverage({ ...before, [name]: coverage })) !== 0;
  }
}
