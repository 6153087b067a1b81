/** The list of cases, what a member keeps of it, and what is done with many at once. */
import Type from 'typebox';
import { PRODUCT_STATUSES } from '../casefile/index.ts';
import { notFound, type Route, route } from '../web/index.ts';
import { BULK_ACTS, inBulk } from './bulk.ts';
import { bulkPage } from './bulk-page.tsx';
import type { ListModel } from './case-model.ts';
import { memberOf } from './deed.ts';
import { type Filter, listCases, PAGE_SIZE } from './list.ts';
import { addressOf, listPage } from './list-page.tsx';
import { deleteView, saveView, viewsOf } from './views.ts';

const text = Type.String();
const nullableText = Type.Union([Type.Null(), Type.String()]);
const optionalWords = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

const lineSchema = Type.Object({
  id: text,
  reference: text,
  kind: text,
  title: text,
  distribution: nullableText,
  phase: text,
  tlp: text,
  labels: Type.Array(text),
  openedAt: text,
  changedAt: text,
  dueAt: nullableText,
  embargoEndsAt: nullableText,
  late: Type.Boolean(),
});

const listSchema = Type.Object({
  lines: Type.Array(lineSchema),
  total: Type.Integer(),
  filter: Type.Object({ q: text, phase: text, sort: text, product: text, page: Type.Integer() }),
  views: Type.Array(Type.Object({ id: text, name: text, href: text })),
});

const query = {
  q: optionalWords(200),
  phase: optionalWords(20),
  sort: optionalWords(20),
  product: optionalWords(30),
};

const PHASES: readonly Filter['phase'][] = [
  'report',
  'triage',
  'coordinate',
  'publication',
  'follow-up',
  'closed',
  'all',
];

interface Typed {
  readonly q?: string;
  readonly phase?: string;
  readonly sort?: string;
  readonly product?: string;
  readonly page?: number;
}

function filterOf({ q = '', phase, sort, product, page = 1 }: Typed): Filter {
  return {
    q: q.trim(),
    phase: PHASES.find((one) => one === phase) ?? 'open',
    sort: sort === 'changed' ? 'changed' : 'due',
    product: PRODUCT_STATUSES.find((one) => one === product) ?? null,
    page,
  };
}

function shownFilter(filter: Filter): ListModel['filter'] {
  return { ...filter, product: filter.product ?? '' };
}

const list = route({
  method: 'GET',
  path: '/cases',
  act: 'case.list',
  title: 'Cases',
  query: Type.Object({ ...query, page: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })) }),
  model: listSchema,
  scripts: ['keys.js', 'times.js'],
  handle: async (asked) => {
    const filter = filterOf(asked.query);
    const { tx, vault } = asked;
    const { lines, total } = await listCases(tx, vault, memberOf(asked), filter);
    const product = filter.product ?? 'any';
    asked.note({ phase: filter.phase, product, words: filter.q === '' ? 0 : 1, total });
    const views = await viewsOf(tx, vault, memberOf(asked));
    return { model: { lines, total, filter: shownFilter(filter), views } };
  },
  page: listPage,
});

const keep = route({
  method: 'POST',
  path: '/views',
  act: 'view.own',
  title: 'Keep a filter',
  limit: 'write',
  body: Type.Object({ ...query, name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }) }),
  model: Type.Object({}),
  handle: async (asked) => {
    const href = addressOf(shownFilter(filterOf(asked.body)));
    await saveView(asked.tx, asked.vault, memberOf(asked), { name: asked.body.name.trim(), href });
    return { to: href, model: {} };
  },
});

const forget = route({
  method: 'POST',
  path: '/views/delete',
  act: 'view.own',
  title: 'Forget a filter',
  limit: 'write',
  body: Type.Object({ view: Type.String({ maxLength: 30 }) }),
  model: Type.Object({}),
  handle: async (asked) => {
    await deleteView(asked.tx, memberOf(asked), asked.body.view);
    return { to: '/cases', model: {} };
  },
});

const told = { id: text, reference: text, title: text };

const bulk = route({
  method: 'POST',
  path: '/cases/bulk',
  act: 'case.bulk',
  title: 'Many cases at once',
  limit: 'write',
  body: Type.Object({
    act: Type.Enum([...BULK_ACTS]),
    case: Type.Optional(Type.Array(Type.String({ maxLength: 30 }), { maxItems: PAGE_SIZE })),
    why: optionalWords(2000),
    label: optionalWords(60),
    of: optionalWords(40),
  }),
  model: Type.Object({
    done: Type.Array(Type.Object(told)),
    refused: Type.Array(Type.Object({ ...told, why: text })),
  }),
  handle: async ({ tx, vault, principal, body, note }) => {
    if (principal.kind !== 'member') throw notFound();
    const { act, case: cases = [], why = '', label = '', of = '' } = body;
    const given = { act, cases, of, why: why.trim(), label: label.trim() };
    const result = await inBulk(tx, vault, principal, given);
    note({ act, done: result.done.length, refused: result.refused.length });
    return { model: result };
  },
  page: bulkPage,
});

export const listRoutes: readonly Route[] = [list, bulk, keep, forget];
