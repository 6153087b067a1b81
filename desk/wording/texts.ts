/** The texts of a publication in a group's own words. */
import type { AdvisoryRecord } from 'cpansec/advisories';
import type { Transaction } from '../store/index.ts';
import {
  type Announced,
  RECORD_FIELDS,
  type Speaker,
  TEXT_NAMES,
  TEXTS,
  type TextName,
  templateProblems,
  textProblems,
  WHOLE_FIELDS,
  write,
} from '../texts/index.ts';
import type { Editor, FieldLine, Preview } from './editor.ts';
import { keptWording } from './kept.ts';

/** What `write` of `texts` takes as its templates: those alone that differ from ours. */
export async function textTemplates(tx: Transaction): Promise<Partial<Record<TextName, string>>> {
  const kept = await keptWording(tx, 'text', TEXT_NAMES);
  return Object.fromEntries(
    [...kept].flatMap(([name, { template }]) => (template === null ? [] : [[name, template]])),
  );
}

function textName(name: string): TextName {
  return TEXT_NAMES.find((one) => one === name) ?? 'announcement'; // the editor asks for its entries alone
}

const EVERYTHING: Readonly<Record<string, string>> = {
  ids: 'the ids',
  title: 'the summary of one; of several, how many and where',
  about: 'the same, cut in a short post',
  distributions: 'which distributions',
  count: 'how many',
  list: 'a line for each of several',
  page: 'the address of the advisory; of several, of all',
  group: 'the group',
  contact: 'its address of mail',
  site: 'the address of all advisories',
  id: 'CVE id, or that of the advisory',
  advisory: 'its address',
  distribution: 'the distribution',
  metacpan: 'its page at MetaCPAN',
  versions: 'before 1.42',
  summary: 'the sentence',
  details: 'the text',
  weaknesses: 'a line each',
  released: 'the first release with the fix',
  remedy: 'what to do',
  indicators: 'a line each',
  references: 'a line each',
  credits: 'a line each',
  timeline: 'a line each',
  corrects: 'what was wrong before',
  withdrawn: 'when and why it was taken back',
};

function linesOf(fields: Readonly<Record<string, { readonly optional?: true }>>, of: string): FieldLine[] {
  return Object.entries(fields).map(([field, { optional }]) => ({
    field,
    of,
    meaning: `${EVERYTHING[field] ?? ''}${optional === true ? '; may be absent' : ''}`,
  }));
}

const DESK: Speaker = {
  name: 'The security group',
  address: 'security@example.org',
  site: 'https://example.org/advisories',
};

const RECORD: AdvisoryRecord = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Foo-Bar-1900-1234',
  aliases: ['CVE-1900-1234'],
  reported: '1900-01-02',
  summary: 'Foo::Bar versions before 1.42 for Perl write behind a buffer when a header is long',
  details:
    'Foo::Bar copies a header into a buffer of 256 bytes. Nothing looks how long it is.\n\nWhoever sends the header decides what is written behind the buffer.',
  weaknesses: ['CWE-121'],
  affected: [{ distribution: 'Foo-Bar', ranges: ['<1.42'], fixed: ['>=1.42'], cause: { kind: 'own' } }],
  references: [{ type: 'fix', url: 'https://example.org/foo-bar/commit/1900' }],
  credits: [{ name: 'Ada Example', role: 'finder' }],
  withdrawn: { on: '1900-02-03', kind: 'withdrawn', reason: 'no release was ever made with it' },
  history: [{ on: '1900-01-16', change: 'published' }],
};

const FIRST: Announced = {
  record: RECORD,
  cve: 'CVE-1900-1234',
  page: 'https://example.org/advisories/CPANSA-Foo-Bar-1900-1234',
  released: '1.42',
  corrects: { words: 'The announcement named 1.41 as the release with the fix. It is 1.42.' },
};
const { details: _, credits: __, ...BARE } = RECORD;
const SECOND: Announced = {
  ...FIRST,
  record: {
    ...BARE,
    id: 'CPANSA-Baz-1900-1235',
    summary: 'Baz versions through 0.9 for Perl make session ids that can be guessed',
    affected: [{ distribution: 'Baz', ranges: ['<=0.9'], fixed: [], cause: { kind: 'own' } }],
  },
  cve: 'CVE-1900-1235',
  page: 'https://example.org/advisories/CPANSA-Baz-1900-1235',
  released: null,
};
const ONE: readonly Announced[] = [FIRST];
const TWO: readonly Announced[] = [FIRST, SECOND];

export const textEditor: Editor = {
  kind: 'text',
  path: '/texts',
  title: 'Texts of a publication',
  lead: 'What goes out when an advisory is published. Each is shown once more, filled, before it is sent.',
  entries: Object.fromEntries(
    TEXT_NAMES.map((name) => [name, { words: TEXTS[name].words, template: TEXTS[name].template }]),
  ),
  problems: (name, template) => templateProblems(textName(name), template),
  previews: (name, template) => [
    preview('One advisory', textName(name), template, aboutOf(textName(name), ONE)),
    preview('Two in one', textName(name), template, aboutOf(textName(name), TWO)),
  ],
  fields: [...linesOf(WHOLE_FIELDS, 'all'), ...linesOf(RECORD_FIELDS, 'each')],
};

/** Some texts are about releases that do harm. */
function aboutOf(name: TextName, announced: readonly Announced[]): readonly Announced[] {
  if (TEXTS[name].about !== 'malicious') return announced;
  const malicious = { indicators: [{ type: 'domain', value: 'collect.example.org' } as const] };
  return announced.map((one) => ({ ...one, record: { ...one.record, malicious } }));
}

function preview(title: string, name: TextName, template: string, announced: readonly Announced[]): Preview {
  const written = write(name, announced, { desk: DESK, templates: { [name]: template } });
  const { subject, text } = written;
  return {
    title,
    text: subject === null ? text : `Subject: ${subject}\n\n${text}`,
    problems: textProblems(name, written).map(({ rule, problem }) => `${rule}: ${problem}`),
  };
}
