/** The details of a case, to be edited. */
import type { JSX } from 'preact';
import { Area, Field } from '../ui/index.ts';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel as Model } from './case-model.ts';

export function editPage(model: Model, { now }: { readonly now: string }): JSX.Element {
  return (
    <>
      <CaseBar {...model} now={now} />
      <h1>Details</h1>
      <DetailsForm {...model} />
    </>
  );
}

function DetailsForm(model: Model): JSX.Element {
  const { id, revision, title, summary, cvss, affected } = model;
  return (
    <form method="post" action={`/cases/${id}/details`}>
      <input type="hidden" name="revision" value={revision} />
      <Field name="title" label="Title" value={title} maxLength={200} />
      <Names {...model} />
      <Field name="cvss" label="CVSS vector" value={cvss ?? ''} required={false} maxLength={300} />
      <Field
        name="ranges"
        label="Affected versions"
        hint="In the grammar of the advisories: >=1.0,<1.24"
        value={affected[0]?.ranges.join(' || ') ?? ''}
        required={false}
        maxLength={500}
      />
      <Area name="summary" label="Summary" value={summary} required={false} maxLength={50_000} rows={16} />
      <button type="submit">Keep the changes</button>
    </form>
  );
}

function Names({ distribution, modules, labels, weaknesses }: Model): JSX.Element {
  return (
    <>
      <Field
        name="distribution"
        label="Distribution"
        value={distribution ?? ''}
        required={false}
        maxLength={120}
      />
      <Field
        name="modules"
        label="Modules"
        hint="Separated by spaces."
        value={modules.join(' ')}
        required={false}
        maxLength={2000}
      />
      <Field
        name="labels"
        label="Labels"
        hint="Separated by commas."
        value={labels.join(', ')}
        required={false}
        maxLength={500}
      />
      <Field
        name="weaknesses"
        label="Weaknesses"
        hint="CWE-79, separated by spaces."
        value={weaknesses.join(' ')}
        required={false}
        maxLength={200}
      />
    </>
  );
}
