/** What products share: where machine formats stand in the tree (`docs/formats/public-tree.md`), and small conversions. */
import type { Reference } from 'cpansec/advisories';
import { encodeUtf8 } from 'cpansec/base';
import type { CsafPublisher } from 'cpansec/formats';
import { type AdvisoryPage, type Page, pathPart } from '../site/index.ts';
import type { PublishConfig } from './config.ts';
import type { Known } from './known.ts';
import type { AdvisorySubject, TreeEntry } from './product.ts';

/** Every format of an advisory stands on this stem. */
export function advisoryStem(id: string): string {
  return `advisories/${pathPart(id)}`;
}

/** Of our own record. */
export function recordPath(id: string): string {
  return `${advisoryStem(id)}.json`;
}

export function osvPath(id: string): string {
  return `osv/CPAN/${pathPart(id)}.json`;
}

export function cvePath(cve: string): string {
  return `cve/${pathPart(cve)}.json`;
}

/** The machine formats that an advisory has: label, path, media type. */
export function formatsOf({ record, cve, openVex }: AdvisorySubject): AdvisoryPage['formats'] {
  const stem = advisoryStem(record.id);
  const json = (label: string, path: string) => [label, path, 'application/json'] as const;
  return [
    json('JSON', `${stem}.json`),
    json('OSV', `${stem}.osv.json`),
    ...(cve.length === 1 ? [json('CVE', `${stem}.cve.json`)] : []),
    json('CSAF', `${stem}.csaf.json`),
    ...(openVex === null ? [] : [json('OpenVEX', `${stem}.openvex.json`)]),
    ['CycloneDX', `${stem}.cdx.json`, 'application/vnd.cyclonedx+json'],
    ['Markdown', `${stem}.md`, 'text/markdown'],
  ];
}

/** Where the patch that a reference leads to would stand in this tree; null for a reference to anything else. */
export function patchPath({ type, url }: Reference, { base }: Pick<PublishConfig, 'base'>): string | null {
  if (type !== 'patch' || !url.startsWith(`${base}/patches/`)) return null;
  // As `address` of the site writes it.
  return url.slice(base.length + 1).replaceAll('%25', '%');
}

export const CSAF_FOLDER = 'csaf/white';

export function csafPublisher({ publisher }: PublishConfig): CsafPublisher {
  return {
    name: publisher.name,
    namespace: publisher.namespace,
    category: publisher.category,
    contact_details: publisher.contact,
  };
}

/** Versions that parse, in version order; null for a distribution of which no release is known. */
export function releasesFrom(known: Known): (distribution: string) => readonly string[] | null {
  return (distribution) => {
    const versions = known
      .releases(distribution)
      .flatMap(({ version }) => (version === null ? [] : [version.original]));
    return versions.length === 0 ? null : versions;
  };
}

export function htmlFiles(pages: readonly Page[]): TreeEntry[] {
  return pages.map(({ path, html }) => ({ path, bytes: encodeUtf8(html) }));
}
