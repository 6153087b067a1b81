/** A desk that writes letters, for a test: its clock, its cases, and what went out. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type CaseFile, entriesOf, openCase, readCase } from '../desk/casefile/index.ts';
import { type Handlers, workOne } from '../desk/jobs/index.ts';
import type { Mailer, Route } from '../desk/mail/index.ts';
import { type MailConfig, mailHandlers } from '../desk/notices/index.ts';
import { createPerson, type Person } from '../desk/people/index.ts';
import { newId, type Store, type Transaction } from '../desk/store/index.ts';
import type { Given, Where } from './given-desk.ts';
import { ORIGIN } from './given-server.ts';

export const DESK = 'desk@example.org';

export interface SentMail extends Route {
  readonly text: string;
}

export interface Letters extends Given {
  readonly clock: { now: number };
  readonly sent: SentMail[];
  /** What the next sends do instead of taking the mail. */
  readonly trouble: (Error | 'hang')[];
  readonly config: MailConfig;
  readonly handlers: Handlers;
  /** Does every job that is due. */
  work(): Promise<void>;
  act<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  file(id: string): Promise<CaseFile>;
  /** `kind audience: body` of every entry. */
  timeline(id: string): Promise<string[]>;
  /** State and problem of every job, in the order in which they were made. */
  jobs(kind?: string): Promise<string[]>;
}

export const START: number = Date.parse('2026-11-25T12:00:00Z');

export async function givenLetters(
  t: TestContext,
  where: Where,
  more: Partial<MailConfig> = {},
): Promise<Letters> {
  const clock = { now: START };
  const given = await where.given(t, () => new Date(clock.now));
  const { store } = given;
  const sent: SentMail[] = [];
  const trouble: (Error | 'hang')[] = [];
  const mailer: Mailer = {
    async send(mail, route) {
      const what = trouble.shift();
      if (what instanceof Error) throw what;
      sent.push({ ...route, text: Buffer.from(mail).toString('latin1') });
      if (what === 'hang') await new Promise(() => {});
      return { response: '250 ok' };
    },
  };
  const config = { from: { name: 'Desk', address: DESK }, origin: ORIGIN, mailer, sign: null, ...more };
  const handlers = mailHandlers(store, config);
  const onError = (error: unknown) => assert.ifError(error);
  const act = <T>(work: (tx: Transaction) => Promise<T>) => store.transaction(work);
  return {
    ...given,
    ...{ clock, sent, trouble, config, handlers, act },
    work: async () => {
      while (await workOne({ store, handlers, onError }));
    },
    file: (id) => act(async (tx) => (await readCase(tx, store.vault, id)) ?? assert.fail()),
    timeline: async (id) => {
      const entries = await act(async (tx) =>
        entriesOf(tx, store.vault, (await readCase(tx, store.vault, id)) ?? assert.fail()),
      );
      return entries.map(({ kind, audience, body }) => `${kind} ${audience}: ${JSON.stringify(body)}`);
    },
    jobs: async (kind = 'mail.send') => {
      const rows = tableOf(store, kind);
      return (await rows).map(({ state, problem }) => (problem === null ? state : `${state}: ${problem}`));
    },
  };
}

function tableOf(store: Store, kind: string) {
  return store.transaction((tx) =>
    tx.db
      .selectFrom('outbox')
      .select(['state', 'problem'])
      .where('kind', '=', kind)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),
  );
}

export interface GivenCase {
  readonly caseId: string;
  readonly participant: string;
  readonly person: string;
}

/** A case with a reporter. */
export function givenCase({ store, act }: Letters, reporter: Person): Promise<GivenCase> {
  return act(async (tx) => {
    const participant = newId();
    const content = { title: 'CANARY title', distribution: 'Foo-Bar', summary: 'CANARY summary' };
    const { id: caseId } = await openCase(tx, store.vault, { content, reporter: participant });
    const person = await createPerson(tx, store.vault, reporter);
    const row = {
      id: participant,
      case_id: caseId,
      person_id: person,
      party: 'reporter',
      role: 'reporter',
    } as const;
    await tx.db
      .insertInto('participants')
      .values({ ...row, created_at: tx.now })
      .execute();
    return { caseId, participant, person };
  });
}
