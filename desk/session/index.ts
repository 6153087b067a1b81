/**
 * session: how members come in. Passkeys alone, sessions with an end, tokens for programs, links for everybody who
 * has no account; the first member by a link that is printed once.
 *
 * Words: a *ceremony* is one question to a passkey and its answer; to *prove* is to use a passkey again before a
 * dangerous act.
 *
 *     const path = await bootstrapLink(store); // '/l/…' for a desk without members, null for every other
 *     deskServer({ routes: [...sessionRoutes(config), ...peopleRoutes(config)],
 *                  authenticate: authenticator(config.policy), … });
 */
import type { Route } from '../web/index.ts';
import { accountRoutes } from './account-routes.tsx';
import type { SessionConfig } from './config.ts';
import { linkRoute } from './link-route.ts';
import { passkeyRoutes } from './passkey-routes.tsx';
import { proveRoutes, signInRoutes } from './sign-in.tsx';
import { tokenRoutes } from './token-routes.tsx';
import { welcomeRoutes } from './welcome.tsx';

export { authenticator } from './authenticate.ts';
export type { SessionConfig } from './config.ts';
export { bootstrapLink } from './first-member.ts';
export { safeNext } from './next.ts';
export { SESSION_POLICY, type SessionPolicy } from './policy.ts';

export function sessionRoutes(config: SessionConfig): Route[] {
  return [
    linkRoute,
    ...signInRoutes(config),
    ...proveRoutes(config),
    ...welcomeRoutes(config),
    ...accountRoutes(config),
    ...passkeyRoutes(config),
    ...tokenRoutes(config),
  ];
}
