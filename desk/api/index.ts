/**
 * api: a stateless server over the public tree (`docs/formats/public-tree.md`): OSV's query API as osv.dev has it
 * (https://google.github.io/osv.dev/api/), the files of the tree, and what the server says of itself.
 * `docs/formats/query-api.md` is its documentation.
 *
 * Words: the *tree* is what was published; the *shelf* holds the one that is served, a *view* is one tree opened
 * for questions. A newer tree takes over as a whole; requests that are under way end on the one they began with.
 *
 * @example
 *   const server = await createServer({ tree: '/srv/advisories' });
 *   await server.listen({ port: 8080 });
 *   // curl localhost:8080/v1/query -d '{"package": {"purl": "pkg:cpan/Mojolicious@9.10"}}'
 */
export { ApiError, type ApiErrorCode } from './errors.ts';
export type { RateOptions } from './rate-limit.ts';
export { createServer, type LogOptions, type ServerOptions } from './server.ts';
export { Tally } from './tally.ts';
