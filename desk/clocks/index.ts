/**
 * clocks: what is due and what is late, over the cases of a member: a list, a calendar, and the clocks of one case
 * with the acts that end those which end by nothing else;
 * and what has to be told of a vulnerability that is exploited, as a bundle that nobody sends. `desk/disclosure` computes them.
 *
 *     GET /late?clock=contact
 *     GET /calendar/SECRET.ics
 */
import type { Route } from '../web/index.ts';
import { calendarRoutes } from './calendar-routes.tsx';
import { caseClockRoutes } from './case-clocks-routes.ts';
import { exploitationRoutes } from './exploitation-routes.ts';
import { lateRoute } from './late-route.tsx';

export const clockRoutes: readonly Route[] = [
  lateRoute,
  ...calendarRoutes,
  ...caseClockRoutes,
  ...exploitationRoutes,
];
