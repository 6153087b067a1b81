/** The structure of a message (RFC 2045, 2046): parts as slices of its bytes, found within bounds. */
import { fieldOf, type HeaderSection, readHeaderSection } from './header-section.ts';
import type { MailLimits } from './limits.ts';

/** A message or a part of one. */
export interface Part {
  readonly header: HeaderSection;
  /** `text/plain`, in small letters; also where the field is missing or none. */
  readonly type: string;
  /** Parameters of the type by name in small letters. */
  readonly params: ReadonlyMap<string, string>;
  /** Header and body, without the line break that belongs to the boundary. */
  readonly bytes: Uint8Array;
  readonly body: Uint8Array;
  /** Of a multipart type; empty for another. */
  readonly children: readonly Part[];
}

/** What was beyond a bound. */
export type StructureProblem = 'header-cut' | 'too-many-parts' | 'too-deep';

interface Budget {
  parts: number;
  readonly problems: Set<string>;
}

/** Reads the structure; adds what was beyond a bound to `problems`. */
export function readStructure(bytes: Uint8Array, limits: MailLimits, problems: Set<string>): Part {
  return readPart(bytes, limits, { parts: limits.parts, problems }, limits.depth);
}

function readPart(bytes: Uint8Array, limits: MailLimits, budget: Budget, depth: number): Part {
  budget.parts--;
  const header = readHeaderSection(bytes, limits);
  if (header.cut) budget.problems.add('header-cut' satisfies StructureProblem);
  const { type, params } = contentType(fieldOf(header, 'content-type') ?? '');
  const body = bytes.subarray(header.bodyStart);
  const boundary = type.startsWith('multipart/') ? params.get('boundary') : undefined;
  const children = boundary === undefined ? [] : readChildren(body, boundary, limits, budget, depth - 1);
  return { header, type, params, bytes, body, children };
}

function readChildren(
  body: Uint8Array,
  boundary: string,
  limits: MailLimits,
  budget: Budget,
  depth: number,
): readonly Part[] {
  if (depth <= 0) {
    budget.problems.add('too-deep' satisfies StructureProblem);
    return [];
  }
  const children: Part[] = [];
  for (const slice of slicesOf(body, boundary)) {
    if (budget.parts <= 0) {
      budget.problems.add('too-many-parts' satisfies StructureProblem);
      break;
    }
    children.push(readPart(slice, limits, budget, depth));
  }
  return children;
}

const [LF, CR, DASH] = [10, 13, 45];

/** RFC 2046, section 5.1.1. A last part without its closing boundary ends with the body. */
function* slicesOf(body: Uint8Array, boundary: string): Generator<Uint8Array> {
  let start = -1;
  for (const { from, to, last } of delimiters(body, `--${boundary}`)) {
    if (start >= 0) yield body.subarray(start, from);
    start = to;
    if (last) return;
  }
  if (start >= 0) yield body.subarray(start);
}

/** Lines that are the delimiter: where the line break before begins, and where the next line does. */
function* delimiters(
  body: Uint8Array,
  delimiter: string,
): Generator<{ from: number; to: number; last: boolean }> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const wanted = Buffer.from(delimiter, 'utf8');
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
    if (at > 0 && bytes[at - 1] !== LF) continue;
    const after = at + wanted.length;
    const last = bytes[after] === DASH && bytes[after + 1] === DASH;
    const to = endOfPadding(bytes, last ? after + 2 : after);
    if (to < 0) continue;
    const from = at === 0 ? 0 : bytes[at - 2] === CR ? at - 2 : at - 1;
    yield { from, to, last };
  }
}

/** The byte after the line break that follows, or -1 where something else than spaces stands before it. */
function endOfPadding(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === 32 || bytes[at] === 9) at++;
  if (at >= bytes.length) return bytes.length;
  if (bytes[at] === CR && bytes[at + 1] === LF) return at + 2;
  return bytes[at] === LF ? at + 1 : -1;
}

const TYPE = /^\s*([a-z0-9!#$&^_.+-]{1,100}\/[a-z0-9!#$&^_.+-]{1,100})\s*(?:;|$)/i;

function contentType(value: string): Pick<Part, 'type' | 'params'> {
  const type = TYPE.exec(value)?.[1]?.toLowerCase() ?? 'text/plain';
  const params = new Map<string, string>();
  for (const [, name = '', quoted, bare] of value.matchAll(
    /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g,
  )) {
    const key = name.toLowerCase();
    if (!params.has(key)) params.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '');
  }
  return { type, params };
}
