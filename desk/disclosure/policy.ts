/**
 * Every number and list of the process as data: the defaults are those of the group (docs/cve-workflow.md of
 * security.metacpan.org, 2026-06) where it has said one, else ours. An operator's JSON file states what differs.
 */
import {
  array,
  boolean,
  type Json,
  JsonError,
  matching,
  nullable,
  oneOf,
  parseJson,
  type Shape,
  ShapeError,
  string,
  whole,
} from 'cpansec/base';
import type { Calendar } from './calendar.ts';
import { DisclosureError } from './errors.ts';
import { isInstant } from './instant.ts';
import { formatPeriod, type Period, period } from './period.ts';
import { type Setting, section, setting } from './setting.ts';
import { TLP_LABELS, type TlpLabel } from './tlp.ts';
import { isZone } from './zone.ts';

export const POLICY_FORMAT = 'cpansec-disclosure-policy/1';

export interface Policy {
  readonly format: typeof POLICY_FORMAT;
  readonly calendar: Calendar;
  readonly report: {
    /** From the report to its acknowledgement. */
    readonly acknowledge: Period;
    /** Between two words to the reporter while the case is open. */
    readonly update: Period;
  };
  readonly triage: {
    /** From the report to the decision whether it is a vulnerability in scope. */
    readonly decide: Period;
    /** From asking the reporter for a proof of concept to closing the case without one. */
    readonly proof: Period;
    /** Members of the CNA whose yes is enough. */
    readonly votes: number;
    /** Impacts that make a case one of high priority. */
    readonly highPriority: readonly string[];
  };
  readonly contact: {
    /** From the report to the first mail to the maintainers. */
    readonly within: Period;
    /** After that mail, while nobody answers. */
    readonly remind: readonly Period[];
    /** After that mail: other addresses are tried. */
    readonly alternates: Period;
    /**
     * Of which cases the host of a repository may be asked how to report there. It learns of the question, and that
     * can tell it of the case; of one that is public there is nothing to tell.
     */
    readonly askHosts: 'never' | 'public-cases' | 'every-case';
  };
  readonly hold: {
    /** From the mail to the maintainers to the planned disclosure. */
    readonly planned: Period;
    /** The same where nobody answers and nothing bounces. */
    readonly silent: Period;
    /** Time of UTC, `hh:mm`, to which an end is put off; null leaves it where it falls. */
    readonly endsAt: string | null;
    /** Whether an end on a free day waits for the next business day. */
    readonly freeDay: 'keep' | 'next-business-day';
    /** Before the end: the maintainers and the group are told. */
    readonly warn: readonly Period[];
    readonly extension: {
      /** One extension at most. */
      readonly longest: Period;
      /** How many. */
      readonly most: number;
      /** From the mail to the last end. */
      readonly total: Period;
    };
  };
  readonly consent: {
    /** From being asked to keep an embargo to the answer. */
    readonly answer: Period;
  };
  readonly distributors: {
    /** Before the end, at the earliest; the openwall lists take no more than 14 days. */
    readonly earliest: Period;
    /** Before the end, at the latest. */
    readonly latest: Period;
  };
  readonly publication: {
    /** From the disclosure, whoever made it, to the CVE record (CVE programme: should). */
    readonly should: Period;
    /** The same (CVE programme: must). */
    readonly must: Period;
    /** From the decision that a record changes or an id is rejected to its being done. */
    readonly amend: Period;
    /** Characters of a short post. */
    readonly postLength: number;
  };
  readonly cve: {
    /** Free ids of the present year below which the pool warns. */
    readonly low: number;
  };
  readonly disputes: {
    readonly acknowledge: Period;
    /** From the dispute to its decision. */
    readonly decide: Period;
  };
  /** What others are asked to do about an incident, by whom they are. */
  readonly containment: {
    /** From the report to the first request. */
    readonly ask: Period;
    /** From the report to the notice to users. */
    readonly notice: Period;
    /** From a request to an answer. */
    readonly answer: Period;
    /** From a request to its being done or refused. */
    readonly done: Period;
    readonly contacts: Readonly<Record<ContainmentName, Route>>;
  };
  readonly followUp: {
    /** From asking about a product downstream to the answer. */
    readonly answer: Period;
  };
  readonly credits: {
    /** Whether those who are members of the group are credited: never, for other things than finding it, or as anybody. */
    readonly members: 'never' | 'not-as-finder' | 'as-anybody';
  };
  /** Regulation (EU) 2024/2847, Art. 14: for whoever it applies to; nothing is sent by itself. */
  readonly exploited: {
    readonly applies: boolean;
    /** What the group is by the regulation: a steward of open-source software, or a manufacturer. */
    readonly as: 'steward' | 'manufacturer';
    readonly warning: Period;
    readonly notification: Period;
    /** From the fix. */
    readonly final: Period;
  };
  readonly abandonment: {
    /** Without any sign of life. */
    readonly silence: Period;
  };
  readonly agreement: {
    /** Of the pre-release agreement that is signed now. */
    readonly version: string;
  };
  readonly tlp: {
    /** Of a new case. */
    readonly initial: TlpLabel;
  };
  readonly duplicates: {
    /** Similarity in hundredths from which another case is shown. */
    readonly suggest: number;
    /** From which it is taken for the same until somebody looks. */
    readonly likely: number;
    /** What each facet counts. */
    readonly weights: Readonly<Record<'dist' | 'file' | 'routine' | 'weakness' | 'word' | 'shingle', number>>;
  };
  /** How long each kind of data is kept, from the end of what it was for. */
  readonly retention: {
    readonly spam: Period;
    /** Reports that led to no advisory. */
    readonly rejected: Period;
    readonly cases: Period;
    readonly identities: Period;
    readonly contacts: Period;
    readonly mail: Period;
    readonly audit: Period;
  };
  /** Who handles what is not the group's, by the handlers of the scope table. */
  readonly routing: Readonly<Record<RouteName, Route>>;
  readonly lists: {
    readonly team: string;
    readonly announce: string | null;
    readonly ossSecurity: string | null;
    readonly distributors: string | null;
  };
}

export const ROUTE_NAMES = ['perl', 'upstream', 'distributor', 'author', 'management'] as const;
export type RouteName = (typeof ROUTE_NAMES)[number];

export const CONTAINMENT_NAMES = ['pause', 'metacpan', 'mirrors', 'host'] as const;
export type ContainmentName = (typeof CONTAINMENT_NAMES)[number];

export interface Route {
  readonly name: string;
  /** An address of mail or of a page; null where it has to be looked up. */
  readonly contact: string | null;
}

const date = checked(
  matching(/^\d{4}-\d\d-\d\d$/, 'a date, YYYY-MM-DD'),
  (text) => isInstant(`${text}T00:00:00Z`),
  'a date that exists',
);
const zone = checked(string, isZone, 'a time zone of the IANA database');
const timeOfDay = matching(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of UTC, hh:mm');
const line = matching(/^[^\u0000-\u001f\u007f]{1,200}$/, 'one line of text');
const address = matching(/^[^\s<>"\u0000-\u001f\u007f]{1,200}$/, 'an address');
const week = checked(
  array(whole(1, 7)),
  (days) => new Set(days).size < 7,
  'days from 1 to 7, not all of them',
);
const few = <T>(shape: Shape<T>, most: number): Shape<T[]> =>
  checked(array(shape), ({ length }) => length <= most, `at most ${most} of them`);
const lasting = (text: string): Setting<Period> => setting(period, period(text));
const repeated = (...texts: string[]): Setting<readonly Period[]> =>
  setting(
    few(period, 20),
    texts.map((text) => period(text)),
  );
const number = (fallback: number, least: number, most: number): Setting<number> =>
  setting(whole(least, most), fallback);
const listAddress = (fallback: string | null): Setting<string | null> => setting(nullable(address), fallback);
const route = (name: string, contact: string | null): Setting<Route> =>
  section({ name: setting(line, name), contact: setting(nullable(address), contact) });

const policySetting: Setting<Policy> = section({
  format: setting(oneOf(POLICY_FORMAT), POLICY_FORMAT),
  calendar: section({
    zone: setting(zone, 'UTC'),
    weekend: setting(week, [6, 7]),
    holidays: setting(few(date, 1000), []),
  }),
  report: section({ acknowledge: lasting('2 business days'), update: lasting('14 days') }),
  triage: section({
    decide: lasting('5 days'),
    proof: lasting('30 days'),
    votes: number(2, 1, 20),
    highPriority: setting(few(line, 50), ['code-execution', 'privilege-escalation', 'authentication-bypass']),
  }),
  contact: section({
    within: lasting('7 days'),
    remind: repeated('4 days', '10 days'),
    alternates: lasting('7 days'),
    askHosts: setting(oneOf('never', 'public-cases', 'every-case'), 'public-cases'),
  }),
  hold: section({
    planned: lasting('14 days'),
    silent: lasting('14 days'),
    endsAt: setting(nullable(timeOfDay), null),
    freeDay: setting(oneOf('keep', 'next-business-day'), 'keep'),
    warn: repeated('3 days', '1 day'),
    extension: section({ longest: lasting('30 days'), most: number(3, 0, 100), total: lasting('90 days') }),
  }),
  consent: section({ answer: lasting('3 days') }),
  distributors: section({ earliest: lasting('14 days'), latest: lasting('3 days') }),
  publication: section({
    should: lasting('24 hours'),
    must: lasting('72 hours'),
    amend: lasting('72 hours'),
    postLength: number(280, 100, 10_000),
  }),
  cve: section({ low: number(10, 0, 10_000) }),
  disputes: section({ acknowledge: lasting('5 business days'), decide: lasting('30 days') }),
  containment: section({
    ask: lasting('4 hours'),
    notice: lasting('24 hours'),
    answer: lasting('12 hours'),
    done: lasting('48 hours'),
    contacts: section({
      pause: route('the administrators of PAUSE', 'modules@perl.org'),
      metacpan: route('the operators of MetaCPAN', null),
      mirrors: route('the operators of the mirrors', null),
      host: route('the host of the repository', null),
    }),
  }),
  followUp: section({ answer: lasting('14 days') }),
  credits: section({ members: setting(oneOf('never', 'not-as-finder', 'as-anybody'), 'not-as-finder') }),
  exploited: section({
    applies: setting(boolean, false),
    as: setting(oneOf('steward', 'manufacturer'), 'steward'),
    warning: lasting('24 hours'),
    notification: lasting('72 hours'),
    final: lasting('14 days'),
  }),
  abandonment: section({ silence: lasting('5 years') }),
  agreement: section({ version: setting(line, '1.1') }),
  tlp: section({ initial: setting(oneOf(...TLP_LABELS), 'TLP:AMBER+STRICT') }),
  duplicates: section({
    suggest: number(25, 0, 100),
    likely: number(60, 0, 100),
    weights: section({
      dist: number(3, 0, 100),
      file: number(3, 0, 100),
      routine: number(3, 0, 100),
      weakness: number(1, 0, 100),
      word: number(1, 0, 100),
      shingle: number(2, 0, 100),
    }),
  }),
  retention: section({
    spam: lasting('30 days'),
    rejected: lasting('1 year'),
    cases: lasting('10 years'),
    identities: lasting('2 years'),
    contacts: lasting('5 years'),
    mail: lasting('2 years'),
    audit: lasting('10 years'),
  }),
  routing: section({
    perl: route('the perl security team', 'perl-security@perl.org'),
    upstream: route('the developers of the library', null),
    distributor: route('the security team of the distributor', null),
    author: route('the authors of the software', null),
    management: route('whoever is responsible for the matter', null),
  }),
  lists: section({
    team: setting(address, 'cpan-security@security.metacpan.org'),
    announce: listAddress(null),
    ossSecurity: listAddress('oss-security@lists.openwall.com'),
    distributors: listAddress(null),
  }),
});

export const DEFAULT_POLICY: Policy = policySetting.fallback;

const MAX_LENGTH = 256 * 1024;

/** An operator's file over the defaults. Throws `shape` with the file, the place or the path. */
export function parsePolicy(text: string, file: string): Policy {
  try {
    return coherent(policySetting.read(parseJson(text, { maxLength: MAX_LENGTH })));
  } catch (cause) {
    if (!(cause instanceof JsonError || cause instanceof ShapeError)) throw cause;
    throw new DisclosureError('shape', cause.problem, { ...cause.place, file }, { cause });
  }
}

/** The whole policy as an operator would write it. */
export function formatPolicy(policy: Policy): string {
  return `${JSON.stringify(writtenPolicy(policy), null, 2)}\n`;
}

/** The same as JSON. */
export function writtenPolicy(policy: Policy): Json {
  return written(policy);
}

function written(value: unknown): Json {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== 'object' || value === null) return value as Json; // of a policy: text, numbers, truth, null
  if (isPeriod(value)) return formatPeriod(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, written(member)]));
}

function isPeriod(value: object): value is Period {
  return 'unit' in value && 'count' in value;
}

function coherent(policy: Policy): Policy {
  const { duplicates, publication } = policy;
  if (duplicates.likely < duplicates.suggest)
    throw new ShapeError('duplicates.likely', `at least duplicates.suggest`, duplicates.likely);
  if (hoursOf(publication.must) < hoursOf(publication.should))
    throw new ShapeError('publication.must', `at least publication.should`, formatPeriod(publication.must));
  return policy;
}

/** To compare periods: a business day counts as a day. */
function hoursOf({ count, unit }: Period): number {
  return count * { hour: 1, day: 24, 'business day': 24, year: 8766 }[unit];
}

function checked<T>(shape: Shape<T>, holds: (value: T) => boolean, wanted: string): Shape<T> {
  return (value, path = '') => {
    const found = shape(value, path);
    if (!holds(found)) throw new ShapeError(path, wanted, value);
    return found;
  };
}
