/** Cases for members: the list, the page, and one route for each act, by what it is about. */
import { type Route, route } from '../web/index.ts';
import { casePage } from './case-page.tsx';
import { caseSchema } from './case-schema.ts';
import { coordinationRoutes } from './coordination-routes.tsx';
import { cveRoutes } from './cve-routes.ts';
import { cvssRoutes } from './cvss-routes.tsx';
import { CASE, memberOf, SCRIPTS, shown } from './deed.ts';
import { detailsRoutes } from './details-routes.tsx';
import { earlyRoutes } from './early-routes.tsx';
import { identified } from './identified.ts';
import { listRoutes } from './list-routes.tsx';
import { looked } from './membership.ts';
import { membershipRoutes } from './membership-routes.ts';
import { productsRoutes } from './products-routes.tsx';
import { ssvcRoutes } from './ssvc-routes.tsx';
import { teamRoutes } from './team-routes.tsx';
import { timelineRoutes } from './timeline-routes.tsx';
import { triageRoutes } from './triage-routes.ts';

const one = route({
  method: 'GET',
  path: '/cases/:case',
  act: 'case.read',
  title: 'A case',
  params: CASE,
  model: caseSchema,
  scripts: SCRIPTS,
  handle: async (asked) => {
    const model = await identified(asked, await shown(asked));
    await looked(asked.tx, { caseId: asked.params.case, member: memberOf(asked) });
    return { model };
  },
  page: casePage,
});

export const caseRoutes: readonly Route[] = [
  ...listRoutes,
  one,
  ...triageRoutes,
  ...timelineRoutes,
  ...detailsRoutes,
  ...cvssRoutes,
  ...ssvcRoutes,
  ...teamRoutes,
  ...productsRoutes,
  ...cveRoutes,
  ...coordinationRoutes,
  ...earlyRoutes,
  ...membershipRoutes,
];
