/** The pool of reserved CVE ids, and CVE Services that fill it. For members of the CNA. */
import Type from 'typebox';
import { addToPool, dropFromPool, type PooledCve, policyOf, poolOf, poolYears } from '../casefile/index.ts';
import { reference } from '../reports/index.ts';
import type { Transaction } from '../store/index.ts';
import { type Asked, ownCases, type Route, route, WebError } from '../web/index.ts';
import { cvesIn } from './cve-list.ts';
import { servicesState, wantIds, wantRejected } from './cve-services.ts';
import { memberOf, words } from './deed.ts';
import { type CveLine, type PoolModel, poolPage } from './pool-page.tsx';

/** Ids of one page. */
const PAGE = 500;

const text = Type.String();
const count = Type.Integer();
const nullable = Type.Union([Type.Null(), text]);
export const YEAR: { minimum: number; maximum: number } = { minimum: 1999, maximum: 2999 };

const model = Type.Object({
  years: Type.Array(Type.Object({ year: count, free: count, taken: count, retired: count, rejected: count })),
  low: count,
  thisYear: count,
  year: count,
  page: count,
  pages: count,
  lines: Type.Array(
    Type.Object({
      cve: text,
      state: text,
      case: Type.Union([Type.Null(), Type.Object({ id: text, reference: text })]),
    }),
  ),
  services: Type.Union([
    Type.Null(),
    Type.Object({
      left: Type.Union([Type.Null(), Type.Object({ ids: count, at: text })]),
      reserving: count,
      rejecting: count,
      waiting: count,
    }),
  ]),
  typed: Type.Object({ ids: text, year: text, amount: text }),
  problems: Type.Object({ ids: nullable, year: nullable, amount: nullable }),
});

/** Whether the desk has CVE Services. */
type Has = boolean;
type AskedPool = Pick<Asked<unknown, unknown, unknown>, 'tx' | 'vault' | 'principal'>;

async function modelOf(
  has: Has,
  asked: AskedPool,
  { year, page = 1 }: { readonly year?: number; readonly page?: number },
): Promise<PoolModel> {
  const { tx, vault } = asked;
  const years = await poolYears(tx);
  const thisYear = Number(tx.now.slice(0, 4));
  const shown = year ?? thisYear;
  const of = years.find((one) => one.year === shown);
  const total = of === undefined ? 0 : of.free + of.taken + of.retired + of.rejected;
  const ids = await poolOf(tx, vault, { year: shown, limit: PAGE, offset: (page - 1) * PAGE });
  const { cve } = await policyOf(tx);
  return {
    years,
    low: cve.low,
    thisYear,
    year: shown,
    page,
    pages: Math.ceil(total / PAGE),
    lines: await linesOf(tx, memberOf(asked), ids),
    services: has ? await servicesState(tx) : null,
    typed: { ids: '', year: String(thisYear), amount: '' },
    problems: NONE,
  };
}

const NONE: PoolModel['problems'] = { ids: null, year: null, amount: null };

/** Which case has an id is told to members of that case; to others it is taken, and that is all. */
async function linesOf(tx: Transaction, member: string, ids: readonly PooledCve[]): Promise<CveLine[]> {
  const taken = ids.flatMap(({ caseId }) => caseId ?? []);
  const own = await ownCases(tx, member, taken);
  return ids.map(({ cve, state, caseId }) => ({
    cve,
    state,
    case: caseId !== null && own.has(caseId) ? { id: caseId, reference: reference(caseId) } : null,
  }));
}

const common = { model, page: poolPage, title: 'Reserved CVE ids', scripts: ['keys.js'] } as const;

const list = (has: Has): Route =>
  route({
    ...common,
    method: 'GET',
    path: '/cve-ids',
    act: 'cve.list',
    query: Type.Object({
      year: Type.Optional(Type.Integer(YEAR)),
      page: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    }),
    handle: async (asked) => ({ model: await modelOf(has, asked, asked.query) }),
  });

const add = (has: Has): Route =>
  route({
    ...common,
    method: 'POST',
    path: '/cve-ids',
    act: 'cve.change',
    limit: 'write',
    body: Type.Object({ ids: words(40_000) }),
    handle: async (asked) => {
      const cves = cvesIn(asked.body.ids);
      asked.note({ added: await addToPool(asked.tx, cves) });
      return { to: '/cve-ids', model: await modelOf(has, asked, { year: Number(cves[0]?.slice(4, 8)) }) };
    },
    again: (asked, problems) => modelAgain(has, asked, problems),
  });

const drop = (has: Has): Route =>
  route({
    ...common,
    method: 'POST',
    path: '/cve-ids/drop',
    act: 'cve.change',
    limit: 'write',
    body: Type.Object({ cve: words(30) }),
    handle: async (asked) => {
      const { cve } = asked.body;
      if (!(await dropFromPool(asked.tx, cve))) throw new WebError('refused', 'No such id is free.');
      return { to: '/cve-ids', model: await modelOf(has, asked, { year: Number(cve.slice(4, 8)) }) };
    },
  });

/** Most ids of one act. */
const MAX_AMOUNT = 200;

const reserve = (has: Has): Route =>
  route({
    ...common,
    method: 'POST',
    path: '/cve-ids/reserve',
    act: 'cve.services',
    limit: 'write',
    body: Type.Object({
      year: Type.Integer(YEAR),
      amount: Type.Integer({ minimum: 1, maximum: MAX_AMOUNT }),
    }),
    handle: async (asked) => {
      mustHave(has);
      const { year, amount } = asked.body;
      await wantIds(asked.tx, asked.vault, { year, amount });
      asked.note({ year, amount });
      return { to: '/cve-ids', model: await modelOf(has, asked, { year }) };
    },
    again: (asked, problems) => modelAgain(has, asked, problems),
  });

const reject = (has: Has): Route =>
  route({
    ...common,
    method: 'POST',
    path: '/cve-ids/reject',
    act: 'cve.services',
    limit: 'write',
    body: Type.Object({ cve: words(30) }),
    handle: async (asked) => {
      mustHave(has);
      const { cve } = asked.body;
      await wantRejected(asked.tx, asked.vault, cve);
      asked.note({ cve });
      return { to: '/cve-ids', model: await modelOf(has, asked, { year: Number(cve.slice(4, 8)) }) };
    },
  });

function mustHave(has: Has): void {
  if (!has) throw new WebError('refused', 'This desk has no CVE Services: its operator says where they are.');
}

type AskedAgain = AskedPool & { readonly body: Readonly<Record<string, string>> };

/** The page with what was typed, and what is wrong with it. */
async function modelAgain(
  has: Has,
  asked: AskedAgain,
  problems: Readonly<Record<string, string>>,
): Promise<PoolModel> {
  const { ids = '', year, amount = '' } = asked.body;
  const model = await modelOf(has, asked, {});
  return {
    ...model,
    typed: { ids, year: year ?? model.typed.year, amount },
    problems: {
      ...NONE,
      ...(problems.ids === undefined ? {} : { ids: problems.ids }),
      ...(problems.year === undefined ? {} : { year: `A year from ${YEAR.minimum} on.` }),
      ...(problems.amount === undefined ? {} : { amount: `A number from 1 to ${MAX_AMOUNT}.` }),
    },
  };
}

/** `services`: whether the desk has CVE Services. */
export function poolRoutes(services: boolean): readonly Route[] {
  return [list, add, drop, reserve, reject].map((one) => one(services));
}
