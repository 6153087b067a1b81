import type { JSX } from 'preact';
import { Area, Field, Table } from '../ui/index.ts';

export interface ImportedModel {
  readonly counts: Readonly<Record<'case' | 'entry' | 'non-finding' | 'here', number>>;
  readonly findings: readonly {
    readonly source: string;
    readonly fingerprint: string;
    readonly became: string;
    readonly case: string;
    readonly reference: string;
  }[];
  readonly unplaced: readonly { readonly result: number; readonly why: string }[];
}

const BECAME: Readonly<Record<string, string>> = {
  case: 'a new case',
  entry: 'added to a case',
  'non-finding': 'closed: a known non-finding',
  here: 'here already',
};

export function importedPage({ counts, findings, unplaced }: ImportedModel): JSX.Element {
  return (
    <>
      <h1>Findings were imported</h1>
      <p class="lead">
        {counts.case} new cases, {counts.entry} added to cases, {counts['non-finding']} closed as known
        non-findings, {counts.here} here already.
      </p>
      {findings.length === 0 ? null : (
        <Table
          caption="What became of each"
          columns={[{ label: 'Scanner' }, { label: 'Fingerprint' }, { label: 'Became' }, { label: 'Case' }]}
          rows={findings.map(({ source, fingerprint, became, case: id, reference }) => [
            source,
            fingerprint,
            BECAME[became],
            <a key={id} href={`/cases/${id}`}>
              {reference}
            </a>,
          ])}
        />
      )}
      {unplaced.length === 0 ? null : (
        <>
          <h2>Not imported</h2>
          <ul>
            {unplaced.map(({ result, why }) => (
              <li key={result}>
                Result {result}: {why}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

export interface KnownModel {
  readonly known: readonly {
    readonly id: string;
    readonly title: string;
    readonly answer: string;
    readonly all: readonly string[];
    readonly any: readonly string[];
  }[];
  readonly filled: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export function knownPage({ known, filled, problems }: KnownModel): JSX.Element {
  return (
    <>
      <h1>Findings of scanners</h1>
      <form method="post" action="/findings" enctype="multipart/form-data">
        <div class="field">
          <label for="file">A file of findings, or a SARIF log</label>
          <input id="file" name="file" type="file" required />
        </div>
        <Field
          name="distribution"
          label="Distribution"
          hint="For a SARIF log that does not say of what it is."
          required={false}
          maxLength={120}
        />
        <Field name="release" label="Version" required={false} maxLength={60} />
        <button type="submit">Import them</button>
      </form>
      <h2>Known non-findings</h2>
      <p>What is reported again and again and is no vulnerability: it is closed at once, with the answer.</p>
      <ul>
        {known.map(({ id, title, answer, all, any }) => (
          <li key={id}>
            <p>
              <strong>{title}</strong> <code>{all.join(' ')}</code>
              {any.length === 0 ? null : (
                <>
                  {' '}
                  one of <code>{any.join(' ')}</code>
                </>
              )}
            </p>
            <p>{answer}</p>
            <form method="post" action="/findings/known/remove">
              <input type="hidden" name="id" value={id} />
              <button type="submit">Remove it</button>
            </form>
          </li>
        ))}
      </ul>
      <AddForm filled={filled} problems={problems} />
    </>
  );
}

function AddForm({ filled, problems }: Pick<KnownModel, 'filled' | 'problems'>): JSX.Element {
  const asked = (name: string) => ({ name, value: filled[name], problem: problems[name] });
  return (
    <form method="post" action="/findings/known">
      <Field {...asked('title')} label="Another one" maxLength={200} />
      <Area {...asked('answer')} label="Why it is none" maxLength={2000} rows={3} />
      <Field
        {...asked('all')}
        label="A finding has all of"
        hint="Apart by blanks: dist:foo-bar file:t/basic.t routine:parse weakness:79 word:eval"
        required={false}
        maxLength={2000}
      />
      <Field {...asked('any')} label="And one of" required={false} maxLength={2000} />
      <button type="submit">Add it</button>
    </form>
  );
}
