/** Media types by the ending of a path. */

const TYPES: readonly (readonly [ending: string, type: string])[] = [
  ['.html', 'text/html; charset=utf-8'],
  ['.feed.json', 'application/feed+json'],
  ['feed.json', 'application/feed+json'],
  ['.json', 'application/json'],
  ['.atom', 'application/atom+xml; charset=utf-8'],
  ['.xml', 'application/xml; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/vnd.microsoft.icon'],
  ['.webmanifest', 'application/manifest+json'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.md', 'text/markdown; charset=utf-8'],
  ['.csv', 'text/csv; charset=utf-8'],
  ['.patch', 'text/plain; charset=utf-8'],
  ['.asc', 'text/plain; charset=utf-8'],
  ['.sha256', 'text/plain; charset=utf-8'],
  ['.sha512', 'text/plain; charset=utf-8'],
  ['.tlog-proof', 'text/plain; charset=utf-8'],
  ['log/checkpoint', 'text/plain; charset=utf-8'],
  ['log/policy', 'text/plain; charset=utf-8'],
  ['.zip', 'application/zip'],
];

const OTHER = 'application/octet-stream';

export function mediaType(path: string): string {
  return TYPES.find(([ending]) => path.endsWith(ending))?.[1] ?? OTHER;
}

/** Whether packing it is worth the while. */
export function isText(type: string): boolean {
  return /^text\/|[+/](?:json|xml)\b/.test(type);
}
