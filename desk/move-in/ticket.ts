/** Tickets of the group, as GitHub gives them: by its API (`created_at`) or its command line (`createdAt`). */
import {
  array,
  type Json,
  nullable,
  object,
  optional,
  type Shape,
  ShapeError,
  string,
  whole,
} from 'cpansec/base';
import { subjectOf } from '../disclosure/index.ts';
import { MoveInError } from './errors.ts';
import { each, type InputFile, jsonOf } from './json-file.ts';
import type { Tally } from './report.ts';

const MOST_TICKETS = 20_000;
const MOST_COMMENTS = 5000;
const MOST_LABELS = 100;
/** Characters of a ticket or a comment: four times what GitHub takes. */
const MOST_TEXT = 262_144;

export interface Comment {
  readonly who: string;
  /** UTC, to the second. */
  readonly at: string | null;
  readonly text: string;
}

export interface Ticket {
  /** `#12`. */
  readonly name: string;
  readonly url: string | null;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly who: string;
  readonly open: boolean;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly comments: readonly Comment[];
  /** Comments that GitHub counts and the file does not have. */
  readonly missing: number;
  /** The only one of its title and labels. */
  readonly cve: string | null;
  /** All that the ticket names. */
  readonly cves: readonly string[];
  /** Null where no name of one stands in the title or in a line that says so. */
  readonly distribution: string | null;
  /** Whatever else stands in the ticket, as it does. */
  readonly rest: Readonly<Record<string, Json>>;
}

const text: Shape<string> = (value, path = '') => {
  const found = string(value, path);
  if (found.length > MOST_TEXT) throw new ShapeError(path, `at most ${MOST_TEXT} characters`, value);
  return found;
};

const person = optional(nullable(object({ login: optional(string) })));

const commentShape = object({
  body: optional(nullable(text)),
  user: person,
  author: person,
  created_at: optional(string),
  createdAt: optional(string),
});

const label: Shape<string> = (value, path = '') =>
  typeof value === 'string' ? value : object({ name: string })(value, path).name;

const bounded =
  <T>(shape: Shape<T>, most: number): Shape<T[]> =>
  (value, path = '') => {
    if (Array.isArray(value) && value.length > most)
      throw new ShapeError(path, `at most ${most}`, value.length);
    return array(shape)(value, path);
  };

const comments: Shape<ReturnType<typeof commentShape>[] | number> = (value, path = '') =>
  typeof value === 'number' ? whole()(value, path) : bounded(commentShape, MOST_COMMENTS)(value, path);

const ticketShape = object({
  number: whole(1),
  title: text,
  body: optional(nullable(text)),
  labels: optional(bounded(label, MOST_LABELS)),
  comments: optional(comments),
  state: optional(string),
  user: person,
  author: person,
  url: optional(string),
  html_url: optional(string),
  created_at: optional(string),
  createdAt: optional(string),
  updated_at: optional(string),
  updatedAt: optional(string),
});
type Raw = ReturnType<typeof ticketShape>;

/** Tickets that can be read; the others stand in the report. Throws MoveInError for a file that is no list. */
export function ticketsIn(file: InputFile, tally: Tally): Ticket[] {
  const list = jsonOf(file);
  if (!Array.isArray(list)) throw new MoveInError('shape', 'expected a list of tickets', { file: file.name });
  if (list.length > MOST_TICKETS)
    throw new MoveInError('bounds', `${list.length} tickets, at most ${MOST_TICKETS}`, { file: file.name });
  const tickets: Ticket[] = [];
  const numbers = new Set<number>();
  for (const [i, json] of list.entries()) {
    const raw = each(() => ticketShape(json));
    if ('wrong' in raw) tally.leave(file.name, `ticket ${i + 1}`, raw.wrong);
    else if (numbers.has(raw.number)) tally.leave(file.name, `#${raw.number}`, 'stands there twice');
    else if ('pull_request' in raw) tally.leave(file.name, `#${raw.number}`, 'is a pull request');
    else tickets.push(ticketOf(raw, json));
    if (!('wrong' in raw)) numbers.add(raw.number);
  }
  return tickets;
}

function ticketOf(raw: Raw, json: Json): Ticket {
  const { number, title, labels = [], comments: said = [] } = raw;
  const body = raw.body ?? '';
  return {
    name: `#${number}`,
    url: raw.html_url ?? raw.url ?? null,
    title,
    body,
    labels,
    who: loginOf(raw),
    open: raw.state === undefined || raw.state.toLowerCase() === 'open',
    createdAt: instantOf(raw.created_at ?? raw.createdAt),
    updatedAt: instantOf(raw.updated_at ?? raw.updatedAt),
    comments: typeof said === 'number' ? [] : said.map(commentOf),
    missing: typeof said === 'number' ? said : 0,
    cve: onlyOf(cvesIn([title, ...labels].join('\n'))),
    cves: cvesIn([title, ...labels, body].join('\n')),
    distribution: distributionIn(title, body),
    rest: restOf(json),
  };
}

function commentOf(raw: ReturnType<typeof commentShape>): Comment {
  return { who: loginOf(raw), at: instantOf(raw.created_at ?? raw.createdAt), text: raw.body ?? '' };
}

function loginOf({ user, author }: Pick<Raw, 'user' | 'author'>): string {
  return user?.login ?? author?.login ?? '';
}

/** Null for what is no instant. */
function instantOf(given: string | undefined): string | null {
  const time = /^\d{4}-\d\d-\d\dT/.test(given ?? '') ? Date.parse(given ?? '') : Number.NaN;
  return Number.isNaN(time) ? null : `${new Date(time).toISOString().slice(0, 19)}Z`;
}

const TAKEN: ReadonlySet<string> = new Set(
  'number title body labels comments state user author url html_url created_at createdAt updated_at updatedAt'.split(
    ' ',
  ),
);

/** Addresses of GitHub's own interface say nothing that the number does not. */
function restOf(json: Json): Record<string, Json> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return {};
  const members = Object.entries(json).filter(
    ([name, value]) =>
      !TAKEN.has(name) && !/(?:_url|_id|^id)$/.test(name) && value !== null && !isEmpty(value),
  );
  return Object.fromEntries(members);
}

function isEmpty(value: Json): boolean {
  return value === '' || value === false || (Array.isArray(value) && value.length === 0);
}

/** In the order in which they stand, each once. */
function cvesIn(words: string): string[] {
  return [...new Set(words.match(/\bCVE-\d{4}-\d{4,19}\b/g) ?? [])];
}

function onlyOf(cves: readonly string[]): string | null {
  const [first, ...more] = cves;
  return first !== undefined && more.length === 0 ? first : null;
}

const NAME = String.raw`[A-Za-z]\w*(?:(?:::|-)\w+)*`;

/** By a line that says so, by a page of MetaCPAN, by a name with `::`, by the name that the title begins with. */
function distributionIn(title: string, body: string): string | null {
  const said = new RegExp(`^\\W*(?:distribution|dist|module|package)\\W*[:=]\\W*(${NAME})`, 'im').exec(
    `${title}\n${body.slice(0, 20_000)}`,
  );
  const page = /https:\/\/metacpan\.org\/[^\s)>\]"']{1,300}/.exec(`${title}\n${body}`)?.[0];
  const heading = title.replace(/\bCVE-\d{4}-\d+\b/g, ' ').replace(/\[[^\]]*\]/g, ' ');
  const module = /\b[A-Za-z]\w*(?:::\w+)+/.exec(heading)?.[0];
  const first = new RegExp(`^[\\s:–-]*(${NAME})\\s*(?::|\\d|v\\d|,|\\u2013|- )`).exec(heading)?.[1];
  for (const found of [said?.[1], page, module, first]) {
    const name = found === undefined ? null : (subjectOf(found)?.distribution ?? null);
    if (name !== null && /^[A-Za-z][\w-]{0,119}$/.test(name)) return name;
  }
  return null;
}
