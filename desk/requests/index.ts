/**
 * requests: one request of JSON to a service of others, bounded in time and size, made once and never again by itself.
 *
 *     const base = serviceBase('https://social.example.org/');
 *     const asked = { method: 'GET', base, path: ['api', 'v1', 'statuses'], changes: false } as const;
 *     const { status, text } = await request(asked, { fetch, limit: 1_000_000 });
 *
 * A {@link RequestError} says whether what was asked for may have been done, and when to ask again.
 */
export { RequestError, type RequestErrorCode } from './errors.ts';
export {
  type Answer,
  type RequestOps,
  request,
  retryAfter,
  type ServiceRequest,
  serviceBase,
} from './request.ts';
