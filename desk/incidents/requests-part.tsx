import type { JSX } from 'preact';
import { Fold } from '../cases/index.ts';
import {
  Choices,
  CodeBlock,
  Field,
  Instant,
  Notice,
  Radios,
  Records,
  SelectField,
  type Signal,
  Tag,
} from '../ui/index.ts';
import type { IncidentPage } from './incident-model.ts';

type Request = IncidentPage['incident']['requests'][number];

const SIGNALS: Readonly<Record<string, Signal>> = {
  asked: 'warning',
  acknowledged: 'quiet',
  done: 'good',
  refused: 'danger',
};

export function Requests(model: IncidentPage): JSX.Element {
  const { case: file, incident } = model;
  return (
    <section aria-labelledby="contain">
      <h2 id="contain">Containment</h2>
      {incident.requests.length === 0 ? <p>Nobody was asked yet.</p> : null}
      <Records
        items={incident.requests.map((request) => ({
          key: request.id,
          title: `${request.measure}: ${request.to}`,
          facts: factsOf(request),
          ...(request.ended === null ? { acts: <Answer id={file.id} request={request} /> } : {}),
        }))}
      />
      {file.phase === 'closed'
        ? null
        : incident.measures.map((one) => <Ask key={one.measure} model={model} measure={one} />)}
    </section>
  );
}

function factsOf({ state, asked, letter, answered, ended, note }: Request): (string | JSX.Element)[] {
  return [
    <Tag signal={SIGNALS[state] ?? 'quiet'}>{state}</Tag>,
    <>
      asked <Instant at={asked} />
    </>,
    letter === null ? 'sent by hand' : `letter: ${letter}`,
    ...(answered === null
      ? []
      : [
          <>
            answered <Instant at={answered} />
          </>,
        ]),
    ...(ended === null
      ? []
      : [
          <>
            ended <Instant at={ended} />
          </>,
        ]),
    ...(note === '' ? [] : [note]),
  ];
}

function Answer({ id, request }: { readonly id: string; readonly request: Request }): JSX.Element {
  return (
    <Fold name="What came of it">
      <form method="post" action={`/cases/${id}/incident/requests/answer`}>
        <input type="hidden" name="request" value={request.id} />
        <Radios
          name="state"
          legend="They"
          chosen="acknowledged"
          options={[
            { value: 'acknowledged', label: 'have it' },
            { value: 'done', label: 'did it' },
            { value: 'refused', label: 'do not do it' },
          ]}
        />
        <Field name="note" id={`note-${request.id}`} label="Note" required={false} maxLength={2000} />
        <button type="submit">Note it</button>
      </form>
    </Fold>
  );
}

interface AskProps {
  readonly model: IncidentPage;
  readonly measure: IncidentPage['incident']['measures'][number];
}

function Ask({ model: { case: file, typed, problems }, measure }: AskProps): JSX.Element {
  const { measure: name, label, to, text, why } = measure;
  const tried = typed.measure === name;
  const without = to.filter(({ contact }) => contact === null).map((one) => one.name);
  return (
    <Fold name={label} open={tried && Object.keys(problems).length > 0}>
      {text === null ? (
        <p>{why}</p>
      ) : (
        <>
          <CodeBlock label="The letter" text={text} />
          {without.length === 0 ? null : (
            <Notice signal="quiet">
              <p>The policy has no address of {without.join(' or ')}: type one, or send it by hand.</p>
            </Notice>
          )}
          <form method="post" action={`/cases/${file.id}/incident/requests`}>
            <input type="hidden" name="measure" value={name} />
            <SelectField
              name="to"
              id={`to-${name}`}
              label="Whom"
              options={to.map((one) => ({ value: one.id, label: one.name }))}
              value={tried ? typed.to : undefined}
            />
            <Field
              name="address"
              id={`address-${name}`}
              label="At another address than the policy has"
              value={tried ? typed.address : undefined}
              problem={tried ? problems.address : undefined}
              required={false}
              maxLength={254}
            />
            <Choices name="hand" legend="Or" options={[{ value: 'yes', label: 'I have sent it by hand' }]} />
            <button type="submit">Ask them</button>
          </form>
        </>
      )}
    </Fold>
  );
}
