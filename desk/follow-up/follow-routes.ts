/** The follow-up of a case. */
import Type, { type Static, type TObject, type TProperties } from 'typebox';
import type { ActName } from '../access/index.ts';
import { UPSTREAM_STATES } from '../casefile/index.ts';
import {
  type AskedCase,
  type By,
  byOf,
  CASE,
  caseOf,
  caseSchema,
  caseShown,
  plain,
  SCRIPTS,
  words,
} from '../cases/index.ts';
import { type Route, route } from '../web/index.ts';
import { askedAbout, closeFollowed, giveUp, leftToDo, sayLessons, sayUpstream } from './follow.ts';
import { type FollowModel, followPage } from './follow-page.tsx';
import { lessonsRoute } from './lessons.tsx';

const text = Type.String();
const when = Type.Union([Type.Null(), text]);
const optionalWords = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const id = Type.String({ minLength: 1, maxLength: 30 });

const schema = Type.Object({
  case: caseSchema,
  products: Type.Array(
    Type.Object({ id: text, name: text, status: text, asked: when, ended: when, why: text }),
  ),
  upstream: Type.Union([
    Type.Null(),
    Type.Object({ state: text, address: text, version: text, note: text, at: text }),
  ]),
  lessons: Type.Union([
    Type.Null(),
    Type.Object({ well: text, badly: text, change: text, declined: text, at: text }),
  ]),
  left: Type.Array(text),
  typed: Type.Record(text, text),
  problems: Type.Record(text, text),
});

const common = {
  params: CASE,
  model: Type.Unsafe<FollowModel>(schema),
  title: 'Follow-up of a case',
  scripts: SCRIPTS,
  page: followPage,
} as const;

async function modelOf(asked: AskedCase): Promise<FollowModel> {
  const shown = await caseShown(asked);
  const file = await caseOf(asked.tx, asked.vault, shown.id);
  const { products, upstream, lessons } = file.content;
  return {
    case: shown,
    products: products.map(({ id: product, name, status }) => {
      const one = file.facts.downstream.find((found) => found.product === product);
      const { asked: since = null, ended = null, why = '' } = one ?? {};
      return { id: product, name, status, asked: since, ended, why };
    }),
    ...{ upstream, lessons, left: leftToDo(file), typed: {}, problems: {} },
  };
}

interface Step<B extends TProperties> {
  /** Behind `/cases/:case/follow-up/`. */
  readonly path: string;
  readonly act?: ActName;
  readonly title: string;
  readonly body: TObject<B>;
  run(by: By, body: Static<TObject<B>>): Promise<void>;
}

function step<B extends TProperties>({ path, act = 'case.follow-up', title, body, run }: Step<B>): Route {
  return route({
    ...common,
    ...{ act, title, body },
    method: 'POST',
    path: `/cases/:case/follow-up/${path}`,
    limit: 'write',
    handle: async (asked) => {
      await run(byOf(asked), asked.body);
      return { to: `/cases/${asked.params.case}/follow-up`, model: await modelOf(asked) };
    },
    again: async (asked, problems) => ({ ...(await modelOf(asked)), typed: asked.body, problems }),
  });
}

export const followRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'GET',
    path: '/cases/:case/follow-up',
    act: 'case.read',
    handle: async (asked) => ({ model: await modelOf(asked) }),
  }),
  step({
    path: 'asked',
    title: 'Somebody was asked how a product stands',
    body: Type.Object({ product: id }),
    run: (by, { product }) => askedAbout(by, product),
  }),
  step({
    path: 'give-up',
    title: 'Nobody waits for a product any more',
    body: Type.Object({ product: id, why: words(500) }),
    run: (by, { product, why }) => giveUp(by, product, why.trim()),
  }),
  step({
    path: 'upstream',
    title: 'What became of the patch',
    body: Type.Object({
      state: Type.Enum([...UPSTREAM_STATES]),
      address: optionalWords(500),
      version: optionalWords(60),
      note: optionalWords(500),
    }),
    run: (by, { state, address = '', version = '', note = '' }) =>
      sayUpstream(by, { state, address: address.trim(), version: version.trim(), note: note.trim() }),
  }),
  step({
    path: 'lessons',
    title: 'Lessons of a case',
    body: Type.Object({
      well: optionalWords(10_000),
      badly: optionalWords(10_000),
      change: optionalWords(10_000),
      declined: optionalWords(500),
    }),
    run: (by, { well = '', badly = '', change = '', declined = '' }) =>
      sayLessons(by, {
        ...{ well: plain(well), badly: plain(badly), change: plain(change) },
        declined: declined.trim(),
      }),
  }),
  step({
    path: 'close',
    act: 'case.close',
    title: 'Close a case that was followed up',
    body: Type.Object({}),
    run: closeFollowed,
  }),
  lessonsRoute,
];
