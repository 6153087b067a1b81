/** The details of a case, to be edited; where somebody else edited them meanwhile, both versions. */
import { diffWords } from 'diff';
import type { JSX } from 'preact';
import { Area, Field, Notice } from '../ui/index.ts';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel } from './case-model.ts';

export function editPage(model: CaseModel, { now }: { readonly now: string }): JSX.Element {
  const { problems = {} } = model.editing ?? {};
  const conflict = problems.revision !== undefined;
  return (
    <>
      <CaseBar {...model} now={now} />
      <h1>Details</h1>
      <p>
        <a href={`/cases/${model.id}/begin`}>Begin a draft from a template for its weakness</a>
      </p>
      {conflict ? <Conflict {...model} /> : null}
      {Object.keys(problems).length === 0 || conflict ? null : (
        <Notice signal="warning">
          <p>Something is not as it must be. What you typed is still here.</p>
        </Notice>
      )}
      <DetailsForm {...model} />
    </>
  );
}

interface Asked {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly maxLength: number;
  readonly required?: boolean;
  /** Lines of a larger field. */
  readonly rows?: number;
}

const FIELDS: readonly Asked[] = [
  { name: 'title', label: 'Title', maxLength: 200, required: true },
  { name: 'distribution', label: 'Distribution', maxLength: 120 },
  { name: 'modules', label: 'Modules', hint: 'Separated by spaces.', maxLength: 2000 },
  { name: 'labels', label: 'Labels', hint: 'Separated by commas.', maxLength: 500 },
  { name: 'weaknesses', label: 'Weaknesses', hint: 'CWE-79, separated by spaces.', maxLength: 200 },
  { name: 'cvss', label: 'CVSS vector', maxLength: 300 },
  {
    name: 'ranges',
    label: 'Affected versions',
    hint: 'In the grammar of the advisories: >=1.0,<1.24 || >=2.0',
    maxLength: 500,
  },
  { name: 'fixed', label: 'Fixed versions', hint: 'Likewise: >=1.24', maxLength: 500 },
  {
    name: 'references',
    label: 'References',
    hint: 'A line each: advisory, patch, report, fix or web, then the address.',
    maxLength: 20_000,
    rows: 4,
  },
  { name: 'summary', label: 'Summary', hint: 'Markdown, without pictures.', maxLength: 50_000, rows: 16 },
];

/** The case as the form has it. */
function keptOf(model: CaseModel): Readonly<Record<string, string>> {
  const [range] = model.affected;
  return {
    title: model.title,
    distribution: model.distribution ?? '',
    modules: model.modules.join(' '),
    labels: model.labels.join(', '),
    weaknesses: model.weaknesses.join(' '),
    cvss: model.cvss ?? '',
    ranges: range?.ranges.join(' || ') ?? '',
    fixed: range?.fixed.join(' || ') ?? '',
    references: model.references.map(({ kind, url }) => `${kind} ${url}`).join('\n'),
    summary: model.summary,
  };
}

function DetailsForm(model: CaseModel): JSX.Element {
  const { typed = {}, problems = {} } = model.editing ?? {};
  const kept = keptOf(model);
  return (
    <form method="post" action={`/cases/${model.id}/details`}>
      <input type="hidden" name="revision" value={model.revision} />
      {FIELDS.map(({ rows, required = false, ...field }) => {
        const filled = {
          value: typed[field.name] ?? kept[field.name],
          problem: problems[field.name],
          required,
        };
        return rows === undefined ? (
          <Field key={field.name} {...field} {...filled} />
        ) : (
          <Area key={field.name} {...field} {...filled} rows={rows} />
        );
      })}
      <button type="submit">Keep the changes</button>
    </form>
  );
}

/** What stands in the case now beside what was typed; the fields below hold what was typed. */
function Conflict(model: CaseModel): JSX.Element {
  const typed = model.editing?.typed ?? {};
  const kept = keptOf(model);
  const apart = FIELDS.filter(({ name }) => (typed[name] ?? kept[name]) !== kept[name]);
  return (
    <Notice signal="warning">
      <p>
        Somebody changed this case meanwhile. Below is what you typed; here is how it differs from what they
        kept. Change what you want to change, then keep it.
      </p>
      <dl class="merge">
        {apart.map(({ name, label }) => [
          <dt key={name}>{label}</dt>,
          <dd key={`${name} differs`} class="typed">
            <Differences kept={kept[name] ?? ''} typed={typed[name] ?? ''} />
          </dd>,
        ])}
      </dl>
    </Notice>
  );
}

/** Edits between two texts that are looked for; beyond, the whole texts stand side by side. */
const MAX_EDITS = 1000;

function Differences({ kept, typed }: { readonly kept: string; readonly typed: string }): JSX.Element {
  const changes = diffWords(kept, typed, { maxEditLength: MAX_EDITS });
  if (changes === undefined)
    return (
      <>
        <del>{kept}</del> <ins>{typed}</ins>
      </>
    );
  return (
    <>
      {changes.map(({ value, added, removed }, i) => {
        if (added) return <ins key={`${i} ${value}`}>{value}</ins>;
        return removed ? <del key={`${i} ${value}`}>{value}</del> : value;
      })}
    </>
  );
}
