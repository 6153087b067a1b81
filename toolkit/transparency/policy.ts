/**
 * Policies (https://c2sp.org/tlog-policy): which logs are believed, and which witnesses must have cosigned a
 * checkpoint of theirs.
 *
 *     log VKEY [URL]
 *     witness NAME VKEY [URL]
 *     group NAME all|any|NUMBER MEMBER…         of what stands above it
 *     quorum NAME|none                          once
 */
import { encodeUtf8, printable, quoteFound, toHex } from '../base/index.ts';
import { FormatError, type NoteKeyType, type NoteVerifier, parseNoteVerifier } from '../formats/index.ts';
import { TransparencyError } from './errors.ts';

/** Of a policy: bytes. */
export const MAX_POLICY = 1_000_000;
/** Of each of logs, witnesses and groups. */
const MAX_OF_A_KIND = 256;

export interface PolicyLog {
  /** Its name is the origin of the log. */
  readonly verifier: NoteVerifier;
  readonly url: string | null;
}

export interface PolicyWitness {
  /** In this policy; that of the key is another. */
  readonly name: string;
  readonly verifier: NoteVerifier;
  readonly url: string | null;
}

/** Has witnessed what at least `needs` of its members have. */
export interface PolicyGroup {
  readonly name: string;
  readonly needs: number;
  /** Names of witnesses, and of groups above this one. */
  readonly members: readonly string[];
}

export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  /** The name of a witness or a group; null when no witness is needed. */
  readonly quorum: string | null;
}

/** Throws `policy` with the line, `bounds`. */
export function parsePolicy(file: string | Uint8Array): Policy {
  const bytes = typeof file === 'string' ? encodeUtf8(file) : file;
  if (bytes.length > MAX_POLICY) throw new TransparencyError('bounds', `a policy of ${bytes.length} bytes`);
  const lines = textOf(bytes).split('\n');
  // A file that was cut off could ask for less.
  if (lines.pop() !== '') throw new TransparencyError('policy', 'does not end in a line break');
  const draft: Draft = { logs: [], witnesses: [], groups: [], defined: new Map(), keys: new Set() };
  for (const [index, line] of lines.entries()) addLine(draft, line, index + 1);
  if (draft.quorum === undefined) throw new TransparencyError('policy', 'has no quorum');
  const { logs, witnesses, groups, quorum } = draft;
  return { logs, witnesses, groups, quorum };
}

/** Octets stand for themselves: of a file that is not UTF-8, each is one character. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
}

interface Draft {
  readonly logs: PolicyLog[];
  readonly witnesses: PolicyWitness[];
  readonly groups: PolicyGroup[];
  /** Names, and the group that each is a member of, or ''. */
  readonly defined: Map<string, string>;
  /** Public keys, after what they are of. */
  readonly keys: Set<string>;
  quorum?: string | null;
}

interface Kind {
  /** Items after the keyword, at least and at most. */
  readonly items: readonly [number, number];
  add(draft: Draft, items: readonly string[]): void;
}

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['log', { items: [1, 2], add: addLog }],
  ['witness', { items: [2, 3], add: addWitness }],
  ['group', { items: [3, Number.POSITIVE_INFINITY], add: addGroup }],
  ['quorum', { items: [1, 1], add: setQuorum }],
]);

function addLine(draft: Draft, line: string, number: number): void {
  try {
    if (/[^\t -~\u0080-\u{10ffff}]/u.test(line)) throw wrong('a control character');
    const [keyword, ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
    if (keyword === undefined || keyword.startsWith('#')) return;
    const kind = KINDS.get(keyword);
    if (kind === undefined) throw wrong(`a line of no kind: ${quoteFound(keyword)}`);
    // Names are shown to people, who could be shown another one.
    const hidden = items.find((item) => printable(item) !== item);
    if (hidden !== undefined) throw wrong(`a name with hidden characters: ${quoteFound(hidden)}`);
    const [least, most] = kind.items;
    if (items.length < least || items.length > most) throw wrong(`a ${keyword} with ${items.length} items`);
    kind.add(draft, items);
  } catch (cause) {
    if (!(cause instanceof TransparencyError || cause instanceof FormatError)) throw cause;
    const code = cause.code === 'bounds' ? 'bounds' : 'policy';
    throw new TransparencyError(code, cause.problem, { line: number }, { cause });
  }
}

function wrong(problem: string): TransparencyError {
  return new TransparencyError('policy', problem);
}

function addLog({ logs, keys }: Draft, [vkey = '', url]: readonly string[]): void {
  const verifier = keyOf(vkey, 'log', ['ed25519', 'ml-dsa-44'], keys);
  bounded(logs, 'logs').push({ verifier, url: url ?? null });
}

function addWitness(draft: Draft, [name = '', vkey = '', url]: readonly string[]): void {
  define(draft, name);
  const verifier = keyOf(vkey, 'witness', ['cosignature', 'ml-dsa-44'], draft.keys);
  bounded(draft.witnesses, 'witnesses').push({ name, verifier, url: url ?? null });
}

function addGroup(draft: Draft, [name = '', many = '', ...members]: readonly string[]): void {
  for (const member of members) join(draft, name, member);
  define(draft, name);
  const needs = many === 'all' ? members.length : many === 'any' ? 1 : decimal(many);
  if (needs < 1 || needs > members.length)
    throw wrong(`a group of ${members.length} that needs ${quoteFound(many)}`);
  bounded(draft.groups, 'groups').push({ name, needs, members });
}

/** Each name counts in one way only. */
function join({ defined }: Draft, group: string, member: string): void {
  const other = defined.get(member);
  if (other === undefined) throw wrong(`a member that is not defined above: ${quoteFound(member)}`);
  if (other !== '') throw wrong(`a member of two groups, or twice of one: ${quoteFound(member)}`);
  defined.set(member, group);
}

function setQuorum(draft: Draft, [name = '']: readonly string[]): void {
  if (draft.quorum !== undefined) throw wrong('a second quorum');
  if (name !== 'none' && !draft.defined.has(name))
    throw wrong(`a quorum that is not defined above: ${quoteFound(name)}`);
  draft.quorum = name === 'none' ? null : name;
}

function define({ defined }: Draft, name: string): void {
  if (name === 'none') throw wrong('none is no name');
  if (defined.has(name)) throw wrong(`a name that is defined above: ${quoteFound(name)}`);
  defined.set(name, '');
}

function keyOf(
  vkey: string,
  of: 'log' | 'witness',
  types: readonly NoteKeyType[],
  keys: Set<string>,
): NoteVerifier {
  const verifier = parseNoteVerifier(vkey);
  if (!types.includes(verifier.type)) throw wrong(`a key of a ${of} of type ${verifier.type}`);
  const key = `${of} ${toHex(verifier.publicKey)}`;
  if (keys.has(key)) throw wrong(`a ${of} with the key of another`);
  keys.add(key);
  return verifier;
}

function decimal(text: string): number {
  return /^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : 0;
}

function bounded<T>(list: T[], what: string): T[] {
  if (list.length >= MAX_OF_A_KIND)
    throw new TransparencyError('bounds', `more than ${MAX_OF_A_KIND} ${what}`);
  return list;
}
