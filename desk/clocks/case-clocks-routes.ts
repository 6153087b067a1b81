/** The clocks of one case, and what ends those that end by nothing else. */
import Type from 'typebox';
import { instantOf, policyOf } from '../casefile/index.ts';
import {
  type AskedCase,
  byOf,
  CASE,
  caseOf,
  caseSchema,
  caseShown,
  SCRIPTS,
  whenTyped,
} from '../cases/index.ts';
import { deadlines } from '../disclosure/index.ts';
import { type Route, route } from '../web/index.ts';
import { type CaseClocksModel, caseClocksPage } from './case-clocks-page.tsx';
import { clockDone, endsByHand, fixAvailable } from './clock-done.ts';

const text = Type.String();
const nullableText = Type.Union([Type.Null(), text]);
const when = Type.Optional(Type.String({ maxLength: 30 }));

const schema = Type.Object({
  case: caseSchema,
  clocks: Type.Array(
    Type.Object({
      ...{ id: text, what: text, who: text, due: text, state: text, done: nullableText, why: text },
      byHand: Type.Boolean(),
    }),
  ),
  fixAvailable: nullableText,
  problems: Type.Record(text, text),
});

const common = {
  params: CASE,
  model: Type.Unsafe<CaseClocksModel>(schema),
  title: 'Clocks of a case',
  scripts: SCRIPTS,
  page: caseClocksPage,
} as const;

async function modelOf(asked: AskedCase): Promise<CaseClocksModel> {
  const shown = await caseShown(asked);
  const { facts } = await caseOf(asked.tx, asked.vault, shown.id);
  const clocks = deadlines(facts, await policyOf(asked.tx), instantOf(asked.tx));
  return {
    case: shown,
    clocks: clocks.map((clock) => ({ ...clock, byHand: endsByHand(clock.kind) })),
    fixAvailable: facts.fixAvailable,
    problems: {},
  };
}

const post = {
  ...common,
  method: 'POST',
  act: 'case.clock',
  limit: 'write',
  again: async (asked: AskedCase, problems: Readonly<Record<string, string>>) => ({
    ...(await modelOf(asked)),
    problems,
  }),
} as const;

const page = route({
  ...common,
  method: 'GET',
  path: '/cases/:case/clocks',
  act: 'case.read',
  handle: async (asked) => ({ model: await modelOf(asked) }),
});

const done = route({
  ...post,
  path: '/cases/:case/clocks/done',
  body: Type.Object({ clock: Type.String({ minLength: 1, maxLength: 60 }), at: when }),
  handle: async (asked) => {
    const { clock, at = '' } = asked.body;
    await clockDone(byOf(asked), clock, whenTyped('at', at));
    return { to: `/cases/${asked.params.case}/clocks`, model: await modelOf(asked) };
  },
});

const fixed = route({
  ...post,
  path: '/cases/:case/fixed',
  body: Type.Object({ version: Type.Optional(Type.String({ maxLength: 60 })), at: when }),
  handle: async (asked) => {
    const { version = '', at = '' } = asked.body;
    await fixAvailable(byOf(asked), whenTyped('at', at), version.trim());
    return { to: `/cases/${asked.params.case}/clocks`, model: await modelOf(asked) };
  },
});

export const caseClockRoutes: readonly Route[] = [page, done, fixed];
