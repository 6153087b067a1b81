/** What can stand in a text: fields of the whole, and fields of each record within `{{#each}}`. */
import { type AdvisoryRecord, defanged, type Indicator } from 'cpansec/advisories';
import { printable, quoteFound } from 'cpansec/base';
import { cweName } from 'cpansec/formats';
import { type Field, fieldProblems } from '../disclosure/index.ts';
import type { Announced, Speaker } from './announced.ts';
import { TextError } from './errors.ts';
import { versionsOf } from './versions.ts';

export type Values = Readonly<Record<string, string>>;

export const WHOLE_FIELDS: Readonly<Record<string, Field>> = {
  /** `CVE-1900-1, CVE-1900-2 and 3 more`. */
  ids: { kind: 'clause' },
  /** The summary of one; of several, how many and where. */
  title: { kind: 'clause' },
  /** The same without where: what a short post cuts. */
  about: { kind: 'clause' },
  distributions: { kind: 'clause' },
  count: { kind: 'clause' },
  /** A line for each of several. */
  list: { kind: 'list', optional: true },
  /** Of the advisory, of several: of all. */
  page: { kind: 'link' },
  group: { kind: 'name' },
  contact: { kind: 'address' },
  site: { kind: 'link' },
};

export const RECORD_FIELDS: Readonly<Record<string, Field>> = {
  id: { kind: 'clause' },
  advisory: { kind: 'link' },
  distribution: { kind: 'clause' },
  metacpan: { kind: 'link' },
  versions: { kind: 'clause' },
  summary: { kind: 'clause' },
  details: { kind: 'prose', optional: true },
  weaknesses: { kind: 'prose', optional: true },
  released: { kind: 'version', optional: true },
  remedy: { kind: 'prose' },
  indicators: { kind: 'prose', optional: true },
  references: { kind: 'prose', optional: true },
  credits: { kind: 'prose', optional: true },
  timeline: { kind: 'prose', optional: true },
  corrects: { kind: 'prose', optional: true },
  withdrawn: { kind: 'prose', optional: true },
};

/** What disclosure's fields of this kind hold. */
const MOST_PROSE = 20_000;
/** Named in subjects and posts. */
const MOST_NAMED = 2;
/** Lines of one list. */
const MOST_LINES = 200;

/** Throws `field` with the path of what does not fit. */
export function wholeValues(announced: readonly Announced[], desk: Speaker): Values {
  const [first] = announced;
  if (first === undefined) throw new TextError('nothing', 'no record to speak of');
  const one = announced.length === 1;
  const distributions = named(unique(announced.flatMap(({ record }) => distributionsOf(record))));
  const harm = announced.every(({ record }) => record.malicious !== undefined);
  const several = `${announced.length} ${harm ? 'malicious distributions' : 'vulnerabilities'}`;
  return checked(WHOLE_FIELDS, '', {
    ids: named(unique(announced.map(idOf))),
    title: one ? first.record.summary : `${several} in ${distributions}`,
    about: one ? first.record.summary : several,
    distributions,
    count: String(announced.length),
    ...(one ? {} : { list: announced.map(listLine).join('\n') }),
    page: one ? first.page : desk.site,
    group: desk.name,
    contact: desk.address,
    site: desk.site,
  });
}

/** As {@link wholeValues}, of the record at `at`. */
export function recordValues(announced: Announced, at: number): Values {
  const { record, page, released, corrects } = announced;
  const path = `records[${at}]`;
  const [distribution = 'unknown'] = distributionsOf(record);
  const { details = '' } = record;
  return checked(RECORD_FIELDS, path, {
    id: idOf(announced),
    advisory: page,
    distribution: named(distributionsOf(record)),
    metacpan: `https://metacpan.org/dist/${encodeURIComponent(distribution)}`,
    versions: versionsOf(record),
    summary: record.summary,
    ...member('details', bounded(details)),
    ...(released === null ? {} : { released }),
    remedy: remedyOf(announced),
    ...listsOf(record, path),
    ...(corrects === null ? {} : { corrects: corrects.words }),
    ...(record.withdrawn === undefined
      ? {}
      : { withdrawn: `Withdrawn on ${record.withdrawn.on}: ${record.withdrawn.reason}` }),
  });
}

function listsOf(record: AdvisoryRecord, path: string): Values {
  const { weaknesses = [], references, credits = [], reported, history, malicious } = record;
  const lines = (name: string, items: readonly string[]): Values =>
    member(
      name,
      items
        .slice(0, MOST_LINES)
        .map((text, i) => `- ${oneLine(text, `${path}.${name}[${i}]`)}`)
        .join('\n'),
    );
  const days = [
    ...(reported === null ? [] : [`${reported}: reported`]),
    ...history.map(({ on, change }) => `${on}: ${change}`),
  ];
  return {
    ...lines(
      'weaknesses',
      weaknesses.map((id) => `${id} ${cweName(id) ?? ''}`.trim()),
    ),
    ...lines('indicators', (malicious?.indicators ?? []).map(indicatorLine)),
    ...lines(
      'references',
      references.map(({ url }) => url),
    ),
    ...lines(
      'credits',
      credits.map(({ name, role }) => `${name} (${role})`),
    ),
    ...lines('timeline', days),
  };
}

function indicatorLine({ type, value, note = '' }: Indicator): string {
  return `${type} ${defanged({ type, value })}${note === '' ? '' : `: ${note}`}`;
}

const AFTER_REMOVAL =
  'No release repairs what they have done: take every machine and account that had one for compromised, and renew their passwords, tokens and keys from another machine.';

/** What a user does. */
function remedyOf({ record, released }: Announced): string {
  const names = distributionsOf(record);
  if (record.malicious !== undefined) return `Remove ${named(names)} in these versions. ${AFTER_REMOVAL}`;
  const update =
    names.length === 1
      ? `Update ${names[0]} to ${released} or later.`
      : `${released} is the first release with the fix.`;
  const patches = record.references.filter(({ type }) => type === 'patch').map(({ url }) => `- ${url}`);
  const parts = [
    ...(released === null ? ['No release with a fix is known.'] : [update]),
    ...(patches.length === 0 ? [] : [`A patch is published:\n\n${patches.join('\n')}`]),
  ];
  return parts.join('\n\n');
}

function listLine(announced: Announced): string {
  const { record, page } = announced;
  return `- ${idOf(announced)}, ${named(distributionsOf(record))} (${versionsOf(record)}): ${page}`;
}

function idOf({ cve, record }: Announced): string {
  return cve ?? record.id;
}

function distributionsOf({ affected }: AdvisoryRecord): string[] {
  return unique(affected.map(({ distribution }) => distribution));
}

function unique(all: readonly string[]): string[] {
  return [...new Set(all)];
}

/** `A, B and 3 more`. */
function named(all: readonly string[]): string {
  const rest = all.length - MOST_NAMED;
  const shown = all.slice(0, MOST_NAMED);
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.join(' and ');
}

/** Whole paragraphs, as many as fit. */
function bounded(text: string): string {
  if (text.length <= MOST_PROSE) return text;
  const end = text.lastIndexOf('\n\n', MOST_PROSE - 100);
  return `${text.slice(0, Math.max(0, end))}\n\nThe advisory says more.`.trim();
}

function member(name: string, value: string): Values {
  return value.trim() === '' ? {} : { [name]: value };
}

function oneLine(text: string, path: string): string {
  if (text.trim() !== '' && printable(text) === text) return text;
  throw new TextError('field', `${quoteFound(text)} is not one line of text`, { path });
}

function checked(fields: Readonly<Record<string, Field>>, path: string, values: Values): Values {
  const [problem] = fieldProblems(fields, values);
  if (problem !== undefined) throw new TextError('field', problem, path === '' ? {} : { path });
  return values;
}
