/** Scoring a case. What the server scores, with script as well: one implementation of the formulas. */
import { FormatError, scoreCvss } from 'cpansec/formats';
import Type from 'typebox';
import { type Route, route, WebError } from '../web/index.ts';
import { editCvss } from './acts-edit.ts';
import { type CvssVersion, chosenIn, METRICS, vectorOf, versionOf } from './cvss-metrics.ts';
import { type CvssModel, cvssPage } from './cvss-page.tsx';
import { type AskedCase, memberOf } from './deed.ts';
import { caseModel } from './model.ts';

const text = Type.String();
const nullableText = Type.Union([Type.Null(), text]);
const params = Type.Object({ case: Type.String() });
const version = Type.Union([Type.Literal('3.1'), Type.Literal('4.0')]);
const score = Type.Union([Type.Null(), Type.Object({ score: Type.Number(), rating: text })]);

const NAMES = [...new Set(Object.values(METRICS).flatMap((metrics) => metrics.map(({ name }) => name)))];

const model = Type.Object({
  bar: Type.Object({
    id: text,
    reference: text,
    tlp: text,
    phase: text,
    outcome: nullableText,
    cve: nullableText,
    restricted: Type.Boolean(),
    embargo: Type.Object({ state: text, end: nullableText }),
    members: Type.Array(Type.Object({ name: text, part: text })),
  }),
  version,
  chosen: Type.Record(text, text),
  vector: nullableText,
  score,
});

async function modelOf(
  asked: AskedCase,
  wanted: CvssVersion | null,
  typed: Record<string, string> | null,
): Promise<CvssModel> {
  const bar = await caseModel(asked.tx, asked.vault, asked.params.case, memberOf(asked));
  const kept = bar.cvss;
  const chosen = typed ?? (wanted === null || wanted === versionOf(kept) ? chosenIn(kept) : {});
  const scheme = wanted ?? versionOf(kept);
  const vector = vectorOf(scheme, chosen);
  return { bar, version: scheme, chosen, vector, score: vector === null ? null : scored(vector) };
}

/** Throws `invalid`. */
function scored(vector: string): { score: number; rating: string } {
  try {
    const { score: value, rating } = scoreCvss(vector);
    return { score: value, rating };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new WebError('invalid', error.problem);
  }
}

export const cvssRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/cases/:case/cvss',
    act: 'case.read',
    title: 'Score a case',
    params,
    query: Type.Object({ version: Type.Optional(version) }),
    model,
    scripts: ['cvss.js', 'keys.js', 'times.js'],
    handle: async (asked) => ({ model: await modelOf(asked, asked.query.version ?? null, null) }),
    page: cvssPage,
  }),
  route({
    method: 'POST',
    path: '/cases/:case/cvss',
    act: 'case.label',
    title: 'Score a case',
    limit: 'write',
    params,
    body: Type.Object({
      version,
      do: Type.Union([Type.Literal('score'), Type.Literal('keep')]),
      ...Object.fromEntries(NAMES.map((name) => [name, Type.Optional(Type.String({ maxLength: 1 }))])),
    }),
    model,
    scripts: ['cvss.js', 'keys.js', 'times.js'],
    handle: async (asked) => {
      const { version: scheme, do: wish, ...metrics } = asked.body;
      const chosen = Object.fromEntries(
        Object.entries(metrics).map(([name, value]) => [name, String(value)]),
      );
      const shown = await modelOf(asked, scheme, chosen);
      if (wish === 'score' || shown.vector === null) return { model: shown };
      const { tx, vault } = asked;
      await editCvss({ tx, vault, caseId: asked.params.case, member: memberOf(asked) }, shown.vector);
      return { to: `/cases/${asked.params.case}`, model: shown };
    },
    page: cvssPage,
  }),
  // Says nothing of a case, and writes nothing: what a page asks while somebody chooses.
  route({
    method: 'POST',
    path: '/cvss',
    act: 'desk.public',
    title: 'The score of a vector',
    limit: 'write',
    body: Type.Object({ vector: Type.String({ maxLength: 300 }) }),
    model: Type.Object({ score: Type.Number(), rating: text }),
    handle: async ({ body }) => ({ model: scored(body.vector) }),
  }),
];
