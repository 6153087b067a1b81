/**
 * Feeds: Atom (RFC 4287) and JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). An entry is an advisory: its id
 * is the address of its page and stays, its date of change is the record's.
 */
import { escapeXml } from 'cpansec/formats';
import type { AdvisoryLine, Site } from './model.ts';
import { address, feedPaths, folders } from './paths.ts';

import { listed, nameOf, ratingWord } from './words.ts';

/** What a feed is of. */
export interface Feed {
  /** `Advisories of DBI`. */
  readonly title: string;
  /** The folder of the page that shows the same, empty for the whole site. */
  readonly folder: string;
  /** Any order; the feed takes the {@link FEED_ENTRIES} that changed last. */
  readonly advisories: readonly AdvisoryLine[];
}

/** Entries of a feed at most. */
export const FEED_ENTRIES = 100;

/** Newest change first; what changed together, by id. */
function entriesOf({ advisories }: Feed): AdvisoryLine[] {
  const sorted = advisories.toSorted((a, b) =>
    a.modified === b.modified ? (a.id < b.id ? -1 : 1) : a.modified < b.modified ? 1 : -1,
  );
  return sorted.slice(0, FEED_ENTRIES);
}

function titleOf(line: AdvisoryLine): string {
  const state = line.withdrawn === null ? '' : ` (${line.withdrawn})`;
  const malicious = line.malicious === true ? 'MALICIOUS, ' : '';
  return `${malicious}${nameOf(line)}${state}: ${line.summary}`;
}

/** A sentence on each thing that decides whether to read on. */
function textOf(line: AdvisoryLine): string {
  if (line.malicious === true && line.withdrawn === null)
    return `${line.summary}. Malicious releases of ${listed(line.distributions)}. Remove them, and renew every secret that they could read.`;
  const state =
    line.withdrawn !== null
      ? `This advisory was ${line.withdrawn} and no longer counts`
      : line.fixed === true
        ? 'A release fixes it'
        : line.hasPatch
          ? 'No release fixes it; a patch exists'
          : 'No release fixes it';
  return `${line.summary}. Affects ${listed(line.distributions)}. Severity: ${ratingWord(line.rating)}. ${state}.`;
}

/** An Atom document. Its own date of change is that of the newest entry; the epoch where it has none. */
export function atomFeed(site: Site, feed: Feed): string {
  const entries = entriesOf(feed);
  const self = address(site, feedPaths(feed.folder).atom);
  const home = address(site, feed.folder);
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title>${escapeXml(feed.title)}</title>
<id>${escapeXml(home)}</id>
<link rel="self" type="application/atom+xml" href="${escapeXml(self)}"/>
<link rel="alternate" type="text/html" href="${escapeXml(home)}"/>
<updated>${escapeXml(entries[0]?.modified ?? '1970-01-01T00:00:00Z')}</updated>
<author><name>${escapeXml(site.publisher)}</name></author>
${entries.map((line) => atomEntry(site, line)).join('')}</feed>
`;
}

function atomEntry(site: Site, line: AdvisoryLine): string {
  const url = escapeXml(address(site, folders.advisory(line.id)));
  const published =
    line.reported === null ? '' : `<published>${escapeXml(line.reported)}T00:00:00Z</published>\n`;
  const categories = line.distributions.map((name) => `<category term="${escapeXml(name)}"/>\n`).join('');
  return `<entry>
<title>${escapeXml(titleOf(line))}</title>
<id>${url}</id>
<link rel="alternate" type="text/html" href="${url}"/>
<updated>${escapeXml(line.modified)}</updated>
${published}${categories}<summary>${escapeXml(textOf(line))}</summary>
</entry>
`;
}

/** A JSON Feed 1.1 document. */
export function jsonFeed(site: Site, feed: Feed): string {
  const document = {
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: address(site, feed.folder),
    feed_url: address(site, feedPaths(feed.folder).json),
    language: 'en',
    authors: [{ name: site.publisher, url: address(site, '') }],
    items: entriesOf(feed).map((line) => jsonItem(site, line)),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function jsonItem(site: Site, line: AdvisoryLine) {
  const url = address(site, folders.advisory(line.id));
  return {
    id: url,
    url,
    title: titleOf(line),
    content_text: textOf(line),
    ...(line.reported === null ? {} : { date_published: `${line.reported}T00:00:00Z` }),
    date_modified: line.modified,
    tags: [...line.distributions],
  };
}
