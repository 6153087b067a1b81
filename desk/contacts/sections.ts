/** The lines of a document that may hold contacts: POD and Markdown by their headings, a security policy whole. */
import { BytesError, decodeLatin1, decodeUtf8 } from 'cpansec/base';

export type SectionKind = 'security-policy' | 'security-section' | 'author-section' | 'support-section';

export interface DocumentLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly kind: SectionKind;
}

export interface ContactDocument {
  /** As it stands in the archive; its name says what it is. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Bytes of a document that are read. */
export const MAX_DOCUMENT: number = 1 << 20;
/** Characters of a line that are read. */
const MAX_LINE = 2000;
/** Lines in question of one document. */
const MAX_LINES = 4000;

export interface Lines {
  readonly lines: readonly DocumentLine[];
  readonly notes: readonly string[];
}

/** The lines in question. Never throws; what is beyond the bounds is noted. */
export function contactLines({ path, bytes }: ContactDocument): Lines {
  const notes: string[] = [];
  if (bytes.length > MAX_DOCUMENT) notes.push(`${path}: only the first ${MAX_DOCUMENT} bytes were read`);
  const written = textOf(bytes.subarray(0, MAX_DOCUMENT)).split(/\r\n?|\n/);
  const found = [...linesOf(path, written)];
  if (found.length > MAX_LINES)
    notes.push(`${path}: only ${MAX_LINES} of ${found.length} lines were looked at`);
  if (found.some(({ text }) => text.length > MAX_LINE))
    notes.push(`${path}: lines were cut after ${MAX_LINE} characters`);
  const lines = found.slice(0, MAX_LINES).map((one) => ({ ...one, text: one.text.slice(0, MAX_LINE) }));
  return { lines, notes };
}

/** The end may be cut within a character, so that Latin-1 is what is left where UTF-8 fails. */
function textOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    return decodeLatin1(bytes);
  }
}

export function isSecurityPolicy(path: string): boolean {
  return /(?:^|\/)SECURITY(?:\.(?:md|markdown|pod|txt|rst))?$/i.test(path);
}

function linesOf(path: string, written: readonly string[]): Iterable<DocumentLine> {
  const whole: SectionKind | null = isSecurityPolicy(path) ? 'security-policy' : null;
  return /\.(?:pm|pl|pod)$/i.test(path) ? podLines(written, whole) : markdownLines(written, whole);
}

const TITLES: readonly (readonly [title: RegExp, kind: SectionKind])[] = [
  [/\b(?:SECURITY|VULNERABILIT(?:Y|IES))\b/i, 'security-section'],
  [/\b(?:AUTHORS?|MAINTAINERS?)\b/i, 'author-section'],
  [/\b(?:BUGS?|SUPPORT|CONTACT|ISSUES|FEEDBACK)\b/i, 'support-section'],
];

function kindOf(title: string): SectionKind | null {
  return TITLES.find(([pattern]) => pattern.test(title.slice(0, 200)))?.[1] ?? null;
}

/** A heading of a lower level without a kind of its own has that of the one above it. */
class Headings {
  kind: SectionKind | null;
  readonly #whole: SectionKind | null;
  #top: SectionKind | null = null;

  constructor(whole: SectionKind | null) {
    this.#whole = whole;
    this.kind = whole;
  }

  enter(level: number, title: string): void {
    const own = kindOf(title);
    if (level === 1) this.#top = own;
    this.kind = this.#whole ?? own ?? this.#top;
  }
}

/** perlpod: a line that begins with `=` and a letter begins POD, `=cut` ends it. */
function* podLines(written: readonly string[], whole: SectionKind | null): Generator<DocumentLine> {
  const headings = new Headings(whole);
  let inPod = false;
  for (const [i, text] of written.entries()) {
    const command = /^=([a-zA-Z]\w*)\s*(.*)/.exec(text);
    inPod = command === null ? inPod : command[1] !== 'cut';
    const level = /^head([1-6])$/.exec(command?.[1] ?? '')?.[1];
    if (level !== undefined) headings.enter(Number(level), plainPod(command?.[2] ?? ''));
    else if (inPod && headings.kind !== null)
      yield { line: i + 1, text: plainPod(text), kind: headings.kind };
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  verbar: '|',
  sol: '/',
  '64': '@',
  '0x40': '@',
};

/** Formatting codes taken off; `L<text|target>` keeps both. */
export function plainPod(text: string): string {
  return text
    .slice(0, MAX_LINE + 1)
    .replace(/E<(\w{1,10})>/g, (code, name: string) => ENTITIES[name.toLowerCase()] ?? code)
    .replace(/L<+\s?([^<>|]{0,500})\|/g, '$1 <')
    .replace(/\b[BCFILSXZ]<+\s?/g, '<');
}

function* markdownLines(written: readonly string[], whole: SectionKind | null): Generator<DocumentLine> {
  const headings = new Headings(whole);
  for (const [i, text] of written.entries()) {
    const marked = /^ {0,3}(#{1,6})\s+(.*)/.exec(text);
    const under = /^(={3,}|-{3,})\s*$/.exec(written[i + 1] ?? '');
    const capitals = /^[A-Z][A-Z ,&]{2,60}$/.test(text);
    if (marked !== null) headings.enter(marked[1]?.length === 1 ? 1 : 2, marked[2] ?? '');
    else if (under !== null && text.trim() !== '')
      headings.enter(under[1]?.startsWith('=') === true ? 1 : 2, text);
    else if (capitals) headings.enter(1, text);
    else if (headings.kind !== null && !/^[-=]{3,}\s*$/.test(text))
      yield { line: i + 1, text, kind: headings.kind };
  }
}
