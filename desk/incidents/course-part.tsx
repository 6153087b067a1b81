import type { JSX } from 'preact';
import { Fold } from '../cases/index.ts';
import { Area, Field, Instant, Table } from '../ui/index.ts';
import type { IncidentPage } from './incident-model.ts';

/** What those did who did it; what the group did stands in the thread of the case. */
export function Course({ case: { id }, incident, typed, problems }: IncidentPage): JSX.Element {
  const of = (name: string) => ({ name, value: typed[name] ?? '', problem: problems[name] });
  return (
    <section aria-labelledby="course">
      <h2 id="course">What happened</h2>
      {incident.course.length === 0 ? (
        <p>Nothing noted yet.</p>
      ) : (
        <Table
          caption="In the order in which it happened"
          columns={[
            { label: 'When', kind: 'fixed' },
            { label: 'What', kind: 'long' },
            { label: 'How that is known', kind: 'long' },
          ]}
          rows={incident.course.map(({ id: line, at, what, source }) => [
            <Instant key={line} at={at} />,
            what,
            source,
          ])}
        />
      )}
      <Fold
        name="Note something"
        open={['at', 'what', 'source'].some((name) => problems[name] !== undefined)}
      >
        <form method="post" action={`/cases/${id}/incident/course`}>
          <Field {...of('at')} label="When, UTC" hint="2026-11-25T12:00:00Z" maxLength={30} />
          <Area {...of('what')} label="What happened" maxLength={2000} rows={3} />
          <Field {...of('source')} label="How that is known" maxLength={500} />
          <button type="submit">Note it</button>
        </form>
      </Fold>
    </section>
  );
}
