/** The texts that go out with a publication. A new one is an entry here, with its template. */
import type { TextName } from './names.ts';
import { TEMPLATES } from './templates.ts';

export interface TextKind {
  /** What it is, for whoever edits it. */
  readonly words: string;
  /** Whether its template begins with `Subject: `; of a pull request or ticket that is its title. */
  readonly subject: boolean;
  /** Where it is filled; null where a line break would show in the middle of a sentence. */
  readonly columns: 72 | null;
  /** Goes to a mailing list: punctuation is ASCII, and there is no HTML. */
  readonly list: boolean;
  /** Where `@name` would call somebody. */
  readonly post: boolean;
  /** Has to fit into a policy's `publication.postLength`. */
  readonly short: boolean;
  /** Between the records. */
  readonly between: '\n' | '\n\n';
  /** The fact without which there is nothing to say. */
  readonly about: 'corrects' | 'withdrawn' | 'malicious' | null;
  /** Fields that a template cannot leave out. */
  readonly must: readonly string[];
  readonly template: string;
}

const SAYS = ['id', 'advisory'];
const MAIL = {
  subject: true,
  columns: 72,
  list: false,
  post: false,
  short: false,
  between: '\n\n',
  about: null,
  must: SAYS,
} as const;
const POST = { ...MAIL, subject: false, columns: null, post: true } as const;

export const TEXTS: Readonly<Record<TextName, TextKind>> = {
  announcement: kind('announcement', 'mail to the announcement list', {
    ...MAIL,
    list: true,
    must: [
      ...SAYS,
      'ids',
      'distribution',
      'versions',
      'summary',
      'details',
      'remedy',
      'references',
      'credits',
    ],
  }),
  'oss-security': kind('oss-security', 'mail to the list oss-security', {
    ...MAIL,
    list: true,
    must: [...SAYS, 'ids', 'distribution', 'versions', 'summary', 'details', 'references'],
  }),
  maintainer: kind('maintainer', 'letter to the maintainers', MAIL),
  reporter: kind('reporter', 'letter to who reported it', MAIL),
  distributor: kind('distributor', 'letter to who was told before', {
    ...MAIL,
    must: [...SAYS, 'versions', 'remedy'],
  }),
  'long-post': kind('long-post', 'post of any length', POST),
  'short-post': kind('short-post', 'post of few characters', {
    ...POST,
    short: true,
    must: ['ids', 'distributions', 'about', 'page'],
  }),
  changelog: kind('changelog', 'lines of a change log', {
    ...MAIL,
    subject: false,
    between: '\n',
    must: ['id'],
  }),
  'pull-request': kind('pull-request', 'title and text of a pull request', { ...MAIL, columns: null }),
  'rt-ticket': kind('rt-ticket', 'title and text of a ticket', MAIL),
  'emergency-notice': kind('emergency-notice', 'mail to lists about malicious releases', {
    ...MAIL,
    list: true,
    about: 'malicious',
    must: [...SAYS, 'distribution', 'versions', 'summary', 'remedy'],
  }),
  correction: kind('correction', 'mail that corrects an earlier one', {
    ...MAIL,
    list: true,
    about: 'corrects',
    must: [...SAYS, 'corrects'],
  }),
  withdrawal: kind('withdrawal', 'mail that takes an advisory back', {
    ...MAIL,
    list: true,
    about: 'withdrawn',
    must: [...SAYS, 'withdrawn'],
  }),
};

function kind(name: TextName, words: string, rest: Omit<TextKind, 'words' | 'template'>): TextKind {
  return { ...rest, words, template: TEMPLATES[name] };
}
