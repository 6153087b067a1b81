/** Headers that stand on answers whatever was asked. */
import { CONTENT_SECURITY_POLICY } from '../site/index.ts';

/** On every answer: what is no page can load and do nothing, wherever it is opened. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** On pages, in place of those above. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** Data may be read by pages of other sites. */
export const DATA_HEADERS: Readonly<Record<string, string>> = { 'access-control-allow-origin': '*' };

/** What a page of another site may do: read everything, send queries. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, POST',
  'access-control-allow-headers': 'content-type, if-none-match, range',
  'access-control-max-age': '86400',
};
