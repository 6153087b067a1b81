import { defanged, INDICATOR_TYPES } from 'cpansec/advisories';
import type { JSX } from 'preact';
import { CONFIDENCES } from '../casefile/index.ts';
import { Fold } from '../cases/index.ts';
import { Choices, Field, SelectField, Table } from '../ui/index.ts';
import type { IncidentPage } from './incident-model.ts';

const same = (value: string) => ({ value, label: value });

export function IndicatorTable({ case: { id }, incident, typed, problems }: IncidentPage): JSX.Element {
  const of = (name: string) => ({ name, value: typed[name] ?? '', problem: problems[name] });
  return (
    <section aria-labelledby="indicators">
      <h2 id="indicators">Indicators</h2>
      <Known id={id} indicators={incident.indicators} />
      <Fold name="Add one" open={problems.value !== undefined}>
        <form method="post" action={`/cases/${id}/incident/indicators`}>
          <SelectField
            name="type"
            label="What"
            options={INDICATOR_TYPES.map(same)}
            value={typed.type ?? 'domain'}
          />
          <Field
            {...of('value')}
            label="Value"
            hint="Defanged or not: it is kept as programs compare it."
            maxLength={520}
          />
          <Field {...of('note')} label="Where it was found, what it does" required={false} maxLength={500} />
          <SelectField
            name="confidence"
            label="How sure it is"
            options={CONFIDENCES.map(same)}
            value={typed.confidence ?? 'medium'}
          />
          <Choices
            name="publish"
            legend="The record"
            options={[{ value: 'yes', label: 'Say it in the record' }]}
            chosen={typed.publish === undefined ? [] : [typed.publish]}
          />
          <button type="submit">Add it</button>
        </form>
      </Fold>
    </section>
  );
}

/** As text that nobody can open by mistake. */
function Known({
  id,
  indicators,
}: {
  readonly id: string;
  readonly indicators: IncidentPage['incident']['indicators'];
}): JSX.Element {
  if (indicators.length === 0) return <p>None known.</p>;
  return (
    <Table
      caption="Written so that nobody opens one by mistake"
      columns={[
        { label: 'What', kind: 'fixed' },
        { label: 'Value', kind: 'long' },
        { label: 'Where and why', kind: 'long' },
        { label: 'Sure', kind: 'fixed' },
        { label: 'Act', kind: 'fixed' },
      ]}
      rows={indicators.map(({ id: one, type, value, note, confidence, published }) => [
        type,
        <span key={one} class="v">
          {shownAs({ type, value })}
        </span>,
        published ? `${note} (in the record)`.trim() : note,
        confidence,
        <form key={`forget ${one}`} method="post" action={`/cases/${id}/incident/indicators/forget`}>
          <input type="hidden" name="indicator" value={one} />
          <button type="submit" class="second" aria-label={`Forget ${shownAs({ type, value })}`}>
            Forget
          </button>
        </form>,
      ])}
    />
  );
}

/** The schema of what goes out says no more than that a type is text. */
function shownAs({ type, value }: { readonly type: string; readonly value: string }): string {
  const known = INDICATOR_TYPES.find((one) => one === type);
  return known === undefined ? value : defanged({ type: known, value });
}
