/** Where everything stands: paths of the tree (`docs/formats/public-tree.md`), and links to them. */
import { encodeUtf8 } from 'cpansec/base';
import type { Site } from './model.ts';

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** The dot of an ending that files have which stand beside the folder of a name: `dist/DBI.json` beside `dist/DBI/`. */
const ENDING = /\.(?=(?:atom|cdx|csaf|cve|feed|html|json|md|openvex|osv|txt|xml)$)/;

/**
 * A name as one part of a path: every byte that is no letter, digit, `.`, `_`, `-` (or leads as one of these) is
 * `%XX`, and so is the last dot of a name that ends as files of this tree do. No two names are the same part.
 */
export function pathPart(name: string): string {
  return encoded(name).replace(ENDING, '%2E');
}

function encoded(name: string): string {
  if (PLAIN.test(name)) return name;
  const byte = (value: number, i: number): string => {
    const char = String.fromCharCode(value);
    const plain = i === 0 ? /[A-Za-z0-9]/.test(char) : /[A-Za-z0-9._-]/.test(char);
    return plain ? char : `%${value.toString(16).toUpperCase().padStart(2, '0')}`;
  };
  return Array.from(encodeUtf8(name), byte).join('');
}

/** Folders of pages, each with its slash; the page is `index.html` in it. */
export const folders = {
  home: '',
  advisories: 'advisories/',
  recent: 'advisories/recent/',
  distributions: 'dist/',
  audit: 'audit/',
  verify: 'verify/',
  statistics: 'stats/',
  status: 'status/',
  data: 'data/',
  search: 'search/',
  patches: 'patches/',
  advisory: (id: string): string => `advisories/${pathPart(id)}/`,
  year: (year: string): string => `advisories/year/${pathPart(year)}/`,
  distribution: (name: string): string => `dist/${pathPart(name)}/`,
  letter: (letter: string): string => `dist/letter/${pathPart(letter)}/`,
  author: (author: string): string => `author/${pathPart(author)}/`,
  alias: (alias: string): string => `${pathPart(alias)}/`,
} as const;

/** The transparency log, which no manifest lists, and whose signatures count. */
export const logPaths = { top: 'log/', policy: 'log/policy' } as const;

/** The JSON Schema of our own record. */
export const RECORD_SCHEMA_PATH = 'schema/cpansec-advisory-1.json';

/** Feeds of a folder's things: `dist/DBI.atom` and `dist/DBI.feed.json` for `dist/DBI/`. */
export function feedPaths(folder: string): { readonly atom: string; readonly json: string } {
  const stem = folder.replace(/\/$/, '');
  return stem === ''
    ? { atom: 'feed.atom', json: 'feed.json' }
    : { atom: `${stem}.atom`, json: `${stem}.feed.json` };
}

/** Badges of a distribution. */
export function badgePaths(distribution: string): { readonly svg: string; readonly json: string } {
  const stem = `badge/dist/${pathPart(distribution)}`;
  return { svg: `${stem}.svg`, json: `${stem}.json` };
}

/** The page of the list that a distribution stands in: a capital letter, or `0-9` for whatever begins otherwise. */
export function letterOf(distribution: string): string {
  const [first = ''] = distribution.toUpperCase();
  return /[A-Z]/.test(first) ? first : '0-9';
}

/** The path part of the site's address: empty, or `/below` without a slash at its end. */
export function basePath({ base }: Pick<Site, 'base'>): string {
  return base.replace(/^[a-z]+:\/\/[^/]*/, '').replace(/\/$/, '');
}

/** A link to a path of the tree that works wherever the site stands. */
export function href(site: Pick<Site, 'base'>, path: string): string {
  return hrefBelow(basePath(site), path);
}

/** As {@link href}, where only the path of the site is at hand. */
export function hrefBelow(base: string, path: string): string {
  return `${base}/${path.replaceAll('%', '%25')}`;
}

/** The whole address of a path of the tree. */
export function address(site: Pick<Site, 'base'>, path: string): string {
  return `${site.base.replace(/\/$/, '')}/${path.replaceAll('%', '%25')}`;
}
