/** What products share: where machine formats stand in the tree (`docs/formats/public-tree.md`), and small conversions. */
import type { AdvisoryRecord, AffectedEntry } from 'cpansec/advisories';
import { encodeUtf8 } from 'cpansec/base';
import type { CsafPublisher } from 'cpansec/formats';
import { type Page, pathPart } from '../site/index.ts';
import type { PublishConfig } from './config.ts';
import type { Known } from './known.ts';
import type { TreeEntry } from './product.ts';

/** Every format of an advisory stands on this stem. */
export function advisoryStem(id: string): string {
  return `advisories/${pathPart(id)}`;
}

export function osvPath(id: string): string {
  return `osv/CPAN/${pathPart(id)}.json`;
}

export function cvePath(cve: string): string {
  return `cve/${pathPart(cve)}.json`;
}

/** The machine formats of an advisory: label, path, media type. A CVE record has one where it is about one CVE. */
export function formatsOf(
  record: AdvisoryRecord,
  cves: readonly string[],
): (readonly [label: string, path: string, mediaType: string])[] {
  const stem = advisoryStem(record.id);
  return [
    ['JSON', `${stem}.json`, 'application/json'],
    ['OSV', `${stem}.osv.json`, 'application/json'],
    ...cves.map((cve) => [cves.length === 1 ? 'CVE' : cve, cvePath(cve), 'application/json'] as const),
    ['CSAF', `${stem}.csaf.json`, 'application/json'],
    ['OpenVEX', `${stem}.openvex.json`, 'application/json'],
    ['CycloneDX', `${stem}.cdx.json`, 'application/vnd.cyclonedx+json'],
    ['Markdown', `${stem}.md`, 'text/markdown'],
  ];
}

/** CVE ids by which the record, or one of its entries, is known. */
export function cvesOf({
  aliases,
  affected,
}: Pick<AdvisoryRecord, 'aliases'> & { affected: readonly AffectedEntry[] }): string[] {
  const names = [...aliases, ...affected.flatMap((entry) => entry.aliases ?? [])];
  return [...new Set(names.filter((name) => /^CVE-\d{4}-\d{4,19}$/.test(name)))].sort();
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
