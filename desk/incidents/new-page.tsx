import type { JSX } from 'preact';
import { INCIDENT_KINDS } from '../casefile/index.ts';
import { Area, Field, Notice, SelectField } from '../ui/index.ts';
import { KIND_WORDS } from './contain.ts';

interface NewModel {
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

/** An incident that nobody reported. */
export function newPage({ typed, problems }: NewModel): JSX.Element {
  const of = (name: string) => ({ name, value: typed[name] ?? '', problem: problems[name] });
  return (
    <>
      <h1>A new incident</h1>
      <p class="lead">
        Somebody did harm by intent. It is for the group alone (TLP:RED) until somebody says otherwise.
      </p>
      {Object.keys(problems).length === 0 ? null : (
        <Notice signal="warning">
          <p>Something is not as it must be. What you typed is still here.</p>
        </Notice>
      )}
      <form method="post" action="/incidents/new">
        <Field
          {...of('title')}
          label="In one sentence"
          hint="It becomes the title of the advisory."
          maxLength={200}
        />
        <KindField value={typed.kind ?? 'malicious-release'} />
        <Area {...of('summary')} label="What is known" required={false} maxLength={50_000} />
        <button type="submit">Open it</button>
      </form>
    </>
  );
}

export function KindField({ value }: { readonly value: string }): JSX.Element {
  return (
    <SelectField
      name="kind"
      label="What happened"
      value={value}
      options={INCIDENT_KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind] }))}
    />
  );
}
