/**
 * follow-up: what comes after a publication, or after a case was closed: disputes, and what has to become of a
 * record because of them; who is credited; what became of products, of the patch upstream, and what was learned, which
 * closes a case.
 *
 * Words: a *dispute* is an objection to a record or to what was decided of a report; an *amendment* is what has to
 * become of a CVE id or its record, until it is done.
 *
 *     POST /cases/ID/disputes/decide  dispute=… outcome=mark why=… explanation=…
 */
import type { Route } from '../web/index.ts';
import { creditsRoutes } from './credits-routes.tsx';
import { disputesRoutes } from './disputes-routes.ts';
import { followRoutes } from './follow-routes.ts';
import { ownCreditRoutes } from './own-credit-routes.tsx';
import { ownDisputesRoutes } from './own-disputes-routes.ts';

export const followUpRoutes: readonly Route[] = [
  ...disputesRoutes,
  ...ownDisputesRoutes,
  ...creditsRoutes,
  ...ownCreditRoutes,
  ...followRoutes,
];
