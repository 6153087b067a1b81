/** A desk that runs: its database open, its pages served. */
import { blastRadius, type DependencyGraph } from 'cpansec/dependants';
import type { FastifyInstance } from 'fastify';
import type { RadiusOps } from '../cases/index.ts';
import { LINK_TIMES } from '../people/index.ts';
import { authenticator, bootstrapLink, SESSION_POLICY } from '../session/index.ts';
import type { Store } from '../store/index.ts';
import { deskServer, type RequestLine } from '../web/index.ts';
import type { DeskAssets } from './assets.ts';
import { deskRoutes } from './routes.ts';

export interface DeskOptions {
  readonly store: Store;
  /** `https://desk.example.org`. */
  readonly origin: string;
  readonly name: string;
  readonly assets: DeskAssets;
  /** Who depends on whom, as `cpansec dependants build` made it. */
  readonly graph?: DependencyGraph;
  log(line: RequestLine): void;
}

export interface Desk {
  /** Not listening yet. */
  readonly server: FastifyInstance;
  /** Of the page on which the first member comes; null once there is one. */
  readonly bootstrap: string | null;
}

export async function startDesk(options: DeskOptions): Promise<Desk> {
  const { store, origin, name, assets, graph, log } = options;
  const routes = deskRoutes({
    deskName: name,
    policy: SESSION_POLICY,
    times: LINK_TIMES,
    // Mail goes out when the desk has a mailbox; the pages say all of it.
    tell: async () => {},
    radius: graph === undefined ? null : radiusOver(graph),
    reports: { received: async () => {}, suspect: async () => {} },
  });
  const server = deskServer({
    store,
    routes,
    origin,
    authenticate: authenticator(SESSION_POLICY),
    frame: { name, assets: assets.names },
    assets: assets.files,
    log,
  });
  const path = await bootstrapLink(store);
  return { server, bootstrap: path === null ? null : `${origin}${path}` };
}

function radiusOver(graph: DependencyGraph): RadiusOps {
  return { asOf: graph.asOf, radius: (distribution) => blastRadius(graph, distribution) };
}
