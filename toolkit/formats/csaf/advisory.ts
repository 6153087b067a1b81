/** CSAF 2.0 as it is written: what its profiles ask for stands here as types. */
import { writeSortedJson } from '../document.ts';
import type {
  Csaf,
  CsafDocument,
  CsafProductStatus,
  CsafProductTree,
  CsafScope,
  CsafVulnerability,
} from './csaf.ts';

/** A document of version 2.0. Instants are RFC 3339. */
export interface CsafAdvisory extends Csaf {
  document: CsafAdvisoryDocument;
  /** Only the profile `csaf_base` does without, and without vulnerabilities. */
  product_tree?: CsafProductTree;
  vulnerabilities?: CsafAdvisoryVulnerability[];
}

/** Sections 4.1, 4.4 and 4.5. */
export type CsafCategory = 'csaf_base' | 'csaf_security_advisory' | 'csaf_vex';

export interface CsafAdvisoryDocument extends CsafDocument {
  acknowledgments?: CsafAcknowledgment[];
  aggregate_severity?: { namespace?: string; text: string };
  category: CsafCategory;
  csaf_version: '2.0';
  distribution?: { text?: string; tlp?: { label: CsafTlp; url?: string } };
  /** BCP 47. */
  lang?: string;
  notes?: CsafNote[];
  publisher: CsafPublisher;
  references?: CsafReference[];
  title: string;
  tracking: CsafTracking;
}

/** TLP 1: what TLP 2.0 calls CLEAR is WHITE here. */
export type CsafTlp = 'AMBER' | 'GREEN' | 'RED' | 'WHITE';

export interface CsafPublisher {
  category: 'coordinator' | 'discoverer' | 'other' | 'translator' | 'user' | 'vendor';
  contact_details?: string;
  issuing_authority?: string;
  name: string;
  /** An address that is the publisher's own. */
  namespace: string;
}

export interface CsafTracking {
  current_release_date: string;
  /** Unique among the publisher's documents; the file is named after it. */
  id: string;
  initial_release_date: string;
  /** Oldest first. */
  revision_history: CsafRevision[];
  status: 'draft' | 'final' | 'interim';
  /** The number of the newest revision. */
  version: string;
}

export interface CsafRevision {
  date: string;
  /** An integer, or three of them as SemVer has it; the same way in a whole document. */
  number: string;
  summary: string;
}

export interface CsafAcknowledgment {
  names?: string[];
  organization?: string;
  summary?: string;
  urls?: string[];
}

export interface CsafNote {
  category: 'description' | 'details' | 'faq' | 'general' | 'legal_disclaimer' | 'other' | 'summary';
  text: string;
  title?: string;
}

export interface CsafReference {
  category?: 'external' | 'self';
  summary: string;
  url: string;
}

export interface CsafAdvisoryVulnerability extends CsafVulnerability {
  cwe?: { id: string; name: string };
  ids?: { system_name: string; text: string }[];
  notes: CsafNote[];
  product_status: CsafProductStatus;
  release_date?: string;
  remediations?: CsafRemediation[];
  scores?: CsafScore[];
}

/** Of a vulnerability whose `product_ids` or `group_ids` are named; section 3.2.3.12. */
export interface CsafRemediation extends CsafScope {
  category: 'mitigation' | 'no_fix_planned' | 'none_available' | 'vendor_fix' | 'workaround';
  details: string;
  url?: string;
}

export interface CsafScore {
  cvss_v3?: CsafCvss3;
  products: string[];
}

/** What FIRST's schema of CVSS 3.1 asks for at least. */
export interface CsafCvss3 {
  version: '3.1';
  vectorString: string;
  baseScore: number;
  baseSeverity: 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
}

/** The document as JSON, members sorted by name: the order of optional test 6.2.13. */
export function formatCsaf(csaf: Csaf): string {
  return writeSortedJson(csaf);
}
