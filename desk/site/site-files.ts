/** Small files for programs that visit a site: sitemaps, robots.txt, security.txt. */
import { escapeXml } from 'cpansec/formats';
import { SiteError } from './errors.ts';
import type { Site } from './model.ts';
import { address } from './paths.ts';

/** A text and where it stands in the tree. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

export interface SitemapEntry {
  /** Folder or file in the tree. */
  readonly path: string;
  /** Date or instant of the last change, where it is known. */
  readonly modified?: string;
}

/** Addresses of a sitemap at most: https://www.sitemaps.org/protocol.html. */
const SITEMAP_ENTRIES = 50_000;

/** `sitemap.xml`, which lists `sitemap-1.xml`, `sitemap-2.xml` … where one file does not hold all. */
export function sitemaps(site: Site, entries: readonly SitemapEntry[]): TextFile[] {
  const count = Math.ceil(entries.length / SITEMAP_ENTRIES);
  if (count <= 1) return [{ path: 'sitemap.xml', text: sitemap(site, entries) }];
  const files = Array.from({ length: count }, (_, i) => ({
    path: `sitemap-${i + 1}.xml`,
    text: sitemap(site, entries.slice(i * SITEMAP_ENTRIES, (i + 1) * SITEMAP_ENTRIES)),
  }));
  const items = files.map(({ path }) => `<sitemap><loc>${escapeXml(address(site, path))}</loc></sitemap>\n`);
  return [{ path: 'sitemap.xml', text: sitemapDocument('sitemapindex', items) }, ...files];
}

function sitemap(site: Site, entries: readonly SitemapEntry[]): string {
  const items = entries.map(({ path, modified }) => {
    const changed = modified === undefined ? '' : `<lastmod>${escapeXml(modified)}</lastmod>`;
    return `<url><loc>${escapeXml(address(site, path))}</loc>${changed}</url>\n`;
  });
  return sitemapDocument('urlset', items);
}

function sitemapDocument(element: string, items: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<${element} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${items.join('')}</${element}>
`;
}

/** Everything may be read but the objects, which are the same bytes under another name. */
export function robotsTxt(site: Site): string {
  return `User-agent: *\nDisallow: ${address(site, 'objects/').replace(/^[a-z]+:\/\/[^/]*/, '')}\nSitemap: ${address(site, 'sitemap.xml')}\n`;
}

/** Fields of security.txt: https://www.rfc-editor.org/rfc/rfc9116. */
export interface SecurityTxt {
  /** URIs, the preferred first: `mailto:security@example.org`. */
  readonly contact: readonly string[];
  /** RFC 3339 instant after which the file says nothing; less than a year ahead. */
  readonly expires: string;
  readonly encryption?: string;
  readonly policy?: string;
  readonly acknowledgments?: string;
}

export const SECURITY_TXT_PATH = '.well-known/security.txt';

/** The text, unsigned. Throws `security-txt` for a field that the standard refuses. */
export function securityTxt(site: Site, fields: SecurityTxt): string {
  const { contact, expires, encryption, policy, acknowledgments } = fields;
  if (contact.length === 0) throw new SiteError('security-txt', 'a contact is needed', { path: 'contact' });
  if (Number.isNaN(Date.parse(expires)))
    throw new SiteError('security-txt', 'no instant of RFC 3339', { path: 'expires' });
  const lines: (readonly [field: string, value: string | undefined])[] = [
    ...contact.map((uri) => ['Contact', uri] as const),
    ['Expires', expires],
    ['Encryption', encryption],
    ['Acknowledgments', acknowledgments],
    ['Preferred-Languages', 'en'],
    ['Canonical', ownAddress(site, SECURITY_TXT_PATH)],
    ['Policy', policy],
    ['CSAF', ownAddress(site, '.well-known/csaf/provider-metadata.json')],
  ];
  return lines
    .filter((line): line is readonly [string, string] => line[1] !== undefined)
    .map(([field, value]) => `${field}: ${mustBeUri(field, value)}\n`)
    .join('');
}

/** Left out by a site that is not reached by https, such as one on the publisher's own machine. */
function ownAddress(site: Site, path: string): string | undefined {
  return site.base.startsWith('https://') ? address(site, path) : undefined;
}

/** Section 2.5: web addresses are https. */
function mustBeUri(field: string, value: string): string {
  if (/[\s\p{Cc}]/u.test(value) || /^http:/i.test(value))
    throw new SiteError('security-txt', `no https or mailto address: ${value}`, {
      path: field.toLowerCase(),
    });
  return value;
}

const DAY = 86_400_000;
/** Days before its end at which the file must be renewed. */
const RENEWAL = 30;

/** An alarm in words when the file has run out or will within thirty days; else null. Instants are RFC 3339. */
export function checkSecurityTxt(expires: string, now: string): string | null {
  const days = Math.floor((Date.parse(expires) - Date.parse(now)) / DAY);
  if (Number.isNaN(days)) return `security.txt has no readable end: ${expires}`;
  if (days < 0) return `security.txt ran out on ${expires.slice(0, 10)}`;
  return days < RENEWAL ? `security.txt runs out on ${expires.slice(0, 10)}, in ${days} days` : null;
}
