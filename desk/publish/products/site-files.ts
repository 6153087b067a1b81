/** What programs look for at a site: robots, sitemaps, security.txt; and what its pages load. */
import { encodeUtf8 } from 'cpansec/base';
import { robotsTxt, SECURITY_TXT_PATH, type SitemapEntry, securityTxt, sitemaps } from '../../site/index.ts';
import type { Known } from '../known.ts';
import type { WholeProduct } from '../product.ts';
import { signerOf } from '../signed.ts';

export const siteFiles: WholeProduct = {
  name: 'site-files',
  reads: [],
  async make(context) {
    const { site, config, built, assets } = context;
    const { contact, expires, policy, acknowledgments, encryption } = config.security;
    const text = securityTxt(site(built), {
      contact,
      expires,
      ...(policy === undefined ? {} : { policy }),
      ...(encryption === undefined ? {} : { encryption }),
      ...(acknowledgments === undefined ? {} : { acknowledgments }),
    });
    // Signed when it was configured, not when something else changed.
    const signed = await signerOf(context, 'security.txt').cleartext(text, signedAt(expires));
    return {
      files: [
        { path: SECURITY_TXT_PATH, bytes: encodeUtf8(signed) },
        { path: 'robots.txt', bytes: encodeUtf8(robotsTxt(site(built))) },
        ...[...assets].map(([path, bytes]) => ({ path, bytes })),
      ],
    };
  },
};

const YEAR = 365 * 86_400_000;

/** A year before its end, which RFC 9116 asks to be less than a year away: so the same file has the same signature. */
function signedAt(expires: string): string {
  return new Date(Date.parse(expires) - YEAR).toISOString().replace(/\.\d+Z$/, 'Z');
}

export const sitemap: WholeProduct = {
  name: 'sitemap',
  reads: ['records', 'distributions', 'decisions', 'patches'],
  after: true,
  make: ({ known, site, built }) => ({
    files: sitemaps(site(built), pagesOf(known)).map(({ path, text }) => ({ path, bytes: encodeUtf8(text) })),
  }),
};

/** Folders with a page, but for those that only lead to another. */
function pagesOf(known: Known): SitemapEntry[] {
  const modified = new Map(Array.from(known.lines(), (line) => [line.id, line.modified]));
  return Array.from(known.pages(), ({ path, id }) => {
    const changed = id === null ? undefined : modified.get(id);
    const folder = path.slice(0, -'index.html'.length);
    return changed === undefined ? { path: folder } : { path: folder, modified: changed };
  });
}
