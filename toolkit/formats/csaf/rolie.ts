/**
 * ROLIE (RFC 8322) in JSON, as CSAF 2.0 lists its documents with it: requirements 15 and 16 of section 7.1. One feed
 * for each TLP label, and a service document that names the feeds.
 */
import { compareText } from '../../base/index.ts';
import { asFound, inOrder, type MemberOrder, writeJson } from '../document.ts';
import type { CsafAdvisory } from './advisory.ts';

export interface RolieFeed {
  feed: {
    /** Letters, digits and `+-_.`. */
    id: string;
    title: string;
    link: RolieLink[];
    category: RolieCategory[];
    /** RFC 3339, as the other instants. */
    updated: string;
    entry: RolieEntry[];
  };
}

export interface RolieEntry {
  /** The tracking id of the document. */
  id: string;
  title: string;
  link: RolieLink[];
  published: string;
  updated: string;
  summary?: { content: string };
  content: { type: 'application/json'; src: string };
  format: { schema: string; version: '2.0' };
}

export interface RolieLink {
  /** `self`, `hash`, `signature`, `service`. */
  rel: string;
  href: string;
}

export interface RolieCategory {
  scheme: string;
  term: string;
}

export interface RolieService {
  service: { workspace: { title: string; collection: RolieCollection[] }[] };
}

export interface RolieCollection {
  title: string;
  /** Of a feed. */
  href: string;
  categories: { category: RolieCategory[] };
}

const CSAF: RolieCategory = { scheme: 'urn:ietf:params:rolie:category:information-type', term: 'csaf' };
const SCHEMA = 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json';

export interface RolieFeedParts {
  readonly id: string;
  readonly title: string;
  /** Where the feed itself lies. */
  readonly url: string;
  readonly updated: string;
  readonly entries: readonly RolieEntry[];
}

/** A feed of CSAF documents; the latest first, equal ones by id. */
export function rolieFeed({ id, title, url, updated, entries }: RolieFeedParts): RolieFeed {
  const entry = [...entries].sort(
    (a, b) => Date.parse(b.updated) - Date.parse(a.updated) || compareText(a.id, b.id),
  );
  return { feed: { id, title, link: [{ rel: 'self', href: url }], category: [CSAF], updated, entry } };
}

/** What lies beside a document; every such file must be named in its feed. */
export interface RolieBeside {
  /** Ends of hash files, as `sha256` for `….json.sha256`. */
  readonly hashes?: readonly string[];
  /** Whether there is a signature, `….json.asc`. */
  readonly signature?: boolean;
}

/** The entry of the document that lies at `url`. */
export function rolieEntry({ document }: CsafAdvisory, url: string, beside: RolieBeside = {}): RolieEntry {
  const { tracking, title, notes = [] } = document;
  const summary = notes.find(({ category }) => category === 'summary')?.text;
  const hashes = (beside.hashes ?? []).map((end) => ({ rel: 'hash', href: `${url}.${end}` }));
  const signature = beside.signature === true ? [{ rel: 'signature', href: `${url}.asc` }] : [];
  return {
    id: tracking.id,
    title,
    link: [{ rel: 'self', href: url }, ...hashes, ...signature],
    published: tracking.initial_release_date,
    updated: tracking.current_release_date,
    ...(summary === undefined ? {} : { summary: { content: summary } }),
    content: { type: 'application/json', src: url },
    format: { schema: SCHEMA, version: '2.0' },
  };
}

/** A service document with one workspace. */
export function rolieService(
  title: string,
  feeds: readonly { readonly title: string; readonly url: string }[],
): RolieService {
  const collection = feeds.map((feed) => ({
    title: feed.title,
    href: feed.url,
    categories: { category: [CSAF] },
  }));
  return { service: { workspace: [{ title, collection }] } };
}

const LINK: MemberOrder = { rel: asFound, href: asFound };
const CATEGORY: MemberOrder = { scheme: asFound, term: asFound };
const ENTRY: MemberOrder = {
  id: asFound,
  title: asFound,
  link: LINK,
  published: asFound,
  updated: asFound,
  summary: asFound,
  content: { type: asFound, src: asFound },
  format: { schema: asFound, version: asFound },
};
const HEAD: MemberOrder = { id: asFound, title: asFound, link: LINK, category: CATEGORY, updated: asFound };
const SERVICE: MemberOrder = {
  service: {
    workspace: {
      title: asFound,
      collection: { title: asFound, href: asFound, categories: { category: CATEGORY } },
    },
  },
};

/** The feed as JSON, one line for each entry. */
export function formatRolieFeed({ feed }: RolieFeed): string {
  return joinRolieFeed({ feed }, feed.entry.map(formatRolieEntry));
}

/** An entry as it stands in the feed. */
export function formatRolieEntry(entry: RolieEntry): string {
  return lineOf(entry, ENTRY);
}

/** The text of a feed from those of its entries, which must be in the feed's order; `feed.entry` is passed over. */
export function joinRolieFeed(
  { feed: { entry: _, ...head } }: RolieFeed,
  entries: readonly string[],
): string {
  return `{"feed":${lineOf(head, HEAD).slice(0, -1)},"entry":[\n${entries.join(',\n')}\n]}}\n`;
}

function lineOf(value: object, order: MemberOrder): string {
  return JSON.stringify(inOrder(value, order));
}

export function formatRolieService(service: RolieService): string {
  return writeJson(service, SERVICE);
}
