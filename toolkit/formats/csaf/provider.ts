/** `provider-metadata.json`: who publishes CSAF documents, and where. CSAF 2.0, requirement 7 of section 7.1. */
import { writeSortedJson } from '../document.ts';
import type { CsafPublisher, CsafTlp } from './advisory.ts';

export interface CsafProvider {
  /** Its own address; ends in `/provider-metadata.json`. */
  canonical_url: string;
  distributions?: CsafDistribution[];
  /** RFC 3339. */
  last_updated: string;
  list_on_CSAF_aggregators: boolean;
  metadata_version: '2.0';
  mirror_on_CSAF_aggregators: boolean;
  public_openpgp_keys?: { fingerprint?: string; url: string }[];
  publisher: CsafPublisher;
  role: 'csaf_publisher' | 'csaf_provider' | 'csaf_trusted_provider';
}

/** One way or both. */
export interface CsafDistribution {
  /** Where `index.txt` and `changes.csv` lie. */
  directory_url?: string;
  /** Addresses of JSON files. */
  rolie?: { feeds: CsafFeedPlace[]; categories?: string[]; services?: string[] };
}

export interface CsafFeedPlace {
  summary?: string;
  tlp_label: CsafTlp | 'UNLABELED';
  url: string;
}

/** The file as JSON, members sorted by name. */
export function formatCsafProvider(provider: CsafProvider): string {
  return writeSortedJson(provider);
}
