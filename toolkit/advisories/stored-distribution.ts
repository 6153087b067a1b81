/**
 * What an index keeps of one distribution, so that a question decodes no more than it needs. The head
 * stands in the leaf of its table and is enough to judge versions:
 *
 *     pointer                             ; to the rest
 *     name and main module                ; JSON, [text, text or null], and LF
 *     spans of each advisory              ; separated by "|", "?" where there are none, see `spans.ts`
 *
 * The rest is text in a block of its own, read when anything else is asked for:
 *
 *     versions                            ; separated by blanks
 *     an advisory                         ; JSON, {@link IndexedAdvisory} without `spans`, one a line
 */
import { decodeUtf8, encodeUtf8 } from '../base/index.ts';
import { AdvisoryError } from './errors.ts';
import type { IndexedAdvisory, IndexedDistribution } from './lookup.ts';
import type { Cause } from './record.ts';
import { spansOf } from './spans.ts';

type Rating = IndexedAdvisory['rating'];

const UNPREPARED = '?';

/** Head without its pointer, and rest. */
export function distributionBytes({ name, mainModule, releases, advisories }: IndexedDistribution): {
  head: Uint8Array;
  rest: Uint8Array;
} {
  const spans = advisories.map((one) => spansOf(one) ?? UNPREPARED).join('|');
  const lines = [releases.join(' '), ...advisories.map((one) => JSON.stringify(one))];
  return {
    head: encodeUtf8(`${JSON.stringify([name, mainModule])}\n${spans}`),
    rest: encodeUtf8(lines.join('\n')),
  };
}

/**
 * From a head without its pointer, and what reads the rest, both verified. Throws `index-damaged` for bytes that were
 * never these, at once or when what stands in the rest is asked for.
 */
export function readDistribution(head: Uint8Array, readRest: () => Uint8Array): IndexedDistribution {
  const [names = '', spans = ''] = decodeUtf8(head).split('\n');
  const [name, mainModule] = listOf(names);
  if (typeof name !== 'string' || !isNullable(mainModule)) throw unlike();
  const prepared = spans.split('|');
  const rest = new Rest(readRest, prepared.length);
  return {
    name,
    mainModule,
    get releases() {
      return rest.releases();
    },
    advisories: prepared.map((text, i) => new StoredAdvisory(rest, i, text === UNPREPARED ? null : text)),
  };
}

class Rest {
  readonly #read: () => Uint8Array;
  readonly #count: number;
  #lines: readonly string[] | null = null;
  #releases: readonly string[] | null = null;

  constructor(read: () => Uint8Array, count: number) {
    this.#read = read;
    this.#count = count;
  }

  releases(): readonly string[] {
    const versions = this.line(-1);
    this.#releases ??= versions === '' ? [] : versions.split(' ');
    return this.#releases;
  }

  /** The line of an advisory; -1 is that of the versions. */
  line(i: number): string {
    this.#lines ??= decodeUtf8(this.#read()).split('\n');
    const line = this.#lines[i + 1];
    if (line === undefined || this.#lines.length !== this.#count + 1) throw unlike();
    return line;
  }
}

class StoredAdvisory implements IndexedAdvisory {
  readonly spans: string | null;
  readonly #rest: Rest;
  readonly #i: number;
  #parsed: IndexedAdvisory | null = null;

  constructor(rest: Rest, i: number, spans: string | null) {
    this.#rest = rest;
    this.#i = i;
    this.spans = spans;
  }

  get id(): string {
    return this.#members().id;
  }
  get aliases(): readonly string[] {
    return this.#members().aliases;
  }
  get summary(): string {
    return this.#members().summary;
  }
  get malicious(): true | undefined {
    return this.#members().malicious;
  }
  get rating(): Rating {
    return this.#members().rating;
  }
  get reported(): string | null {
    return this.#members().reported;
  }
  get ranges(): readonly string[] {
    return this.#members().ranges;
  }
  get fixed(): readonly string[] {
    return this.#members().fixed;
  }
  get cause(): Cause {
    return this.#members().cause;
  }
  get url(): string | null {
    return this.#members().url;
  }
  get patch(): string | null {
    return this.#members().patch;
  }

  toJSON(): IndexedAdvisory {
    return this.#members();
  }

  #members(): IndexedAdvisory {
    if (this.#parsed === null) {
      const value: unknown = parse(this.#rest.line(this.#i));
      if (!isAdvisory(value)) throw unlike();
      this.#parsed = value;
    }
    return this.#parsed;
  }
}

/** By hand instead of a shape: an audit runs once in a fresh process, where the codec would take its time. */
function isAdvisory(value: unknown): value is IndexedAdvisory {
  if (!isObject(value)) return false;
  const { id, aliases, summary, malicious, rating, reported, ranges, fixed, cause, url, patch } = value;
  if (malicious !== undefined && malicious !== true) return false;
  const texts = [id, summary].every(isText) && [aliases, ranges, fixed].every(isTexts);
  return texts && [reported, url, patch].every(isNullable) && RATINGS.includes(rating) && isCause(cause);
}

const RATINGS: readonly unknown[] = ['critical', 'high', 'medium', 'low', null];

function isCause(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, library, libraryVersion } = value;
  if (kind === 'own') return true;
  return kind === 'embedded' && isText(library) && (libraryVersion === undefined || isText(libraryVersion));
}

function listOf(json: string): unknown[] {
  const value: unknown = parse(json);
  if (Array.isArray(value)) return value;
  throw unlike();
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw unlike(cause);
  }
}

function unlike(cause?: unknown): AdvisoryError {
  return new AdvisoryError('index-damaged', 'damaged index, a distribution of another form', {}, { cause });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNullable(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
