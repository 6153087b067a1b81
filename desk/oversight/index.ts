/**
 * oversight: the desk seen as a whole: numbers of its cases, the policy that is in force, figures of the process.
 * Nothing here names a case.
 *
 *     const metrics = new DeskMetrics(() => null);
 *     const routes = [...oversightRoutes, metricsRoute((tx) => metrics.text(tx))];
 *     metricsServer(store, (tx) => metrics.text(tx), warn).listen(9464, '127.0.0.1');
 */
import type { Route } from '../web/index.ts';
import { numbersRoutes } from './numbers-page.tsx';
import { policyRoute } from './policy-page.tsx';

export { DeskMetrics, metricsRoute, metricsServer } from './metrics.ts';

export const oversightRoutes: readonly Route[] = [...numbersRoutes, policyRoute];
