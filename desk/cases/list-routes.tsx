/** The list of cases, what a member keeps of it, and what is done with many at once. */
import Type from 'typebox';
import { PRODUCT_STATUSES } from '../casefile/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { notFound, type Route, route, WebError } from '../web/index.ts';
import { BULK_ACTS, inBulk, MAX_BULK } from './bulk.ts';
import { bulkPage } from './bulk-page.tsx';
import type { ListModel } from './case-model.ts';
import { memberOf } from './deed.ts';
import { type Filter, idsOf, listCases } from './list.ts';
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
  filter: Type.Object({ q: text, phase: text, sort: text, product: text, mine: text, page: Type.Integer() }),
  views: Type.Array(Type.Object({ id: text, name: text, href: text })),
});

const query = {
  q: optionalWords(200),
  phase: optionalWords(20),
  sort: optionalWords(20),
  product: optionalWords(30),
  mine: optionalWords(3),
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
  readonly mine?: string;
  readonly page?: number;
}

function filterOf({ q = '', phase, sort, product, mine, page = 1 }: Typed): Filter {
  return {
    q: q.trim(),
    phase: PHASES.find((one) => one === phase) ?? 'open',
    sort: sort === 'changed' ? 'changed' : 'due',
    product: PRODUCT_STATUSES.find((one) => one === product) ?? null,
    mine: mine === 'yes',
    page,
  };
}

function shownFilter(filter: Filter): ListModel['filter'] {
  return { ...filter, product: filter.product ?? '', mine: filter.mine ? 'yes' : '' };
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
    case: Type.Optional(Type.Array(Type.String({ maxLength: 30 }), { maxItems: MAX_BULK })),
    // In place of those that are named: all that fit the filter.
    all: Type.Optional(Type.Literal('yes')),
    ...query,
    to: optionalWords(100),
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
    const { act, all, why = '', label = '', of = '', to = '' } = body;
    const cases =
      all === 'yes' ? await allThatFit(tx, vault, principal.id, filterOf(body)) : (body.case ?? []);
    const given = { act, cases, of, to, why: why.trim(), label: label.trim() };
    const result = await inBulk(tx, vault, principal, given);
    note({ act, done: result.done.length, refused: result.refused.length });
    return { model: result };
  },
  page: bulkPage,
});

/** Throws `invalid` for more than can be done at once. */
async function allThatFit(tx: Transaction, vault: Vault, member: string, filter: Filter): Promise<string[]> {
  const ids = await idsOf(tx, vault, member, filter, MAX_BULK + 1);
  if (ids.length <= MAX_BULK) return ids;
  throw new WebError('invalid', `At most ${MAX_BULK} at once: narrow the filter.`, {
    all: 'Narrow the filter.',
  });
}

export const listRoutes: readonly Route[] = [list, bulk, keep, forget];
