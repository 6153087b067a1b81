/** Where somebody is led after they signed in. An address from a link is never followed to another site. */
const LONGEST = 2000;
const NOWHERE = 'https://nowhere.invalid';

/** A path of the desk with its query; the desk's first page for anything else. */
export function safeNext(next: string | undefined): string {
  if (next === undefined || next.length > LONGEST) return '/';
  // Browsers read `\` as `/` and leave out control characters: `/\x.example` and `/<tab>/x.example` lead elsewhere.
  if (!/^\/(?![/\\])[\u0021-\u007e]*$/.test(next) || next.includes('\\')) return '/';
  const url = URL.parse(next, NOWHERE);
  if (url === null || url.origin !== NOWHERE || url.pathname.startsWith('//')) return '/';
  return `${url.pathname}${url.search}`;
}
