/**
 * `cpanfile.snapshot`, the lock file of Carton and Carmel, format version 1.0 (Carton::Snapshot::Parser):
 * indentation is structure, two spaces a level. What Carton would refuse is refused, and also what shows that the
 * file was cut short or merged by hand. A file as Carton writes it is passed over in few steps; any other is read
 * line by line, to tell what is wrong and where.
 */
import { type Place, quoteFound } from '../base/index.ts';
import { distInfo } from './distinfo.ts';
import { CpanError, type CpanErrorCode } from './errors.ts';
import { setMember } from './member.ts';

/** Longest snapshot, in characters: a thousand times the largest seen. */
export const MAX_SNAPSHOT_LENGTH: number = 256 * 1024 * 1024;
/** Most distributions: all of CPAN has half as many, and a project locks each of them once. */
export const MAX_SNAPSHOT_ENTRIES = 100_000;
/** Most lines: eight times the packages of CPAN. */
export const MAX_SNAPSHOT_LINES = 2_000_000;

const HEADER = '# carton snapshot format: version 1.0';

/** One locked distribution. */
export interface SnapshotDist {
  /** Name and version by the pathname (CPAN::DistnameInfo), else by the entry's heading. */
  readonly dist: string;
  readonly version: string | null;
  /** Below `authors/id/`, or whatever URL the resolver wrote. */
  readonly pathname: string;
  /** Version by package; null where the snapshot says `undef`. */
  readonly provides: Readonly<Record<string, string | null>>;
  /** Range by module, as written. */
  readonly requirements: Readonly<Record<string, string>>;
  /** The names alone, in the order of the file: members of `provides` and of `requirements`. */
  readonly packages: readonly string[];
  readonly requires: readonly string[];
  /** Line of the heading. */
  readonly line: number;
}

/**
 * Reads a snapshot. Throws {@link CpanError} with file and line: `snapshot-syntax`, `snapshot-truncated`,
 * `snapshot-duplicate`, and `too-large` where it has more characters, distributions or lines than
 * {@link MAX_SNAPSHOT_LENGTH}, {@link MAX_SNAPSHOT_ENTRIES} and {@link MAX_SNAPSHOT_LINES} say.
 *
 * @example
 *   parseSnapshot(text, 'cpanfile.snapshot')[0];
 *   // { dist: 'Try-Tiny', version: '0.31', pathname: 'E/ET/ETHER/Try-Tiny-0.31.tar.gz',
 *   //   provides: { 'Try::Tiny': '0.31' }, requirements: { perl: '5.006' },
 *   //   packages: ['Try::Tiny'], requires: ['perl'], line: 3 }
 */
export function parseSnapshot(text: string, file?: string): SnapshotDist[] {
  const entries = usualEntries(text) ?? new SnapshotReader(text, file).read();
  return entries.map((entry) => new LockedDist(text, entry));
}

type Section = 'provides' | 'requirements';

/** Lines of a section: offsets of the first character and one past the last. */
interface Lines {
  readonly from: number;
  to: number;
}

interface Entry {
  readonly heading: string;
  readonly line: number;
  pathname?: string;
  provides?: Lines;
  requirements?: Lines;
}

const HEAD = `${HEADER}\nDISTRIBUTIONS\n`;
const REQUIREMENTS = '    requirements:\n';

/**
 * An entry as Carton writes it: heading, pathname, then two sections of lines `      Module::Name 1.2`, no name twice
 * in a row. One step of the engine for expressions, where a loop over thousands of lines would first be compiled,
 * and that takes longer than a whole audit may. No choice in it is taken back, so its time is linear.
 */
const ENTRY = new RegExp(
  `  ([^ \\r\\n]+)\n    pathname: ([^\\r\\n]+)\n    provides:\n(${pairs(4)})${REQUIREMENTS}(${pairs(6)})`,
  'y',
);

/** Up to a number of lines that the engine's stack has room for; `name` is the number of the group in it. */
function pairs(name: number): string {
  return `(?: {6}([^ \\r\\n]+ )(?:undef|[v\\d._,=!<>][^\\n]*)\\n(?! {6}\\${name})){0,100000}`;
}

/** What {@link SnapshotReader} makes of a file of such entries, in the order of their names; null for any other. */
function usualEntries(text: string): Entry[] | null {
  if (!text.startsWith(HEAD) || text.length > MAX_SNAPSHOT_LENGTH) return null;
  const entries = new Map<string, Entry>();
  let line = 3;
  for (let at = HEAD.length; at < text.length; at = ENTRY.lastIndex) {
    ENTRY.lastIndex = at;
    const found = ENTRY.exec(text);
    if (found === null) return null;
    const heading = found[1] ?? '';
    const provides = countSorted(found[3] ?? '');
    const requirements = countSorted(found[5] ?? '');
    if (entries.has(heading) || provides < 0 || requirements < 0) return null;
    entries.set(heading, usualEntry(found, line));
    line += 4 + provides + requirements;
    if (entries.size > MAX_SNAPSHOT_ENTRIES || line > MAX_SNAPSHOT_LINES) return null;
  }
  return [...entries.values()];
}

function usualEntry(found: RegExpExecArray, line: number): Entry {
  const to = found.index + found[0].length;
  const from = to - (found[5] ?? '').length;
  const end = from - REQUIREMENTS.length;
  return {
    heading: found[1] ?? '',
    line,
    pathname: found[2] ?? '',
    provides: { from: end - (found[3] ?? '').length, to: end },
    requirements: { from, to },
  };
}

/** How many lines; -1 when they are not sorted. Names that are equal stand next to each other in sorted lines. */
function countSorted(section: string): number {
  const lines = section.split('\n');
  const count = lines.length - 1; // each has its end
  let last = '';
  for (let i = 0; i < count; i++) {
    const line = lines[i] ?? '';
    if (line <= last) return -1;
    last = line;
  }
  return count;
}

class SnapshotReader {
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #entries: Entry[] = [];
  readonly #headings = new Set<string>();
  #line = 0;
  /** What the last line may continue: nothing yet, the file's head, or the entries. */
  #state: 'start' | 'head' | 'entries' = 'start';
  #section: Section | null = null;
  /** The name before in this section, and all of them once they are out of order. */
  #name = '';
  #names: Set<string> | null = null;

  constructor(text: string, file: string | undefined) {
    this.#text = text;
    this.#file = file;
  }

  read(): Entry[] {
    const { length } = this.#text;
    if (length > MAX_SNAPSHOT_LENGTH) {
      this.#fail('too-large', `snapshot of ${length} characters, at most ${MAX_SNAPSHOT_LENGTH}`);
    }
    for (let at = 0; at < length; ) {
      const newline = this.#text.indexOf('\n', at);
      const next = newline < 0 ? length : newline;
      if (++this.#line > MAX_SNAPSHOT_LINES) this.#tooMany(MAX_SNAPSHOT_LINES, 'lines');
      this.#readLine(at, this.#text.charCodeAt(next - 1) === 0x0d ? next - 1 : next);
      at = next + 1;
    }
    this.#checkEnd();
    return this.#entries;
  }

  #readLine(start: number, stop: number): void {
    let at = start;
    while (this.#text.charCodeAt(at) === 0x20) at++;
    if (at >= stop) return;
    if (at - start === 6) this.#pair(at, stop);
    else if (at - start === 4) this.#property(this.#text.slice(at, stop), stop);
    else if (at - start === 2) this.#heading(this.#text.slice(at, stop));
    else if (at === start) this.#unindented(this.#text.slice(at, stop));
    else this.#unexpected(this.#text.slice(at, stop));
  }

  #unindented(content: string): void {
    if (this.#state === 'start') {
      if (content !== HEADER) {
        this.#fail('snapshot-syntax', `expected "${HEADER}", found ${quoteFound(content)}`);
      }
      this.#state = 'head';
    } else if (this.#state === 'head' && content === 'DISTRIBUTIONS') this.#state = 'entries';
    else if (/^(?:<{7}|={7}|>{7})/.test(content)) {
      this.#fail('snapshot-syntax', `an unresolved merge: ${quoteFound(content)}`);
    } else this.#unexpected(content);
  }

  #heading(heading: string): void {
    if (this.#state !== 'entries' || heading.includes(' ')) this.#unexpected(heading);
    if (this.#headings.has(heading)) {
      this.#fail('snapshot-duplicate', `distribution ${quoteFound(heading)} twice`);
    }
    const before = this.#entries.at(-1);
    if (before !== undefined && before.pathname === undefined) {
      this.#fail('snapshot-syntax', `no pathname for ${quoteFound(before.heading)}`, before.line);
    }
    if (this.#entries.length === MAX_SNAPSHOT_ENTRIES) this.#tooMany(MAX_SNAPSHOT_ENTRIES, 'distributions');
    this.#headings.add(heading);
    this.#entries.push({ heading, line: this.#line });
    this.#section = null;
  }

  #property(content: string, stop: number): void {
    const entry = this.#entries.at(-1);
    if (entry === undefined) this.#unexpected(content);
    if (content.startsWith('pathname: ') && content.length > 10) {
      if (entry.pathname !== undefined) this.#fail('snapshot-duplicate', 'pathname twice');
      entry.pathname = content.slice(10);
      this.#section = null;
    } else if (content === 'provides:' || content === 'requirements:') {
      const section = content === 'provides:' ? 'provides' : 'requirements';
      if (entry[section] !== undefined) this.#fail('snapshot-duplicate', `${section} twice`);
      const from = Math.min(this.#text.length, stop + (this.#text.charCodeAt(stop) === 0x0d ? 2 : 1));
      entry[section] = { from, to: from };
      this.#section = section;
      this.#name = '';
      this.#names = null;
    } else this.#unexpected(content);
  }

  /** `Module::Name 1.2`: checked here, made members when somebody asks. */
  #pair(at: number, stop: number): void {
    const lines = this.#section === null ? undefined : this.#entries.at(-1)?.[this.#section];
    const space = this.#text.indexOf(' ', at);
    if (lines === undefined || space < 0 || space >= stop || !beginsVersion(this.#text, space + 1, stop)) {
      this.#unexpected(this.#text.slice(at, stop));
    }
    const name = this.#text.slice(at, space);
    if (this.#isKnown(name, lines)) {
      this.#fail('snapshot-duplicate', `${quoteFound(name)} twice in ${this.#section}`);
    }
    lines.to = stop;
  }

  /** Carton sorts by name, so a name that follows its predecessor is new; else all names are compared. */
  #isKnown(name: string, lines: Lines): boolean {
    if (this.#names === null && name > this.#name) {
      this.#name = name;
      return false;
    }
    this.#names ??= new Set(namesIn(this.#text, lines));
    if (this.#names.has(name)) return true;
    this.#names.add(name);
    return false;
  }

  /** Every entry that Carton writes has all three parts, and every line its end. */
  #checkEnd(): void {
    if (this.#state !== 'entries') {
      this.#fail('snapshot-truncated', this.#state === 'start' ? 'an empty snapshot' : 'no DISTRIBUTIONS');
    }
    const last = this.#entries.at(-1);
    if (last === undefined) return;
    if (last.pathname === undefined) this.#cut(last, 'a pathname');
    for (const section of ['provides', 'requirements'] as const) {
      const usual = this.#entries.some((entry) => entry[section] !== undefined);
      if (usual && last[section] === undefined) this.#cut(last, section);
    }
    if (!this.#text.endsWith('\n') && !/(?:\d|undef|:)\r?$/.test(this.#text.slice(-10))) {
      this.#fail('snapshot-truncated', 'the last line has no end');
    }
  }

  #cut(entry: Entry, missing: string): never {
    return this.#fail(
      'snapshot-truncated',
      `the snapshot ends before ${missing} of ${quoteFound(entry.heading)}`,
    );
  }

  #tooMany(most: number, things: string): never {
    return this.#fail('too-large', `more than ${most} ${things}`);
  }

  #unexpected(content: string): never {
    return this.#fail('snapshot-syntax', `cannot read the line ${quoteFound(content)}`);
  }

  #fail(code: CpanErrorCode, problem: string, line: number = Math.max(this.#line, 1)): never {
    const place: Place = this.#file === undefined ? { line } : { file: this.#file, line };
    throw new CpanError(code, problem, place);
  }
}

/** What Carton's parser takes for a version or a range begins so. */
function beginsVersion(text: string, at: number, stop: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) return true;
  const value = text.slice(at, stop).trim();
  return value === 'undef' || /^[v\d._,=!<>]/.test(value);
}

/** Each name in the lines, with the offsets between which the rest of its line stands. */
function eachName(
  text: string,
  lines: Lines | undefined,
  take: (name: string, from: number, to: number) => void,
): void {
  if (lines === undefined) return;
  for (let at = lines.from; at < lines.to; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? lines.to : newline;
    const space = text.indexOf(' ', at + 6);
    if (space > at + 6 && space < end) take(text.slice(at + 6, space), space + 1, end);
    at = end + 1;
  }
}

function namesIn(text: string, lines: Lines | undefined): string[] {
  const names: string[] = [];
  eachName(text, lines, (name) => names.push(name));
  return names;
}

function members<T>(text: string, lines: Lines | undefined, from: (value: string) => T): Record<string, T> {
  const object: Record<string, T> = {};
  eachName(text, lines, (name, start, end) => setMember(object, name, from(text.slice(start, end).trim())));
  return object;
}

/** Most snapshots are asked for distributions only: the long lists are read again when they are asked for. */
class LockedDist implements SnapshotDist {
  readonly dist: string;
  readonly version: string | null;
  readonly pathname: string;
  readonly line: number;
  readonly #text: string;
  readonly #entry: Entry;

  constructor(text: string, entry: Entry) {
    this.pathname = entry.pathname ?? '';
    const found = distInfo(this.pathname);
    const { dist, version } = found.dist === null ? splitHeading(entry.heading) : found;
    this.dist = dist ?? entry.heading;
    this.version = version;
    this.line = entry.line;
    this.#text = text;
    this.#entry = entry;
  }

  get packages(): string[] {
    return namesIn(this.#text, this.#entry.provides);
  }

  get requires(): string[] {
    return namesIn(this.#text, this.#entry.requirements);
  }

  get provides(): SnapshotDist['provides'] {
    return members(this.#text, this.#entry.provides, (value) => (value === 'undef' ? null : value));
  }

  get requirements(): SnapshotDist['requirements'] {
    return members(this.#text, this.#entry.requirements, (value) => value);
  }
}

/** `Foo-Bar-1.2` into its two halves, for distributions that come from elsewhere than CPAN. */
function splitHeading(heading: string): { dist: string; version: string | null } {
  const dash = heading.lastIndexOf('-');
  const version = heading.slice(dash + 1);
  if (dash <= 0 || !/^v?\d/.test(version)) return { dist: heading, version: null };
  return { dist: heading.slice(0, dash), version };
}
