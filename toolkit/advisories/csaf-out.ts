/** A record as CSAF 2.0 documents, a security advisory or VEX: `docs/formats/csaf.md`. */
import {
  type CsafAdvisory,
  type CsafAdvisoryDocument,
  type CsafCategory,
  type CsafNote,
  type CsafPublisher,
  type CsafReference,
  type CsafRevision,
  type CsafTracking,
  csafPath,
} from '../formats/index.ts';
import { downstreamNames } from './csaf-downstream.ts';
import { leavesOf, productTree } from './csaf-products.ts';
import { csafVulnerabilities } from './csaf-vulnerability.ts';
import { type Loss, unknownMembers, unplaced } from './losses.ts';
import type { AdvisoryRecord } from './record.ts';
import { REFERENCE_WORDS } from './reference-type.ts';
import { type AskReleases, releasesOf } from './releases.ts';
import { vulnerabilitiesOf } from './vulnerabilities.ts';
import { writtenReferences } from './written-reference.ts';

export interface CsafOptions {
  readonly publisher: CsafPublisher;
  readonly tracking: {
    /** Oldest first. */
    readonly revisions: readonly [CsafRevision, ...CsafRevision[]];
    /** Of the first revision, RFC 3339; its year is the folder's name. */
    readonly initialReleaseDate: string;
    /** Of the newest revision. */
    readonly currentReleaseDate: string;
    /** Of a record that no longer counts it is `final`, whatever stands here. */
    readonly status: CsafTracking['status'];
  };
  /** Address of the folder that the document is published in, without a slash at the end. */
  readonly base: string;
  /** The releases of a distribution in version order, where they are known. */
  readonly releases?: AskReleases;
  /** Who maintains a distribution, as a PAUSE id; where it is not known, the vendor is `CPAN`. */
  readonly maintainer?: (distribution: string) => string | null;
}

export interface CsafResult {
  readonly document: CsafAdvisory;
  /** What the document says otherwise or leaves out. */
  readonly losses: readonly Loss[];
}

/**
 * The security advisory: products are ranges of versions. Throws formats' `purl` for a distribution that no package
 * URL can name.
 */
export function toCsaf(record: AdvisoryRecord, options: CsafOptions): CsafResult {
  return write(record, options, { category: 'csaf_security_advisory', id: record.id });
}

/**
 * The VEX document, under an id of its own. Where releases are known each is a product: a reader that goes by package
 * URLs then takes no statement on some versions for one on all. Throws as {@link toCsaf}.
 */
export function toCsafVex(record: AdvisoryRecord, options: CsafOptions): CsafResult {
  return write(record, options, { category: 'csaf_vex', id: `${record.id}-VEX` });
}

interface Profile {
  readonly category: Exclude<CsafCategory, 'csaf_base'>;
  readonly id: string;
}

/** Without a product to speak of, the profiles that ask for one give way to the base. */
function write(record: AdvisoryRecord, options: CsafOptions, { category, id }: Profile): CsafResult {
  const losses: Loss[] = [...unknownMembers(record, 'CSAF', ['products', 'disputed']), ...unsaid(record)];
  const { maintainer = () => null } = options;
  const releases: AskReleases = (distribution) => releasesOf(options.releases, distribution);
  const items = vulnerabilitiesOf(record).map((vulnerability) => ({
    vulnerability,
    leaves: leavesOf(vulnerability, category === 'csaf_vex' ? 'releases' : 'ranges', releases),
  }));
  const tree = productTree(
    items.flatMap(({ leaves }) => leaves),
    (distribution) => maintainer(distribution) ?? 'CPAN',
  );
  const vulnerabilities = csafVulnerabilities(record, items, releases, losses);
  const names = downstreamNames(record);
  if (record.products !== undefined && (tree === null || names.length === 0))
    losses.push({ path: 'products', text: 'left out: the record does not say of any version what it is' });
  const profile = { category: tree === null ? ('csaf_base' as const) : category, id };
  const document = documentOf(record, options, profile, losses);
  if (tree === null) return { document: { document }, losses };
  const product_tree = names.length === 0 ? tree : { ...tree, full_product_names: names };
  return { document: { document, product_tree, vulnerabilities }, losses };
}

function documentOf(
  record: AdvisoryRecord,
  options: CsafOptions,
  { category, id }: { category: CsafCategory; id: string },
  losses: Loss[],
): CsafAdvisoryDocument {
  const tracking = trackingOf(record, options, id);
  const self = `${options.base}/${csafPath({ document: { tracking } })}`;
  const rating = record.severity?.rating;
  const notes = notesOf(record);
  const credits = (record.credits ?? []).filter(({ name }) => name !== '');
  return {
    category,
    csaf_version: '2.0',
    lang: 'en',
    title: record.summary === '' ? record.id : `${record.id}: ${record.summary}`,
    publisher: options.publisher,
    tracking,
    distribution: { tlp: { label: 'WHITE', url: 'https://www.first.org/tlp/' } },
    ...(rating === undefined ? {} : { aggregate_severity: { text: rating } }),
    ...(notes.length === 0 ? {} : { notes }),
    references: [{ category: 'self', summary: 'This document', url: self }, ...referencesOf(record, losses)],
    ...(credits.length === 0
      ? {}
      : { acknowledgments: credits.map(({ name, role }) => ({ names: [name], summary: role })) }),
  };
}

function trackingOf(record: AdvisoryRecord, { tracking }: CsafOptions, id: string): CsafTracking {
  const [first, ...later] = tracking.revisions;
  const { initialReleaseDate, currentReleaseDate, status } = tracking;
  return {
    id,
    status: record.withdrawn === undefined ? status : 'final',
    version: (later.at(-1) ?? first).number,
    initial_release_date: initialReleaseDate,
    current_release_date: currentReleaseDate,
    revision_history: [first, ...later],
  };
}

function notesOf({ summary, withdrawn, disputed }: AdvisoryRecord): CsafNote[] {
  const notes: CsafNote[] = summary === '' ? [] : [{ category: 'summary', title: 'Summary', text: summary }];
  if (withdrawn !== undefined) {
    const { kind, on, reason } = withdrawn;
    const title = kind === 'rejected' ? 'Rejected' : 'Withdrawn';
    notes.push({ category: 'general', title, text: `${title} on ${on}: ${reason}` });
  }
  if (disputed !== undefined) {
    const text = `Disputed since ${disputed.on}: ${disputed.reason}`;
    notes.push({ category: 'general', title: 'Disputed', text });
  }
  return notes;
}

function referencesOf(record: AdvisoryRecord, losses: Loss[]): CsafReference[] {
  return writtenReferences(record, losses).map(({ type, uri }) => ({
    category: 'external',
    summary: REFERENCE_WORDS[type],
    url: uri,
  }));
}

/** Members that are facts about the record and not about the vulnerability. */
function unsaid({ severity, flags, history }: AdvisoryRecord): Loss[] {
  return [
    ...(severity?.source === undefined
      ? []
      : [{ path: 'severity.source', text: 'left out: CSAF does not say who rated' }]),
    ...(history.length === 0
      ? []
      : [{ path: 'history', text: 'left out: the document has a revision history of its own' }]),
    ...(flags === undefined ? [] : [unplaced('flags', 'CSAF')]),
  ];
}
