/** Who of the team sees a case, and what becomes of it as a whole: for coordinators. */
import type { JSX } from 'preact';
import { Choices, Field, SelectField } from '../ui/index.ts';
import { Act } from './case-act.tsx';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel } from './case-model.ts';

export interface TeamModel {
  readonly case: CaseModel;
  /** Active members who are not of the case, those with an interest in it among them. */
  readonly others: readonly { readonly id: string; readonly name: string; readonly role: string }[];
}

export function teamPage({ case: file, others }: TeamModel, { now }: { now: string }): JSX.Element {
  const { id } = file;
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>Who of the team sees this case</h1>
      <Restrict {...file} />
      <section aria-labelledby="ask">
        <h2 id="ask">Ask a member in</h2>
        {others.length === 0 ? (
          <p>Everybody of the team is of it.</p>
        ) : (
          <Act id={id} act="members" label="Ask them in">
            <SelectField
              name="member"
              label="Who"
              options={others.map(({ id: value, name, role }) => ({ value, label: `${name}, ${role}` }))}
            />
          </Act>
        )}
      </section>
      <Whole {...file} />
      <p>
        <a href={`/cases/${id}`}>Back to the case</a>
      </p>
    </>
  );
}

function Restrict({ id, members, restricted }: CaseModel): JSX.Element {
  const here = members.filter(({ part }) => part === 'member');
  return (
    <section aria-labelledby="keep">
      <h2 id="keep">Keep it to some</h2>
      <p>
        {restricted
          ? 'It is kept to those below. Whoever joins the team does not see it.'
          : 'Everybody of the team sees it, and whoever joins.'}{' '}
        You stay with it yourself.
      </p>
      <Act id={id} act="restrict" label="Keep it to these">
        <Choices
          name="members"
          legend="Who stays"
          options={here.map(({ id: value, name }) => ({ value, label: name }))}
          chosen={here.map(({ id: value }) => value)}
        />
      </Act>
    </section>
  );
}

function Whole({ id, reference, phase }: CaseModel): JSX.Element {
  return (
    <section aria-labelledby="whole">
      <h2 id="whole">All of it</h2>
      <p>
        <a href={`/cases/${id}/export`}>Take it away as a file</a>: JSON, without the files that were added.
      </p>
      {phase === 'closed' ? (
        <Act id={id} act="shred" label="Destroy the case" second>
          <Field
            name="reference"
            label="Its reference, to be sure"
            hint={`${reference}. There is no way back: its key is destroyed, in backups too once they are restored.`}
            maxLength={20}
          />
        </Act>
      ) : (
        <p>Once it is closed it can be destroyed here.</p>
      )}
    </section>
  );
}
