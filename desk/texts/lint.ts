/** What is not good in a text that was written, or that somebody changed by hand. */
import { quoteFound } from 'cpansec/base';
import type { Text } from './announced.ts';
import type { TextName } from './names.ts';
import { POST_LENGTH, postLengthOf } from './post.ts';
import { TEXTS, type TextKind } from './table.ts';

export interface TextProblem {
  readonly rule: TextRule;
  readonly problem: string;
}

export type TextRule =
  /** No subject, or one that no text of its kind bears. */
  | 'subject'
  /** A character in a subject that ends a header or hides in one. */
  | 'header'
  /** A subject that mail programs cut. */
  | 'subject-long'
  /** A character that moves a cursor, hides text or turns its direction. */
  | 'control-character'
  /** A field of a template that nobody filled. */
  | 'template-token'
  /** A word that stands for one to come. */
  | 'placeholder'
  /** No id of an advisory or CVE. */
  | 'id-absent'
  /** No https address. */
  | 'link-absent'
  /** More columns than mail has, where a line could have been broken. */
  | 'line-width'
  /** A sign that is neither ASCII nor a letter, where a list wants plain text; in a subject any that is not ASCII. */
  | 'not-ascii'
  /** Markup of HTML in a mail to a list. */
  | 'html'
  /** More than a post or a list takes. */
  | 'too-long';

const LONGEST_SUBJECT = 200;
/** Characters of a mail that lists let through. */
const LONGEST_MAIL = 100_000;

const CONTROL =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufff9-\ufffb]/;
const TOKEN = /\{\{[#/]?[a-z][a-z-]*\}\}/;
const PLACEHOLDER =
  /\b(?:TODO|FIXME|XXX+|TBD|PLACEHOLDER)\b|CVE-(?:YYYY|\d{4}-(?:N{4}|X{4}))|\bexample\.invalid\b/;
const HTML = /<\/?(?:html|body|p|br|div|font|span)\b[^>\n]*>/i;

type Check = (kind: TextKind, written: Text, postLength: number) => TextProblem | null;

const CHECKS: readonly Check[] = [
  ({ subject: wanted }, { subject }) =>
    wanted === (subject !== null && subject.trim() !== '')
      ? null
      : { rule: 'subject', problem: wanted ? 'no subject' : 'a subject, which it does not bear' },
  (_, { subject }) => found('header', /[\r\n]|[\u0000-\u001f\u007f-\u009f\u2028\u2029]/, subject ?? ''),
  (_, { subject }) =>
    (subject ?? '').length > LONGEST_SUBJECT
      ? {
          rule: 'subject-long',
          problem: `a subject of ${subject?.length} characters, at most ${LONGEST_SUBJECT}`,
        }
      : null,
  (_, written) => found('control-character', CONTROL, written.text),
  (_, written) => found('template-token', TOKEN, whole(written)),
  (_, written) => found('placeholder', PLACEHOLDER, whole(written)),
  (_, written) =>
    /\b(?:CVE-\d{4}-\d{4,19}|CPANSA-[\w.+-]+)\b/.test(whole(written))
      ? null
      : { rule: 'id-absent', problem: 'no id' },
  ({ must }, { text }) =>
    must.every((field) => field !== 'advisory' && field !== 'page') || /\bhttps:\/\/\S+/.test(text)
      ? null
      : { rule: 'link-absent', problem: 'no https address' },
  ({ columns }, { text }) => (columns === null ? null : tooWide(text, columns)),
  ({ list }, { subject }) => (list ? found('not-ascii', /[^\p{ASCII}]/u, subject ?? '') : null),
  ({ list }, { text }) => (list ? found('not-ascii', /[^\p{ASCII}\p{L}\p{M}]/u, text) : null),
  ({ list }, { text }) => (list ? found('html', HTML, text) : null),
  ({ short }, { text }, most) =>
    short ? tooLong(postLengthOf(text.trim()), most) : tooLong(text.length, LONGEST_MAIL),
];

/** What the lint finds in a text of this name; `postLength` is a policy's. */
export function textProblems(
  name: TextName,
  written: Text,
  postLength: number = POST_LENGTH,
): readonly TextProblem[] {
  return CHECKS.flatMap((check) => check(TEXTS[name], written, postLength) ?? []);
}

function whole({ subject, text }: Text): string {
  return `${subject ?? ''}\n${text}`;
}

function found(rule: TextRule, pattern: RegExp, text: string): TextProblem | null {
  const sign = pattern.exec(text)?.[0];
  return sign === undefined ? null : { rule, problem: quoteFound(sign) };
}

function tooLong(length: number, most: number): TextProblem | null {
  return length <= most ? null : { rule: 'too-long', problem: `${length} characters, at most ${most}` };
}

/** A line of one word cannot be broken, and code is not. */
function tooWide(text: string, columns: number): TextProblem | null {
  let fence: string | null = null;
  for (const [i, line] of text.split('\n').entries()) {
    const mark = /^`{3,}/.exec(line)?.[0];
    if (mark !== undefined) fence = fence === null ? mark : line.startsWith(fence) ? null : fence;
    else if (
      fence === null &&
      line.length > columns &&
      !/^\s*(?:[-*>]\s*|\d{1,3}\.\s+|[A-Z][\w ]{0,20}:\s+)?\S+$/.test(line)
    )
      return { rule: 'line-width', problem: `line ${i + 1} has ${line.length} columns, at most ${columns}` };
  }
  return null;
}
