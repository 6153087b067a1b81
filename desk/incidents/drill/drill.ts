/**
 * A table-top drill: a fictional incident in a database of its own, step by step. Each answer takes its time on the
 * clock of the fiction and does to the case what it would do; at the end stands what was done when, beside the policy.
 * Nothing is sent: requests are noted as if somebody had sent them by hand.
 */
import { lintRecord } from 'cpansec/advisories';
import { compareText } from 'cpansec/base';
import { changeCase, instantOf, policyOf, readCase } from '../../casefile/index.ts';
import { type By, draftOf } from '../../cases/index.ts';
import { type Clock, deadlines } from '../../disclosure/index.ts';
import type { Store } from '../../store/index.ts';
import { noteAnswer } from '../contain.ts';
import { SCENES } from './scenario.ts';
import type { Choice, Scene, Table } from './scene.ts';

/** The clock of the fiction; the store that the drill is given tells its time. */
export interface DrillClock {
  milliseconds: number;
}

export interface Asked {
  readonly scene: Scene;
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** On the clock of the fiction. */
  readonly at: string;
}

export interface DrillOptions {
  readonly store: Store;
  readonly clock: DrillClock;
  /** The position of a choice, from 0; null: they leave the table. */
  choose(asked: Asked): Promise<number | null>;
  /** What the choice led to. */
  said(choice: Choice, at: string): void;
}

export interface Drilled {
  readonly began: string;
  readonly ended: string;
  readonly clocks: readonly Clock[];
  /** What the lint says of the record that it came to. */
  readonly wrong: readonly string[];
  readonly evidence: number;
  /** As many as stood first among the choices. */
  readonly best: number;
  readonly of: number;
}

/** Null where they left before the end. */
export async function drill({ store, clock, choose, said }: DrillOptions): Promise<Drilled | null> {
  const table = new CaseTable(store, clock);
  let best = 0;
  for (const [i, scene] of SCENES.entries()) {
    if (scene.answered === true) await table.answers();
    const chosen = await choose({ scene, number: i + 1, of: SCENES.length, at: table.now() });
    const choice = chosen === null ? undefined : scene.choices[chosen];
    if (choice === undefined) return null;
    if (chosen === 0) best++;
    clock.milliseconds += choice.minutes * 60_000;
    await choice.does(table);
    said(choice, table.now());
  }
  return { ...(await table.summary()), began: table.began, ended: table.now(), best, of: SCENES.length };
}

/** Minutes that PAUSE takes, in the fiction. */
const PAUSE_TAKES = 90;

class CaseTable implements Table {
  readonly #store: Store;
  readonly #clock: DrillClock;
  readonly began: string;
  #caseId = '';

  constructor(store: Store, clock: DrillClock) {
    this.#store = store;
    this.#clock = clock;
    this.began = this.now();
  }

  now(): string {
    return new Date(this.#clock.milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  act<T>(work: (by: Omit<By, 'caseId'>) => Promise<T>): Promise<T> {
    const { vault } = this.#store;
    return this.#store.transaction((tx) => work({ tx, vault, member: 'drill' }));
  }

  with<T>(work: (by: By) => Promise<T>): Promise<T> {
    return this.act((by) => work({ ...by, caseId: this.#caseId }));
  }

  opened(caseId: string): void {
    this.#caseId = caseId;
  }

  async disclosed(): Promise<void> {
    await this.with(async (by) => {
      const file = await this.#file(by);
      await changeCase(by.tx, by.vault, file, { facts: { disclosed: instantOf(by.tx) } });
    });
  }

  /** Those who were asked have done it. */
  async answers(): Promise<void> {
    this.#clock.milliseconds += PAUSE_TAKES * 60_000;
    await this.with(async (by) => {
      const { content } = await this.#file(by);
      for (const { id } of content.incident?.requests ?? [])
        await noteAnswer(by, { request: id, state: 'done', note: 'FICTION' });
    });
  }

  async summary(): Promise<Pick<Drilled, 'clocks' | 'wrong' | 'evidence'>> {
    return this.with(async (by) => {
      const file = await this.#file(by);
      const errors = lintRecord(draftOf(file)).filter(({ severity }) => severity === 'error');
      return {
        clocks: deadlines(file.facts, await policyOf(by.tx), this.now()).toSorted(inWords),
        wrong: errors.map(({ path, text }) => `${path}: ${text}`),
        evidence: file.content.incident?.evidence.length ?? 0,
      };
    });
  }

  async #file({ tx, vault, caseId }: By) {
    const file = await readCase(tx, vault, caseId);
    if (file === null) throw new RangeError('the case of the drill is not there');
    return file;
  }
}

/** What is due at the same time in the order of its words: ids are random. */
function inWords(a: Clock, b: Clock): number {
  return compareText(a.due, b.due) || compareText(a.what, b.what);
}
