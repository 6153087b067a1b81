/**
 * The entries of a log of CPAN (`docs/formats/log-entries.md`): a first line `cpan-log/v1 TYPE`, then one line
 * `FIELD VALUE` for each field of its type, in their order, each with a line feed. One fact has one text.
 */
import { BytesError, decodeUtf8, encodeUtf8, quoteFound } from '../base/index.ts';
import { authorFile } from '../cpan/index.ts';
import type { EntryType, LogEntry } from './entry.ts';
import {
  checksumsPath,
  count,
  digest,
  type Field,
  indexPath,
  instant,
  instantOrUnknown,
  keyId,
  keyIdOrUnknown,
  label,
  name,
  oneOf,
  patchPath,
  releasePath,
  size,
  uri,
} from './entry-fields.ts';
import { TransparencyError } from './errors.ts';

type Value = string | number | null;
type EntryOf<T extends EntryType> = Extract<LogEntry, { readonly type: T }>;
type FieldOf<T extends EntryType> = Exclude<keyof EntryOf<T>, 'type'>;

interface TypeRow<T extends EntryType> {
  /** In their order. */
  readonly fields: { readonly [F in FieldOf<T>]: Field<EntryOf<T>[F]> };
  /** What makes two entries the same fact. */
  readonly identity: readonly FieldOf<T>[];
  /** What has one digest for ever, so that another is a conflict. */
  readonly once?: readonly FieldOf<T>[];
  /** What has many digests, one after the other: only the same as the latest is a duplicate. */
  readonly sequence?: readonly FieldOf<T>[];
}

const source = oneOf('pause', 'mirror', 'backfill');
const ownSource = oneOf('publisher', 'backfill');

const TYPES: { readonly [T in EntryType]: TypeRow<T> } = {
  release: {
    fields: { path: releasePath, sha256: digest, size, uploaded: instantOrUnknown, source },
    identity: ['path', 'sha256'],
    once: ['path'],
  },
  index: {
    fields: { path: indexPath, sha256: digest, size, published: instantOrUnknown, source },
    identity: ['path', 'sha256'],
    sequence: ['path'],
  },
  checksums: {
    fields: {
      path: checksumsPath,
      sha256: digest,
      size,
      key: keyIdOrUnknown,
      published: instantOrUnknown,
      source,
    },
    identity: ['path', 'sha256'],
    sequence: ['path'],
  },
  advisory: {
    fields: { id: name, revision: count, sha256: digest, published: instantOrUnknown, source: ownSource },
    identity: ['id', 'revision', 'sha256'],
    once: ['id', 'revision'],
  },
  manifest: {
    fields: { serial: size, sha256: digest, size, built: instant },
    identity: ['serial', 'sha256'],
    sequence: [],
  },
  tuf: {
    fields: { role: name, version: count, sha256: digest, size },
    identity: ['role', 'version', 'sha256'],
    sequence: ['role'],
  },
  attestation: {
    fields: {
      subject: digest,
      kind: oneOf('sigstore-bundle', 'in-toto', 'vex', 'sbom'),
      predicate: uri,
      sha256: digest,
      size,
    },
    identity: ['subject', 'sha256'],
  },
  patch: {
    fields: { path: patchPath, sha256: digest, size, published: instantOrUnknown, source: ownSource },
    identity: ['path', 'sha256'],
    once: ['path'],
  },
  removal: {
    fields: { path: releasePath, removed: instantOrUnknown, source },
    identity: ['path', 'removed'],
  },
  key: {
    fields: {
      role: oneOf('pause', 'log', 'witness', 'tuf'),
      name: label,
      id: keyId,
      act: oneOf('added', 'retired', 'revoked'),
      from: instantOrUnknown,
    },
    identity: ['role', 'name', 'id', 'act', 'from'],
  },
  'audit-head': {
    fields: { origin: label, sha256: digest, at: instant },
    identity: ['origin', 'sha256'],
  },
};

type Fields = readonly (readonly [field: string, kind: Field<Value>])[];

/** The same, for those who go through the fields of an entry: a writer does so for each. */
const FIELDS = Object.fromEntries(
  Object.entries(TYPES).map(([type, { fields }]) => [type, Object.entries<Field<Value>>(fields)]),
) as unknown as Readonly<Record<EntryType, Fields>>;

/** Longest entry of any type, in bytes: what a bundle can hold. */
const MAX_BYTES = 65_535;
const FIRST_LINE = /^cpan-log\/(v[1-9]\d{0,8}) ([a-z][a-z-]{0,40})$/;
const VERSION = 'v1';

/** The bytes of an entry. Throws `entry` for a value that its field cannot have. */
export function formatEntry(entry: LogEntry): Uint8Array {
  let text = `cpan-log/${VERSION} ${entry.type}\n`;
  const values = valuesOf(entry);
  for (const [field, kind] of FIELDS[entry.type]) {
    const value = kind.write(values[field] ?? null);
    const read = kind.read(value);
    if (read === undefined || read !== values[field]) throw wrongValue(field, kind, value);
    text += `${field} ${value}\n`;
  }
  return encodeUtf8(text);
}

/**
 * Reads the bytes of an entry; null for an entry of a later version or of a type that is not known here. Throws
 * `entry` for what is none, `bounds` above 65,535 bytes; `file` is named in errors.
 */
export function parseEntry(bytes: Uint8Array, file?: string): LogEntry | null {
  if (bytes.length > MAX_BYTES) throw wrong('bounds', `an entry of ${bytes.length} bytes`, file);
  const [first = '', ...lines] = textOf(bytes, file).split('\n');
  const [, version, type] = FIRST_LINE.exec(first) ?? [];
  if (version === undefined || type === undefined)
    throw wrong('entry', `no first line of an entry: ${quoteFound(first)}`, file, 1);
  if (version !== VERSION || !isEntryType(type)) return null;
  if (lines.pop() !== '') throw wrong('entry', 'does not end in a line break', file);
  return readFields(type, lines, file);
}

function readFields(type: EntryType, lines: readonly string[], file?: string): LogEntry {
  const values: Record<string, Value> = { type };
  const fields = FIELDS[type];
  for (const [i, [field, kind]] of fields.entries()) {
    const line = lines[i];
    if (!line?.startsWith(`${field} `))
      throw wrong('entry', `expected ${field}, found ${quoteFound(line ?? 'the end')}`, file, i + 2);
    const value = kind.read(line.slice(field.length + 1));
    if (value === undefined) throw wrongValue(field, kind, line.slice(field.length + 1), file, i + 2);
    values[field] = value;
  }
  if (lines.length > fields.length)
    throw wrong('entry', `more than the fields of ${type}`, file, fields.length + 2);
  // The table has just said what each field of the type holds.
  return values as unknown as LogEntry;
}

/** What makes two entries the same fact: append is idempotent on it. */
export function identityOf(entry: LogEntry): string {
  return keyed(entry, TYPES[entry.type].identity);
}

/**
 * What has one digest for ever, a release, a patch, a revision of an advisory: two entries that have this in common
 * and not their identity are a conflict. Null for types without.
 */
export function onceOf(entry: LogEntry): string | null {
  const { once } = TYPES[entry.type];
  return once === undefined ? null : keyed(entry, once);
}

/**
 * What has many digests one after the other: an entry is a duplicate when the latest of this has its identity, and
 * not when an older one has. Null for types without.
 */
export function sequenceOf(entry: LogEntry): string | null {
  const { sequence } = TYPES[entry.type];
  return sequence === undefined ? null : keyed(entry, sequence);
}

export function isSequence(type: EntryType): boolean {
  return 'sequence' in TYPES[type];
}

/** The PAUSE id in the path; null for what has none. */
export function authorOf(entry: LogEntry): string | null {
  return 'path' in entry ? (authorFile(entry.path)?.author ?? null) : null;
}

/** What an entry is looked up by: `path:…`, `removed:PATH`, `name:FILE`, `author:…`, `sha256:…`, `advisory:ID` and the like, each once. */
export function subjectsOf(entry: LogEntry): string[] {
  const subjects = [subjectOf(entry)];
  if (entry.type === 'release') subjects.push(`name:${entry.path.slice(entry.path.lastIndexOf('/') + 1)}`);
  const author = authorOf(entry);
  if (author !== null) subjects.push(`author:${author}`);
  if ('sha256' in entry) subjects.push(`sha256:${entry.sha256}`);
  return [...new Set(subjects)];
}

/** The first of them: what else is said of the same thing has it too. */
export function subjectOf(entry: LogEntry): string {
  switch (entry.type) {
    case 'advisory':
      return `advisory:${entry.id}`;
    case 'manifest':
      return `manifest:${entry.serial}`;
    case 'tuf':
      return `tuf:${entry.role}`;
    case 'attestation':
      return `sha256:${entry.subject}`;
    case 'key':
      return `key:${entry.id}`;
    case 'audit-head':
      return `audit-head:${entry.origin}`;
    case 'removal':
      // Apart from what its path was: the newest of them would be all that a lookup has place for.
      return `removed:${entry.path}`;
    default:
      return `path:${entry.path}`;
  }
}

/** Where the proof of an entry stands below the top of a log; null for those that have no place of their own. */
export function proofPath(entry: LogEntry): string | null {
  const place = proofPlace(entry);
  return place === null ? null : `proof/${place}.tlog-proof`;
}

function proofPlace(entry: LogEntry): string | null {
  switch (entry.type) {
    case 'release':
    case 'index':
    case 'checksums':
    case 'patch':
      return `path/${entry.path}`;
    case 'advisory':
      return `advisory/${entry.id}/${entry.revision}`;
    case 'manifest':
      return `manifest/${entry.serial}`;
    case 'tuf':
      return `tuf/${entry.role}/${entry.version}`;
    case 'attestation':
      return `attestation/${entry.subject}/${entry.sha256}`;
    case 'audit-head':
      return `audit-head/${entry.sha256}`;
    case 'removal':
    case 'key':
      return null;
  }
}

function keyed(entry: LogEntry, fields: readonly string[]): string {
  const values = valuesOf(entry);
  let text: string = entry.type;
  for (const field of fields) text += ` ${values[field] ?? '-'}`;
  return text;
}

function isEntryType(type: string): type is EntryType {
  return Object.hasOwn(TYPES, type);
}

/** An entry's members by name. */
function valuesOf(entry: object): Readonly<Record<string, Value>> {
  return entry as Readonly<Record<string, Value>>;
}

function textOf(bytes: Uint8Array, file?: string): string {
  try {
    // What is decoded has lost it.
    if (bytes[0] === 0xef) throw new BytesError('not-utf8', 'begins with no ASCII');
    return decodeUtf8(bytes);
  } catch (cause) {
    if (!(cause instanceof BytesError)) throw cause;
    throw new TransparencyError('entry', cause.problem, file === undefined ? {} : { file }, { cause });
  }
}

function wrongValue(
  field: string,
  { what }: Field<Value>,
  found: string,
  file?: string,
  line?: number,
): TransparencyError {
  return wrong('entry', `${field} is ${what}, found ${quoteFound(found)}`, file, line);
}

function wrong(code: 'entry' | 'bounds', problem: string, file?: string, line?: number): TransparencyError {
  return new TransparencyError(code, problem, {
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
  });
}
