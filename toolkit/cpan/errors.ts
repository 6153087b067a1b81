import { PlacedError } from '../base/index.ts';

/** What can be wrong with something of CPAN. */
export type CpanErrorCode =
  /** A version that version.pm refuses. */
  | 'version-syntax'
  /** A version range that CPAN::Meta::Requirements refuses. */
  | 'requirement-syntax'
  /** Clauses that no version can satisfy together. */
  | 'requirement-conflict'
  /** A file or text, or a count in it, beyond the bounds that its parser states. */
  | 'too-large'
  /** Data nested deeper than its parser allows. */
  | 'too-deep'
  /** A cpanfile.snapshot that Carton would refuse, or that was merged by hand. */
  | 'snapshot-syntax'
  /** A cpanfile.snapshot that ends too early. */
  | 'snapshot-truncated'
  /** A cpanfile.snapshot that says one thing twice. */
  | 'snapshot-duplicate'
  /** YAML beyond what CPAN's tools write. */
  | 'yaml-syntax'
  /** A META file that is no map, or not JSON, or not UTF-8. */
  | 'meta-syntax'
  /** A row of 02packages, 06perms, 01mailrc or RECENT that cannot be read. */
  | 'index-syntax'
  /** An index with fewer rows than its header counts. */
  | 'index-truncated'
  /** An install.json, .packlist or perllocal.pod that cannot be read. */
  | 'install-record-syntax'
  /** A CHECKSUMS that is not what CPAN::Checksums writes, or with something before or behind what is signed. */
  | 'checksums-syntax'
  /** A CHECKSUMS of another directory. */
  | 'checksums-directory'
  /** An archive that is damaged or cut short. */
  | 'archive-damaged'
  /** An archive, or something in it, of a kind that is not read. */
  | 'archive-unsupported';

/** Something of CPAN that is broken, out of bounds or contradicts itself. */
export class CpanError extends PlacedError<CpanErrorCode> {}
