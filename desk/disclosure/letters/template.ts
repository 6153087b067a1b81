/**
 * The language of templates: text with `{{field}}`. The first line is `Subject: …`, then an empty line, then the
 * body; a text that bears no subject begins with its body. Blocks between lines `{{#field}}` and `{{/field}}` stand
 * only where an optional field is given, those between `{{#each}}` and `{{/each}}` once for each of several things.
 */
import { type Field, type FieldKind, KINDS } from './field.ts';

export interface Template {
  /** `''` where there is none. */
  readonly subject: string;
  readonly blocks: readonly Block[];
}

/** Lines between empty lines. */
export interface Block {
  readonly lines: readonly string[];
  /** Stands only where the field is given. */
  readonly when: string | null;
  /** Stands for each of several things. */
  readonly each: boolean;
}

/** What a template may be made of. */
export interface TemplateParts {
  /** What its first line begins with; null for one that begins with its body. */
  readonly head: 'Subject' | 'Title' | null;
  readonly each: boolean;
}

export type ReadTemplate = { readonly template: Template } | { readonly problems: readonly string[] };

const MOST_CHARACTERS = 32 * 1024;
const LONGEST_SUBJECT = 120;
/** What may have many lines. */
const ALONE: ReadonlySet<FieldKind> = new Set(['prose', 'patch', 'list']);
const PLACEHOLDER = /\{\{([a-z][a-z-]*)\}\}/g;

/** The parts of a template, or why it is none. */
export function readTemplate(
  text: string,
  { head, each }: TemplateParts = { head: 'Subject', each: false },
): ReadTemplate {
  if (text.length > MOST_CHARACTERS) return { problems: [`longer than ${MOST_CHARACTERS} characters`] };
  const [first = '', second = '', ...rest] = text.replaceAll('\r\n', '\n').split('\n');
  if (head === null) return readBody('', [first, second, ...rest], each);
  const [, word, subject = ''] = /^(Subject|Title): (.+)$/.exec(first) ?? [];
  if (word !== head) return { problems: [`the first line is "${head}: " and the ${head.toLowerCase()}`] };
  if (second !== '') return { problems: [`an empty line follows the ${head.toLowerCase()}`] };
  return readBody(subject, rest, each);
}

function readBody(subject: string, lines: readonly string[], each: boolean): ReadTemplate {
  const { blocks, problems } = readBlocks(lines, each);
  return problems.length > 0 ? { problems } : { template: { subject, blocks } };
}

function readBlocks(lines: readonly string[], mayRepeat: boolean): { blocks: Block[]; problems: string[] } {
  const blocks: Block[] = [];
  const problems: string[] = [];
  let open: string[] = [];
  let when: string | null = null;
  let each = false;
  const finish = (): void => {
    if (open.length > 0) blocks.push({ lines: open, when, each });
    open = [];
  };
  for (const line of lines) {
    const [, mark, name = ''] = /^\{\{([#/])([a-z][a-z-]*)\}\}\s*$/.exec(line) ?? [];
    if (mark === undefined && line.trim() !== '') open.push(line.trimEnd());
    else finish();
    if (mark === undefined) continue;
    const repeats: boolean = mayRepeat && name === 'each';
    const fits: boolean = repeats
      ? when === null && (mark === '#') !== each
      : (mark === '#') === (when === null) && (mark === '#' || name === when);
    if (!fits) problems.push(`{{${mark}${name}}} does not open or close a section here`);
    if (repeats) each = mark === '#';
    else when = mark === '#' ? name : null;
  }
  finish();
  for (const left of [...(when === null ? [] : [when]), ...(each ? ['each'] : [])])
    problems.push(`{{#${left}}} is not closed`);
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
    ...blocks.flatMap((block) => blockProblems(block, rules)),
    ...unusedProblems([subject, ...blocks.flatMap(({ lines }) => lines)].join('\n'), rules),
  ];
}

export function subjectProblems(subject: string, rules: Rules): string[] {
  const problems =
    subject.length > LONGEST_SUBJECT ? [`a subject of more than ${LONGEST_SUBJECT} characters`] : [];
  if (/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.test(subject))
    problems.push('the subject has a character that breaks a header');
  if (hasOtherBraces(subject)) problems.push('the subject has braces that are no {{field}}');
  for (const name of placeholdersOf(subject)) {
    const field = rules.fields[name];
    if (field === undefined) problems.push(unknownWords(name, rules));
    else if (field.optional === true)
      problems.push(`{{${name}}} may be absent and cannot stand in the subject`);
    else if (ALONE.has(field.kind)) problems.push(`{{${name}}} may have many lines and breaks a header`);
  }
  return problems;
}

export function blockProblems({ lines, when }: Pick<Block, 'lines' | 'when'>, rules: Rules): string[] {
  const text = lines.join('\n');
  const problems = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.test(text)
    ? ['a control character']
    : [];
  if (when !== null && rules.fields[when]?.optional !== true)
    problems.push(`{{#${when}}}: ${when} is no optional field of this letter`);
  for (const name of placeholdersOf(text)) {
    const field = rules.fields[name];
    if (field === undefined) problems.push(unknownWords(name, rules));
    else if (field.optional === true && when !== name)
      problems.push(`{{${name}}} may be absent: put it between {{#${name}}} and {{/${name}}}`);
    else if (ALONE.has(field.kind) && text !== `{{${name}}}`)
      problems.push(`{{${name}}} stands alone, between empty lines`);
  }
  if (hasOtherBraces(text)) problems.push('braces that are no {{field}}');
  return problems;
}

function hasOtherBraces(text: string): boolean {
  return /\{\{|\}\}/.test(fill(text, () => ''));
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
