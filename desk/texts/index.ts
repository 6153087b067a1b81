/**
 * texts: every text that goes out with a publication, written from plain public facts. Pure.
 *
 *     write('short-post', [announced], { desk });      // { subject: null, text: 'CVE-… Foo-Bar: … https://…' }
 *     textProblems('short-post', written);             // what the lint says of it, or of what somebody made of it
 *     templateProblems('announcement', template);      // what is wrong with a group's own words
 *
 * Words: what is *announced* is one record with what the group knows of its publication; several are one batch with
 * one text. A *template* is in the language of the letters of `disclosure`; within `{{#each}}` it stands once for
 * each record. `docs/formats/text-templates.md` lists the texts and their fields. A *draft* is an advisory begun from a
 * template for its weakness.
 */
export type { Announced, Speaker, Text } from './announced.ts';
export { TextError, type TextErrorCode } from './errors.ts';
export { RECORD_FIELDS, WHOLE_FIELDS } from './fields.ts';
export { type TextProblem, type TextRule, textProblems } from './lint.ts';
export { TEXT_NAMES, type TextName } from './names.ts';
export { postLengthOf } from './post.ts';
export { TEXTS, type TextKind } from './table.ts';
export { versionsOf, versionsOfEntry } from './versions.ts';
export {
  type BegunDraft,
  beginDraft,
  DRAFT_FIELDS,
  type DraftFacts,
  WEAKNESS_TEMPLATES,
  weaknessProblems,
  weaknessWords,
} from './weaknesses.ts';
export { MOST_IN_FULL, type TextOptions, templateProblems, write } from './write.ts';
