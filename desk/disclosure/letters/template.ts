/**
 * The templates of letters: Markdown with `{{field}}`. The first line is `Subject: …`, then an empty line, then
 * the body. Blocks between lines `{{#field}}` and `{{/field}}` stand only where an optional field is given.
 */
import { type Field, KINDS } from './field.ts';

export interface Template {
  readonly subject: string;
  readonly blocks: readonly Block[];
}

/** Lines between empty lines. */
export interface Block {
  readonly lines: readonly string[];
  /** Stands only where the field is given. */
  readonly when: string | null;
}

export type ReadTemplate = { readonly template: Template } | { readonly problems: readonly string[] };

const MOST_CHARACTERS = 32 * 1024;
const LONGEST_SUBJECT = 120;
const PLACEHOLDER = /\{\{([a-z][a-z-]*)\}\}/g;

/** The parts of a template, or why it is none. */
export function readTemplate(text: string): ReadTemplate {
  if (text.length > MOST_CHARACTERS) return { problems: [`longer than ${MOST_CHARACTERS} characters`] };
  const [first = '', second, ...rest] = text.replaceAll('\r\n', '\n').split('\n');
  const subject = /^Subject: (.+)$/.exec(first)?.[1];
  if (subject === undefined) return { problems: ['the first line is "Subject: " and the subject'] };
  if (second !== '') return { problems: ['an empty line follows the subject'] };
  const { blocks, problems } = readBlocks(rest);
  return problems.length > 0 ? { problems } : { template: { subject, blocks } };
}

function readBlocks(lines: readonly string[]): { blocks: Block[]; problems: string[] } {
  const blocks: Block[] = [];
  const problems: string[] = [];
  let open: string[] = [];
  let when: string | null = null;
  const finish = (): void => {
    if (open.length > 0) blocks.push({ lines: open, when });
    open = [];
  };
  for (const line of lines) {
    const [, mark, name = ''] = /^\{\{([#/])([a-z][a-z-]*)\}\}\s*$/.exec(line) ?? [];
    if (mark === undefined && line.trim() !== '') open.push(line.trimEnd());
    else finish();
    if (mark === undefined) continue;
    if ((mark === '#') !== (when === null) || (mark === '/' && name !== when))
      problems.push(`{{${mark}${name}}} does not open or close a section here`);
    when = mark === '#' ? name : null;
  }
  finish();
  if (when !== null) problems.push(`{{#${when}}} is not closed`);
  return { blocks, problems };
}

export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** Every placeholder at once, so that what a field says is never read as a template. */
export function fill(text: string, shown: (name: string) => string): string {
  return text.replace(PLACEHOLDER, (_, name: string) => shown(name));
}

export interface Rules {
  readonly fields: Readonly<Record<string, Field>>;
  /** No field of any letter that says something of the vulnerability may stand in it. */
  readonly details: boolean;
  /** Fields that carry details in any letter. */
  readonly detailed: ReadonlySet<string>;
}

/** What is wrong with a template for a letter of these rules. */
export function templateProblems({ subject, blocks }: Template, rules: Rules): string[] {
  return [
    ...subjectProblems(subject, rules),
    ...blocks.flatMap(({ lines, when }) => blockProblems(lines.join('\n'), when, rules)),
    ...unusedProblems([subject, ...blocks.flatMap(({ lines }) => lines)].join('\n'), rules),
  ];
}

function subjectProblems(subject: string, rules: Rules): string[] {
  const problems =
    subject.length > LONGEST_SUBJECT ? [`a subject of more than ${LONGEST_SUBJECT} characters`] : [];
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(subject))
    problems.push('the subject has a character that breaks a header');
  for (const name of placeholdersOf(subject)) {
    const field = rules.fields[name];
    if (field === undefined) problems.push(unknownWords(name, rules));
    else if (field.optional === true)
      problems.push(`{{${name}}} may be absent and cannot stand in the subject`);
    else if (field.kind === 'prose' || field.kind === 'patch')
      problems.push(`{{${name}}} may have many lines and breaks a header`);
  }
  return problems;
}

function blockProblems(text: string, when: string | null, rules: Rules): string[] {
  const problems = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(text) ? ['a control character'] : [];
  if (when !== null && rules.fields[when]?.optional !== true)
    problems.push(`{{#${when}}}: ${when} is no optional field of this letter`);
  for (const name of placeholdersOf(text)) {
    const field = rules.fields[name];
    if (field === undefined) problems.push(unknownWords(name, rules));
    else if (field.optional === true && when !== name)
      problems.push(`{{${name}}} may be absent: put it between {{#${name}}} and {{/${name}}}`);
    else if ((field.kind === 'prose' || field.kind === 'patch') && text !== `{{${name}}}`)
      problems.push(`{{${name}}} stands alone, between empty lines`);
  }
  if (/\{\{|\}\}/.test(fill(text, () => ''))) problems.push('braces that are no {{field}}');
  return problems;
}

function unknownWords(name: string, { details, detailed }: Rules): string {
  return !details && detailed.has(name)
    ? `{{${name}}} carries details, and this letter has none`
    : `{{${name}}} is no field of this letter`;
}

/** A template leaves nothing out that somebody has to be told. */
function unusedProblems(text: string, { fields }: Rules): string[] {
  const used = new Set(placeholdersOf(text));
  return Object.keys(fields)
    .filter((name) => !used.has(name))
    .map((name) => `{{${name}}} is not used`);
}

/** Whether a field's value says something of the vulnerability. */
export function carriesDetails({ kind }: Field): boolean {
  return KINDS[kind].details;
}
