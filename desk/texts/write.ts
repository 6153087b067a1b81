/** A text out of public facts and a template. */
import { wrap } from 'cpansec/base';
import {
  type Block,
  blockProblems,
  type Field,
  fill,
  placeholdersOf,
  plainProse,
  readTemplate,
  subjectProblems,
  type Template,
} from '../disclosure/index.ts';
import type { Announced, Speaker, Text } from './announced.ts';
import { toAscii } from './ascii.ts';
import { TextError } from './errors.ts';
import { RECORD_FIELDS, recordValues, type Values, WHOLE_FIELDS, wholeValues } from './fields.ts';
import type { TextName } from './names.ts';
import { shortened, unmentioned } from './post.ts';
import { TEXTS, type TextKind } from './table.ts';

/** Of more records than these a text has its list alone. */
export const MOST_IN_FULL = 20;

export interface TextOptions {
  readonly desk: Speaker;
  /** A group's own templates. */
  readonly templates?: Partial<Readonly<Record<TextName, string>>>;
  /** A policy's `publication.postLength`; 280 where absent. */
  readonly postLength?: number;
}

/**
 * The text for these records, one or several. Throws `nothing`, `field`, `unfit` and `template`; what is merely not
 * good is found by `textProblems`.
 */
export function write(name: TextName, announced: readonly Announced[], options: TextOptions): Text {
  const kind = TEXTS[name];
  const template = checkedTemplate(name, options.templates?.[name] ?? kind.template);
  const whole = wholeValues(announced, options.desk);
  refuseUnfit(name, announced);
  if (kind.short) return { subject: null, text: `${shortened(template, whole, options.postLength)}\n` };
  const records =
    announced.length > MOST_IN_FULL && template.blocks.some(isList) ? [] : announced.map(recordValues);
  const text = `${bodyOf(template, whole, records, kind)}\n`;
  const subject = kind.subject ? fill(template.subject, (field) => whole[field]?.trim() ?? '') : null;
  return kind.list
    ? { subject: subject === null ? null : toAscii(subject), text: toAscii(text) }
    : { subject, text };
}

function isList({ when }: Block): boolean {
  return when === 'list';
}

/** What is wrong with a template for the text; an empty list is a template that works. */
export function templateProblems(name: TextName, text: string): readonly string[] {
  const { subject, must } = TEXTS[name];
  const read = readTemplate(text, { head: subject ? 'Subject' : null, each: true });
  if ('problems' in read) return read.problems;
  const { template } = read;
  const used = new Set(placeholdersOf(text));
  return [
    ...(subject ? subjectProblems(template.subject, rulesFor(WHOLE_FIELDS)) : []),
    ...template.blocks.flatMap((block) => blockProblems(block, rulesFor(fieldsOf(block)))),
    ...must.filter((field) => !used.has(field)).map((field) => `{{${field}}} is not used`),
    ...(TEXTS[name].short ? shortProblems(template) : []),
  ];
}

function shortProblems({ blocks }: Template): string[] {
  const [block, ...more] = blocks;
  const plain =
    block !== undefined &&
    more.length === 0 &&
    !block.each &&
    block.when === null &&
    block.lines.length === 1;
  return plain ? [] : ['a short post is one line without sections'];
}

function checkedTemplate(name: TextName, text: string): Template {
  const [problem] = templateProblems(name, text);
  const read = readTemplate(text, { head: TEXTS[name].subject ? 'Subject' : null, each: true });
  if (problem !== undefined || 'problems' in read)
    throw new TextError('template', problem ?? 'not a template', { file: name });
  return read.template;
}

function fieldsOf({ each }: Block): Readonly<Record<string, Field>> {
  return each ? { ...WHOLE_FIELDS, ...RECORD_FIELDS } : WHOLE_FIELDS;
}

function rulesFor(fields: Readonly<Record<string, Field>>): Parameters<typeof blockProblems>[1] {
  return { fields, details: true, detailed: new Set() };
}

function refuseUnfit(name: TextName, announced: readonly Announced[]): void {
  const { about } = TEXTS[name];
  announced.forEach(({ record, corrects }, i) => {
    const there = about === null || (about === 'corrects' ? corrects !== null : record[about] !== undefined);
    if (!there) throw new TextError('unfit', `no ${name} of it`, { path: `records[${i}]` });
  });
}

/** Neighbouring blocks that stand for each record are written together, record by record. */
function bodyOf({ blocks }: Template, whole: Values, records: readonly Values[], kind: TextKind): string {
  const parts: string[] = [];
  for (let i = 0; i < blocks.length; ) {
    const end = endOfRun(blocks, i);
    const run = blocks.slice(i, end);
    const written = run[0]?.each
      ? records.map((values) => paragraphs(run, { ...whole, ...values }, kind)).filter((text) => text !== '')
      : [paragraphs(run, whole, kind)];
    parts.push(...(run[0]?.each ? [written.join(kind.between)] : written));
    i = end;
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

function endOfRun(blocks: readonly Block[], from: number): number {
  const other = blocks.findIndex(({ each }, i) => i > from && each !== blocks[from]?.each);
  return other === -1 ? blocks.length : other;
}

function paragraphs(blocks: readonly Block[], values: Values, kind: TextKind): string {
  const standing = blocks.filter(({ when }) => when === null || Object.hasOwn(values, when));
  return standing.flatMap((block) => paragraphsOf(block, values, kind)).join('\n\n');
}

function paragraphsOf({ lines }: Block, values: Values, { columns, post }: TextKind): string[] {
  const shown = (field: string): string => {
    const value = values[field]?.trim() ?? '';
    return post ? unmentioned(value) : value;
  };
  const alone = /^\{\{([a-z-]+)\}\}$/.exec(lines.join('\n'))?.[1];
  const of = RECORD_OR_WHOLE[alone ?? '']?.kind;
  if (alone !== undefined && (of === 'prose' || of === 'list'))
    return columns === null ? [shown(alone).replace(/\n{3,}/g, '\n\n')] : plainProse(shown(alone));
  return [lines.flatMap((line) => filled(fill(line, shown), columns)).join('\n')];
}

const RECORD_OR_WHOLE: Readonly<Record<string, Field>> = { ...WHOLE_FIELDS, ...RECORD_FIELDS };

/** The line within its columns; what follows stands under the text of its first line. */
function filled(line: string, columns: number | null): string[] {
  if (columns === null || line.length <= columns) return [line.trimEnd()];
  const [, first = '', rest = ''] = /^(\s*(?:[-*] |[A-Z][\w ]{0,20}:\s{2,})?)(.*)$/.exec(line) ?? [];
  return wrap(rest.split(/\s+/).join(' '), columns - first.length).map((text, i) =>
    `${i === 0 ? first : ' '.repeat(first.length)}${text}`.trimEnd(),
  );
}
