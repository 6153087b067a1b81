/** Disputes of a case, for members. */
import Type, { type Static, type TObject, type TProperties } from 'typebox';
import type { ActName } from '../access/index.ts';
import { amended, wantAmendment } from '../casefile/index.ts';
import {
  type AskedCase,
  type By,
  byOf,
  CASE,
  caseOf,
  caseShown,
  plain,
  SCRIPTS,
  told,
  whenTyped,
  words,
} from '../cases/index.ts';
import { DISPUTE_OUTCOMES, DISPUTERS } from '../disclosure/index.ts';
import { typedAddress } from '../people/index.ts';
import { notFound, type Route, route, WebError } from '../web/index.ts';
import { acknowledgeDispute, answerDispute, decideDispute, noteDispute, unmark } from './disputes.ts';
import { type DisputesModel, disputesOf, disputesSchema } from './disputes-model.ts';
import { disputesPage } from './disputes-page.tsx';

const PATH = '/cases/:case/disputes';
const optionalWords = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const id = Type.String({ minLength: 1, maxLength: 30 });

const common = {
  params: CASE,
  model: disputesSchema,
  title: 'Disputes and corrections',
  scripts: SCRIPTS,
  page: disputesPage,
} as const;

async function model(asked: AskedCase): Promise<DisputesModel> {
  return disputesOf(asked.tx, asked.vault, await caseShown(asked));
}

interface Step<B extends TProperties> {
  /** Behind `/cases/:case/`. */
  readonly path: string;
  readonly act: ActName;
  readonly title: string;
  readonly body: TObject<B>;
  run(by: By, body: Static<TObject<B>>): Promise<void>;
}

/** One thing done on the page; a form that was not as it must be comes back with what was typed. */
function step<B extends TProperties>({ path, act, title, body, run }: Step<B>): Route {
  return route({
    ...common,
    ...{ act, title, body },
    method: 'POST',
    path: `/cases/:case/${path}`,
    limit: 'write',
    handle: async (asked) => {
      await run(byOf(asked), asked.body);
      return { to: `/cases/${asked.params.case}/disputes`, model: await model(asked) };
    },
    again: async (asked, problems) => ({ ...(await model(asked)), typed: asked.body, problems }),
  });
}

const note = step({
  path: 'disputes',
  act: 'case.dispute',
  title: 'Note a dispute',
  body: Type.Object({
    from: Type.Enum([...DISPUTERS]),
    participant: optionalWords(30),
    name: optionalWords(120),
    address: optionalWords(254),
    received: optionalWords(30),
    claim: words(20_000),
  }),
  run: (by, { from, participant = '', name = '', address = '', received = '', claim }) =>
    noteDispute(by, {
      from,
      participant: participant === '' ? null : participant,
      name: name.trim(),
      address: typedAddress(address),
      received: whenTyped('received', received),
      claim: plain(claim),
    }),
});

const acknowledge = step({
  path: 'disputes/acknowledge',
  act: 'case.dispute',
  title: 'Acknowledge a dispute',
  body: Type.Object({ dispute: id }),
  run: (by, { dispute }) => acknowledgeDispute(by, dispute),
});

const answer = step({
  path: 'disputes/answer',
  act: 'case.dispute',
  title: 'Answer a dispute',
  body: Type.Object({ dispute: id, text: words(10_000) }),
  run: (by, { dispute, text }) => answerDispute(by, dispute, plain(text)),
});

const decide = step({
  path: 'disputes/decide',
  act: 'case.record',
  title: 'Decide a dispute',
  body: Type.Object({
    dispute: id,
    outcome: Type.Enum([...DISPUTE_OUTCOMES]),
    why: words(10_000),
    explanation: optionalWords(1000),
  }),
  run: (by, { dispute, outcome, why, explanation = '' }) =>
    decideDispute(by, dispute, { outcome, why: plain(why), explanation: explanation.trim() }),
});

const takeAway = step({
  path: 'disputes/unmark',
  act: 'case.record',
  title: 'The record is no longer disputed',
  body: Type.Object({ why: words(2000) }),
  run: (by, { why }) => unmark(by, why.trim()),
});

const want = step({
  path: 'amendments',
  act: 'case.record',
  title: 'The record has to change',
  body: Type.Object({ kind: Type.Enum(['correct', 'reject']), why: words(2000) }),
  run: wantChange,
});

async function wantChange(by: By, { kind, why }: { kind: 'correct' | 'reject'; why: string }): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  if (file.state.published === null) throw new WebError('refused', 'It is not published.');
  const wanted = { kind, cve: file.state.cve, why: why.trim() };
  await told(by, await wantAmendment(by.tx, by.vault, file, wanted), 'wants the record changed', {
    kind,
    why,
  });
}

const done = step({
  path: 'amendments/done',
  act: 'case.record',
  title: 'The record was changed',
  body: Type.Object({ amendment: id }),
  run: async (by, { amendment }) => {
    const file = await caseOf(by.tx, by.vault, by.caseId);
    const found = file.facts.amendments.find((one) => one.id === amendment);
    if (found === undefined) throw notFound();
    const { kind, cve } = found;
    await told(by, await amended(by.tx, by.vault, file, found), 'says that the record was changed', {
      kind,
      cve,
    });
  },
});

const page = route({
  ...common,
  method: 'GET',
  path: PATH,
  act: 'case.read',
  handle: async (asked) => ({ model: await model(asked) }),
});

export const disputesRoutes: readonly Route[] = [
  page,
  note,
  acknowledge,
  answer,
  decide,
  takeAway,
  want,
  done,
];
