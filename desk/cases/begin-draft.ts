/** A draft of the advisory, begun from the template of a weakness: what a form of the details is filled with. */
import type { CaseContent } from '../casefile/index.ts';
import type { Transaction } from '../store/index.ts';
import { beginDraft, type DraftFacts, versionsOfEntry, weaknessWords } from '../texts/index.ts';
import { notFound } from '../web/index.ts';
import { weaknessTemplates } from '../wording/index.ts';

export interface Beginning {
  readonly weakness: string;
  /** With its name. */
  readonly words: string;
}

/** What a draft can begin from. */
export async function beginnings(tx: Transaction): Promise<Beginning[]> {
  return [...(await weaknessTemplates(tx)).keys()].map((weakness) => ({
    weakness,
    words: weaknessWords(weakness),
  }));
}

/** By field of the form; what the case says of itself stays below. Throws `not-found` for a weakness without a template. */
export async function begun(
  tx: Transaction,
  content: CaseContent,
  weakness: string,
): Promise<Readonly<Record<'title' | 'weaknesses' | 'summary', string>>> {
  const template = (await weaknessTemplates(tx)).get(weakness);
  if (template === undefined) throw notFound();
  const { title, summary } = beginDraft(template, factsOf(content));
  const weaknesses = [...new Set([...content.weaknesses, weakness])].join(' ');
  return {
    title: title.slice(0, 200),
    weaknesses,
    summary: [summary, content.summary].filter(isText).join('\n\n'),
  };
}

function isText(text: string): boolean {
  return text.trim() !== '';
}

function factsOf({ distribution, modules, affected }: CaseContent): DraftFacts {
  const versions = affected.map((entry) => versionsOfEntry(entry)).filter((words) => words !== 'unknown');
  return {
    module: modules[0] ?? distribution?.replaceAll('-', '::') ?? null,
    distribution,
    versions: versions.length === 0 ? null : versions.join('; '),
  };
}
