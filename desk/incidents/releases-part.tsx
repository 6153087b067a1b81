import type { JSX } from 'preact';
import { RELEASE_VERDICTS } from '../casefile/index.ts';
import { Fold } from '../cases/index.ts';
import { Field, Radios, type Signal, Table, Tag } from '../ui/index.ts';
import type { IncidentPage } from './incident-model.ts';

const SIGNALS: Readonly<Record<string, Signal>> = {
  malicious: 'danger',
  suspected: 'warning',
  clean: 'good',
};

export function Releases({ case: { id }, incident, typed, problems }: IncidentPage): JSX.Element {
  const of = (name: string) => ({ name, value: typed[name] ?? '', problem: problems[name] });
  return (
    <section aria-labelledby="releases">
      <h2 id="releases">Releases</h2>
      <Judged id={id} releases={incident.releases} problem={problems.release} />
      <p>
        <a href={`/cases/${id}/incident/uploads`}>Find what the account uploaded</a>
      </p>
      <Fold
        name="Add one by name"
        open={['distribution', 'version', 'author', 'on'].some((name) => problems[name] !== undefined)}
      >
        <form method="post" action={`/cases/${id}/incident/releases`}>
          <Field {...of('distribution')} label="Distribution" maxLength={120} />
          <Field {...of('version')} label="Version" hint="* for every version there is" maxLength={80} />
          <Field {...of('author')} label="Uploaded by" required={false} maxLength={20} />
          <Field {...of('on')} label="On the day" required={false} maxLength={10} />
          <button type="submit">Add it</button>
        </form>
      </Fold>
    </section>
  );
}

function Judged({
  id,
  releases,
  problem,
}: {
  readonly id: string;
  readonly releases: IncidentPage['incident']['releases'];
  readonly problem: string | undefined;
}): JSX.Element {
  if (releases.length === 0) return <p>None named yet.</p>;
  return (
    <form method="post" action={`/cases/${id}/incident/releases/judge`}>
      <Table
        caption="Releases in question; the record names those that are malicious"
        columns={[
          { label: 'Release', kind: 'fixed' },
          { label: 'Is', kind: 'fixed' },
          { label: 'Uploaded', kind: 'fixed' },
        ]}
        rows={releases.map(({ name, author, on, verdict }) => [
          <label key={name} class="choice">
            <input type="checkbox" name="release" value={name} /> <span class="v">{name}</span>
          </label>,
          <Tag key={`${name} is`} signal={SIGNALS[verdict] ?? 'quiet'}>
            {verdict}
          </Tag>,
          `${on ?? 'nobody knows when'}, ${author ?? 'nobody knows by whom'}`,
        ])}
      />
      {problem === undefined ? null : <p class="problem">{problem}</p>}
      <Radios
        name="verdict"
        legend="Those that are chosen are"
        chosen="malicious"
        options={RELEASE_VERDICTS.map((value) => ({ value, label: value }))}
      />
      <button type="submit">Say so</button>
    </form>
  );
}
