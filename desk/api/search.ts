/** `/search/?q=` for readers without script: the page that script would make, from the same static index. */
import { decodeUtf8, nullable, object, parseJson, record, type Shape, string } from 'cpansec/base';
import type { Tree } from 'cpansec/tree';
import { openSearch, SEARCH_SITE_PATH, type Site, searchPage } from '../site/index.ts';
import type { View } from './view.ts';

/** Characters of a question that are looked at and shown. */
const MAX_QUERY = 300;
const MAX_SITE = 64 * 1024;

const siteShape: Shape<Site> = object({
  name: string,
  base: string,
  publisher: string,
  contact: string,
  built: nullable(string),
  assets: record(string),
});

/** The question in an address; null where none is asked. */
export function questionOf(url: string): string | null {
  const query = /^\/search\/\?(.*)$/s.exec(url)?.[1];
  const question = query === undefined ? null : new URLSearchParams(query).get('q');
  return question === null || question.trim() === '' ? null : question.slice(0, MAX_QUERY);
}

/** The page as HTML; null where the tree does not say what its pages have in common. */
export async function searchAnswer({ tree }: View, query: string): Promise<string | null> {
  const site = await readJson(tree, SEARCH_SITE_PATH, MAX_SITE);
  if (site === null) return null;
  const { hits, more } = await openSearch((path) => readJson(tree, path)).find(query);
  return searchPage(siteShape(site), { query, hits, more }).html;
}

async function readJson(tree: Tree, path: string, limit?: number): Promise<unknown> {
  const bytes = await tree.read(path, limit);
  return bytes === null ? null : parseJson(decodeUtf8(bytes, path));
}
