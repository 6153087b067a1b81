/** What an entry says, by its type. Digests are SHA-256 in small hexadecimal digits, sizes are in bytes, instants RFC 3339 UTC to the second; null is what nobody knows. */

/** How somebody heard of a file of CPAN: of PAUSE, of a mirror when it was new, or when it had long been there. */
export type EntrySource = 'pause' | 'mirror' | 'backfill';

/** Of what we publish ourselves: when we did, or what was there before the log. */
export type OwnSource = 'publisher' | 'backfill';

/** An archive, or another file, that an author uploaded. */
export interface ReleaseEntry {
  readonly type: 'release';
  /** From the top of a mirror: `authors/id/A/AB/ABC/Foo-1.2.tar.gz`. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly uploaded: string | null;
  readonly source: EntrySource;
}

/** A state of an index: `modules/02packages.details.txt.gz`. */
export interface IndexEntry {
  readonly type: 'index';
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  /** When that state was written. */
  readonly published: string | null;
  readonly source: EntrySource;
}

/** A state of the CHECKSUMS of an author's directory. */
export interface ChecksumsEntry {
  readonly type: 'checksums';
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  /** Id or fingerprint of the key that signed it, where that was verified. */
  readonly key: string | null;
  readonly published: string | null;
  readonly source: EntrySource;
}

/** A revision of an advisory. */
export interface AdvisoryEntry {
  readonly type: 'advisory';
  /** As it stands in keys of the published store. */
  readonly id: string;
  readonly revision: number;
  /** Of the record as the public tree has it, `advisories/ID.json`. */
  readonly sha256: string;
  readonly published: string | null;
  readonly source: OwnSource;
}

/** The content manifest of a public tree. */
export interface ManifestEntry {
  readonly type: 'manifest';
  readonly serial: number;
  readonly sha256: string;
  readonly size: number;
  readonly built: string;
}

/** A file of TUF's metadata, `timestamp` excepted. */
export interface TufEntry {
  readonly type: 'tuf';
  readonly role: string;
  readonly version: number;
  readonly sha256: string;
  readonly size: number;
}

/** A statement about some bytes. */
export interface AttestationEntry {
  readonly type: 'attestation';
  /** Digest of what it is about. */
  readonly subject: string;
  readonly kind: 'sigstore-bundle' | 'in-toto' | 'vex' | 'sbom';
  /** URI of what kind of statement it is, in-toto's `predicateType`. */
  readonly predicate: string;
  /** Of the statement's file. */
  readonly sha256: string;
  readonly size: number;
}

/** A patch of the published store. */
export interface PatchEntry {
  readonly type: 'patch';
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly published: string | null;
  readonly source: OwnSource;
}

/** A release is no longer where it was. */
export interface RemovalEntry {
  readonly type: 'removal';
  readonly path: string;
  readonly removed: string | null;
  readonly source: EntrySource;
}

/** What became of a key. */
export interface KeyEntry {
  readonly type: 'key';
  readonly role: 'pause' | 'log' | 'witness' | 'tuf';
  readonly name: string;
  /** Id or fingerprint, 8 to 128 small hexadecimal digits. */
  readonly id: string;
  readonly act: 'added' | 'retired' | 'revoked';
  readonly from: string | null;
}

/** The signed end of a desk's audit log; nothing of what it holds. */
export interface AuditHeadEntry {
  readonly type: 'audit-head';
  readonly origin: string;
  /** Of the signed note. */
  readonly sha256: string;
  readonly at: string;
}

export type LogEntry =
  | ReleaseEntry
  | IndexEntry
  | ChecksumsEntry
  | AdvisoryEntry
  | ManifestEntry
  | TufEntry
  | AttestationEntry
  | PatchEntry
  | RemovalEntry
  | KeyEntry
  | AuditHeadEntry;

export type EntryType = LogEntry['type'];
