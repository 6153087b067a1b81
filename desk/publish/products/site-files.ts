/** What programs look for at a site: robots, sitemaps, security.txt; and what its pages load. */
import { encodeUtf8 } from 'cpansec/base';
import {
  folders,
  robotsTxt,
  SECURITY_TXT_PATH,
  type SitemapEntry,
  securityTxt,
  sitemaps,
} from '../../site/index.ts';
import { SECURITY_PERIOD } from '../config.ts';
import type { Known } from '../known.ts';
import type { WholeProduct } from '../product.ts';
import { signerOf } from '../signed.ts';

export const siteFiles: WholeProduct = {
  name: 'site-files',
  reads: [],
  async make(context) {
    const { site, config, assets } = context;
    const { contact, expires, policy, acknowledgments, encryption } = config.security;
    const text = securityTxt(site(null), {
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
        { path: 'robots.txt', bytes: encodeUtf8(robotsTxt(site(null))) },
        ...[...assets].map(([path, bytes]) => ({ path, bytes })),
      ],
    };
  },
};

/** A year before its end, which RFC 9116 asks to be less than a year away: so the same file has the same signature. */
function signedAt(expires: string): string {
  return new Date(Date.parse(expires) - SECURITY_PERIOD).toISOString().replace(/\.\d+Z$/, 'Z');
}

export const sitemap: WholeProduct = {
  name: 'sitemap',
  reads: ['records', 'distributions'],
  make: ({ known, site }) => ({
    files: sitemaps(site(null), [...pagesOf(known)]).map(({ path, text }) => ({
      path,
      bytes: encodeUtf8(text),
    })),
  }),
};

/** Pages but for the further ones of long lists, and for those that only lead to another. */
function* pagesOf(known: Known): Iterable<SitemapEntry> {
  for (const path of FRONT) yield { path };
  for (const [id, modified] of known.modified()) yield { path: folders.advisory(id), modified };
  for (const [year] of known.years()) yield { path: folders.year(year) };
  for (const name of known.distributionNames()) yield { path: folders.distribution(name) };
  for (const [letter] of known.letters()) yield { path: folders.letter(letter) };
  for (const author of known.authors()) yield { path: folders.author(author) };
  for (const name of known.sharedNames()) yield { path: folders.alias(name) };
}

const FRONT: readonly string[] = [
  folders.home,
  folders.advisories,
  folders.recent,
  folders.distributions,
  folders.statistics,
  folders.status,
  folders.data,
  folders.audit,
  folders.verify,
  folders.search,
  folders.patches,
];
