/**
 * web: the desk's server. A feature declares routes; this room asks who it is, whether they may, checks what comes
 * in, strips what goes out, writes the audit entry and shows the page or the JSON of the same model.
 *
 * Words: a *route* is one declaration; its *model* is what goes out; a *seer* is as whom somebody sees it.
 *
 *     export const about = route({
 *       method: 'GET', path: '/about', act: 'desk.public', title: 'About',
 *       model: Type.Object({ words: Type.String() }),
 *       handle: async () => ({ model: { words: 'This is a desk.' } }),
 *       page: ({ words }) => <h1>{words}</h1>,
 *     });
 *     await deskServer({ routes: [about], … }).listen({ port: 8443 });
 */
export { notFound, WebError, type WebErrorCode } from './errors.ts';
export { type BucketName, underLimit } from './limits.ts';
export type { Credentials, DeskServer, RequestLine } from './options.ts';
export type { PageFrame } from './page.tsx';
export { memberRelation, ownCases } from './relation.ts';
export {
  type Answer,
  type Asked,
  type Cookie,
  type Download,
  type LimitName,
  type Plain,
  type Route,
  type RouteDefinition,
  route,
  type Shown,
  type Upload,
} from './route.ts';
export { deskServer } from './server.ts';
