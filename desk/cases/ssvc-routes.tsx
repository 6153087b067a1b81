/** Deciding by SSVC. What is not answered stays open: the page shows what is still possible. */
import {
  decide,
  FormatError,
  SSVC_TABLES,
  type SsvcTable,
  type SsvcTableName,
  ssvcTable,
} from 'cpansec/formats';
import Type from 'typebox';
import type { SsvcAssessment } from '../casefile/index.ts';
import { type Route, route, WebError } from '../web/index.ts';
import { editSsvc } from './acts-edit.ts';
import { caseOf } from './case-of.ts';
import { caseSchema } from './case-schema.ts';
import { type AskedCase, byOf, CASE, SCRIPTS, shown } from './deed.ts';
import { ssvcLine } from './ssvc-line.ts';
import { type SsvcModel, ssvcPage } from './ssvc-page.tsx';

const text = Type.String();
const table = Type.Enum([...SSVC_TABLES]);
const LETTERS = [
  ...new Set(SSVC_TABLES.flatMap((name) => ssvcTable(name).points.map(({ letter }) => letter))),
];

const model = Type.Object({
  case: caseSchema,
  table,
  chosen: Type.Record(text, text),
  reason: text,
  outcomes: Type.Array(Type.Object({ name: text, meaning: text })),
  vector: text,
  published: Type.Boolean(),
  problem: Type.Union([Type.Null(), text]),
});

const common = {
  path: '/cases/:case/ssvc',
  title: 'Decide by SSVC',
  params: CASE,
  model,
  scripts: SCRIPTS,
  page: ssvcPage,
} as const;

/** Throws `invalid` for an answer that nobody can give. */
async function modelOf(asked: AskedCase, said: Omit<SsvcAssessment, 'at'>): Promise<SsvcModel> {
  const { points } = ssvcTable(said.table);
  const { reason, outcomes } = decided(said);
  const chosen = points.flatMap(({ id, letter }) => {
    const key = said.answers[id];
    return key === undefined ? [] : [[letter, key] as const];
  });
  return {
    case: await shown(asked),
    table: said.table,
    chosen: Object.fromEntries(chosen),
    reason,
    outcomes: outcomes.map(({ name, meaning }) => ({ name, meaning })),
    vector: ssvcLine({ ...said, at: asked.tx.now }).vector,
    published: said.published,
    problem: null,
  };
}

function decided({
  table: name,
  answers,
}: Pick<SsvcAssessment, 'table' | 'answers'>): ReturnType<typeof decide> {
  try {
    return decide(ssvcTable(name), answers);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new WebError('invalid', error.problem);
  }
}

/** By ids of the table's points; the letters of other tables say nothing here. */
function answersOf({ points }: SsvcTable, typed: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    points.flatMap(({ id, letter }) => {
      const key = typed[letter];
      return typeof key === 'string' && key !== '' ? [[id, key] as const] : [];
    }),
  );
}

async function keptOf(
  { tx, vault, params }: AskedCase,
  name: SsvcTableName,
): Promise<Omit<SsvcAssessment, 'at'>> {
  const { content } = await caseOf(tx, vault, params.case);
  return content.ssvc.find((one) => one.table === name) ?? { table: name, answers: {}, published: false };
}

const asking = route({
  ...common,
  method: 'GET',
  act: 'case.read',
  query: Type.Object({ table: Type.Optional(table) }),
  handle: async (asked) => {
    const kept = await keptOf(asked, asked.query.table ?? 'cisa');
    return { model: await modelOf(asked, kept) };
  },
});

const answering = route({
  ...common,
  method: 'POST',
  act: 'case.label',
  limit: 'write',
  body: Type.Object({
    table,
    do: Type.Enum(['decide', 'keep']),
    publish: Type.Optional(Type.Literal('yes')),
    ...Object.fromEntries(LETTERS.map((name) => [name, Type.Optional(Type.String({ maxLength: 4 }))])),
  }),
  handle: async (asked) => {
    const { table: name, do: wish, publish, ...typed } = asked.body;
    const answers = answersOf(ssvcTable(name), typed);
    const published = name === 'cisa' && publish === 'yes';
    const said = { table: name, answers, published };
    const model = await modelOf(asked, said);
    if (wish === 'decide') return { model };
    if (published && Object.keys(answers).length < ssvcTable(name).points.length)
      return {
        model: {
          ...model,
          problem: 'An advisory says it with every answer, or not at all: nothing was kept.',
        },
      };
    await editSsvc(byOf(asked), said);
    return { to: `/cases/${asked.params.case}`, model };
  },
});

export const ssvcRoutes: readonly Route[] = [asking, answering];
