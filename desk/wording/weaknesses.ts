/** Drafts by weakness in a group's own words. */
import type { Transaction } from '../store/index.ts';
import {
  beginDraft,
  type DraftFacts,
  WEAKNESS_TEMPLATES,
  weaknessProblems,
  weaknessWords,
} from '../texts/index.ts';
import type { Editor } from './editor.ts';
import { keptWording } from './kept.ts';

/** By weakness, what drafts are begun from: the group's words, else ours. */
export async function weaknessTemplates(tx: Transaction): Promise<ReadonlyMap<string, string>> {
  const kept = await keptWording(tx, 'weakness', Object.keys(WEAKNESS_TEMPLATES));
  return new Map(
    Object.entries(WEAKNESS_TEMPLATES).map(([name, usual]) => [name, kept.get(name)?.template ?? usual]),
  );
}

const KNOWN: DraftFacts = { module: 'Foo::Bar', distribution: 'Foo-Bar', versions: 'before 1.42' };
const UNKNOWN: DraftFacts = { module: 'Foo::Bar', distribution: 'Foo-Bar', versions: null };

export const weaknessEditor: Editor = {
  kind: 'weakness',
  path: '/weaknesses',
  title: 'Drafts by weakness',
  lead: 'What the draft of an advisory can be begun from. What stands as TODO has to be answered before it is published.',
  entries: Object.fromEntries(
    Object.entries(WEAKNESS_TEMPLATES).map(([name, template]) => [
      name,
      { words: weaknessWords(name), template },
    ]),
  ),
  problems: (_, template) => weaknessProblems(template),
  previews: (_, template) =>
    [
      { title: 'Versions are known', facts: KNOWN },
      { title: 'They are not', facts: UNKNOWN },
    ].map(({ title, facts }) => {
      const { title: head, summary } = beginDraft(template, facts);
      return { title, text: `${head}\n\n${summary}`, problems: [] };
    }),
  fields: [
    {
      field: 'module',
      of: 'the case',
      meaning: 'its first module, or the one that the distribution is named after',
    },
    { field: 'distribution', of: 'the case', meaning: 'the distribution' },
    { field: 'versions', of: 'the case', meaning: 'before 1.42' },
  ],
};
