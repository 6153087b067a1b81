/** What the draft of an advisory can be begun from. */
import type { JSX } from 'preact';
import { SelectField } from '../ui/index.ts';
import type { Beginning } from './begin-draft.ts';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel } from './case-model.ts';

interface BeginModel {
  readonly case: CaseModel;
  readonly beginnings: readonly Beginning[];
}

export function beginPage(
  { case: file, beginnings }: BeginModel,
  { now }: { readonly now: string },
): JSX.Element {
  const own = beginnings.find(({ weakness }) => file.weaknesses.includes(weakness))?.weakness;
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>Begin a draft</h1>
      <p class="lead">
        A title after the group’s pattern, what is usually said of such a weakness, and what somebody has to
        answer. Nothing is kept until you keep it.
      </p>
      <p>
        <a href="/weaknesses">What these drafts say</a>
      </p>
      <form method="get" action={`/cases/${file.id}/details`}>
        <SelectField
          name="weakness"
          label="Weakness"
          value={own}
          options={beginnings.map(({ weakness, words }) => ({ value: weakness, label: words }))}
        />
        <button type="submit">Begin</button>
      </form>
    </>
  );
}
