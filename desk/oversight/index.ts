/**
 * oversight: the desk seen as a whole: numbers of its cases, the policy that is in force. Nothing here names a case.
 *
 *     const routes = [...oversightRoutes];
 */
import type { Route } from '../web/index.ts';
import { numbersRoutes } from './numbers-page.tsx';
import { policyRoute } from './policy-page.tsx';

export const oversightRoutes: readonly Route[] = [...numbersRoutes, policyRoute];
