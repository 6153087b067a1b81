/** The letters of the process: text of ours, or of an operator, filled with fields that are checked. */
import { type Field, type FieldKind, fieldProblems, showField } from './field.ts';
import { fenced, plainBlock, plainProse } from './plain.ts';
import type { Letter } from './table.ts';
import {
  type Block,
  carriesDetails,
  fill,
  type Rules,
  readTemplate,
  type Template,
  templateProblems,
} from './template.ts';
import { type AnybodyLetter, toAnybody } from './to-anybody.ts';
import { type ContainmentLetter, toContainment } from './to-containment.ts';
import { type DisputerLetter, toDisputer } from './to-disputer.ts';
import { type MaintainerLetter, toMaintainer } from './to-maintainer.ts';
import { type MemberLetter, toMember } from './to-member.ts';
import { type ParticipantLetter, toParticipant } from './to-participant.ts';
import { type ReporterLetter, toReporter } from './to-reporter.ts';
import { type TrackerLetter, toTracker } from './to-tracker.ts';

export type LetterName =
  | ReporterLetter
  | MaintainerLetter
  | ParticipantLetter
  | MemberLetter
  | AnybodyLetter
  | DisputerLetter
  | ContainmentLetter
  | TrackerLetter;

/** All letters by name. */
export const LETTERS: Readonly<Record<LetterName, Letter>> = {
  ...toReporter,
  ...toMaintainer,
  ...toParticipant,
  ...toMember,
  ...toAnybody,
  ...toDisputer,
  ...toContainment,
  ...toTracker,
};

const DETAILED: ReadonlySet<string> = new Set(
  Object.values(LETTERS).flatMap(({ fields }) =>
    Object.entries(fields)
      .filter(([, field]) => carriesDetails(field))
      .map(([name]) => name),
  ),
);

export interface LetterOptions {
  /** IANA name of the reader's zone: instants stand in it, beside UTC. */
  readonly zone?: string | undefined;
  /** An operator's own template in place of ours. */
  readonly template?: string | undefined;
}

export type Written =
  | { readonly subject: string; readonly body: string }
  /** Why nothing was written, in words. */
  | { readonly problems: readonly string[] };

/**
 * The letter with its fields: plain text in lines of at most 72 columns, an address that is longer on its own line.
 * Fields that are unknown, missing or unfit are refused. Throws `zone`.
 */
export function letter(
  name: LetterName,
  given: Readonly<Record<string, string>>,
  { zone = 'UTC', template: own }: LetterOptions = {},
): Written {
  const { fields, template } = LETTERS[name];
  const read = checkedTemplate(name, own ?? template);
  const problems = ['problems' in read ? read.problems : [], fieldProblems(fields, given)].flat();
  if ('problems' in read || problems.length > 0) return { problems };
  const shown = (field: string): string => showField(kindOf(fields, field), given[field] ?? '', zone);
  const blocks = read.template.blocks.filter(({ when }) => when === null || Object.hasOwn(given, when));
  const body = blocks.flatMap((block) => plain(block, fields, shown)).join('\n\n');
  return { subject: fill(read.template.subject, shown), body: `${body}\n` };
}

/** What is wrong with a template for the letter; an empty list is a template that works. */
export function letterProblems(name: LetterName, template: string): readonly string[] {
  const read = checkedTemplate(name, template);
  return 'problems' in read ? read.problems : [];
}

function checkedTemplate(
  name: LetterName,
  text: string,
): { readonly template: Template } | { readonly problems: readonly string[] } {
  const read = readTemplate(text);
  if ('problems' in read) return read;
  const { fields, details } = LETTERS[name];
  const rules: Rules = { fields, details, detailed: DETAILED };
  const problems = templateProblems(read.template, rules);
  return problems.length > 0 ? { problems } : read;
}

/** The paragraphs of a block. A patch stays as it is, prose keeps its own paragraphs. */
function plain({ lines }: Block, fields: Letter['fields'], shown: (field: string) => string): string[] {
  const alone = /^\{\{([a-z-]+)\}\}$/.exec(lines.join('\n'))?.[1];
  const kind = alone === undefined ? null : kindOf(fields, alone);
  if (alone !== undefined && kind === 'patch') return [fenced(shown(alone))];
  if (alone !== undefined && kind === 'prose') return plainProse(shown(alone));
  return [plainBlock(lines.map((line) => fill(line, shown))).join('\n')];
}

function kindOf(fields: Readonly<Record<string, Field>>, name: string): FieldKind {
  // The template was checked against the fields.
  return fields[name]?.kind ?? 'clause';
}
