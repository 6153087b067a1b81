/** What somebody from outside objects to, by their link: one page for participants, one for reporters. */
import Type from 'typebox';
import type { ActName } from '../access/index.ts';
import { plain } from '../cases/index.ts';
import { type Asked, notFound, type Route, route } from '../web/index.ts';
import { type As, dispute, type OwnDisputes, ownDisputes, withdrawDispute } from './own-disputes.ts';
import { ownDisputesPage } from './own-disputes-page.tsx';

const text = Type.String();
const when = Type.Union([Type.Null(), text]);

const schema = Type.Object({
  reference: text,
  may: Type.Boolean(),
  disputes: Type.Array(
    Type.Object({
      id: text,
      claim: text,
      received: text,
      acknowledged: when,
      ended: Type.Union([Type.Null(), Type.Object({ at: text, outcome: text, why: text })]),
    }),
  ),
});

/** Who asks by the link of a case. Throws `not-found` for anybody else. */
export function asOf({ principal, tx, vault }: Asked<unknown, unknown, unknown>): As {
  if (principal.kind !== 'link' || principal.caseId === null) throw notFound();
  return { tx, vault, caseId: principal.caseId, participant: principal.subject };
}

interface Home {
  readonly home: string;
  readonly reads: ActName;
  readonly writes: ActName;
}

function routesOf({ home, reads, writes }: Home): Route[] {
  const path = `${home}/dispute`;
  const common = {
    model: Type.Unsafe<OwnDisputes>(schema),
    title: 'Object to the record',
    page: ownDisputesPage(home),
  };
  const post = { ...common, method: 'POST', act: writes, limit: 'write' } as const;
  const back = async (asked: Asked<unknown, unknown, unknown>) => ({
    to: path,
    model: await ownDisputes(asOf(asked)),
  });
  return [
    route({
      ...common,
      method: 'GET',
      path,
      act: reads,
      handle: async (asked) => ({ model: await ownDisputes(asOf(asked)) }),
    }),
    route({
      ...post,
      path,
      body: Type.Object({ claim: Type.String({ minLength: 1, maxLength: 20_000, pattern: '\\S' }) }),
      handle: async (asked) => {
        await dispute(asOf(asked), plain(asked.body.claim));
        return back(asked);
      },
    }),
    route({
      ...post,
      path: `${path}/withdraw`,
      body: Type.Object({ dispute: Type.String({ maxLength: 30 }) }),
      handle: async (asked) => {
        await withdrawDispute(asOf(asked), asked.body.dispute);
        return back(asked);
      },
    }),
  ];
}

export const ownDisputesRoutes: readonly Route[] = [
  ...routesOf({ home: '/my-part', reads: 'part.read', writes: 'part.write' }),
  ...routesOf({ home: '/my-report', reads: 'report.follow', writes: 'report.follow' }),
];
