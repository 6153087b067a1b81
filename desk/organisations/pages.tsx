import type { JSX } from 'preact';
import type { Principal } from '../access/index.ts';
import { TLP_LABELS } from '../disclosure/index.ts';
import { Field, Notice, Records, SelectField, Tag } from '../ui/index.ts';
import { type Contact, ORGANISATION_KINDS, ORGANISATION_STATES, type Organisation } from './organisation.ts';
import { KIND_WORDS, STATE_WORDS } from './words.ts';

interface Form {
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export interface ListModel extends Form {
  readonly organisations: readonly (Organisation & {
    readonly contacts: number;
    /** Who signed the agreement as it is now. */
    readonly ready: number;
  })[];
}

export interface OneModel extends Form {
  readonly organisation: Organisation;
  readonly contacts: readonly Omit<Contact, 'organisation' | 'person'>[];
  /** Of the agreement that is signed now. */
  readonly version: string;
}

interface Seen {
  readonly principal: Principal;
}

const manages = ({ principal }: Seen): boolean =>
  principal.kind === 'member' && principal.role === 'coordinator';

export function listPage({ organisations, typed, problems }: ListModel, seen: Seen): JSX.Element {
  return (
    <>
      <h1>Organisations</h1>
      <p class="lead">They signed up to be told before a publication. Each case says whom it tells.</p>
      {organisations.length === 0 ? (
        <p>None yet.</p>
      ) : (
        <Records
          items={organisations.map(({ id, name, kind, state, tlp, contacts, ready }) => ({
            key: id,
            title: <a href={`/organisations/${id}`}>{name}</a>,
            facts: [
              <State key="state" state={state} />,
              KIND_WORDS[kind],
              `up to ${tlp}`,
              `${ready} of ${contacts} contacts have signed`,
            ],
          }))}
        />
      )}
      {manages(seen) ? (
        <form method="post" action="/organisations">
          <h2>Another one</h2>
          <About typed={{ kind: 'distributor', tlp: 'TLP:AMBER+STRICT', ...typed }} problems={problems} />
          <button type="submit">Add it</button>
        </form>
      ) : null}
    </>
  );
}

function State({ state }: Pick<Organisation, 'state'>): JSX.Element {
  return <Tag signal={state === 'active' ? 'good' : 'quiet'}>{STATE_WORDS[state]}</Tag>;
}

function About({ typed, problems }: Form): JSX.Element {
  const of = (name: string) => ({ name, value: typed[name], problem: problems[name] });
  return (
    <>
      <Field {...of('name')} label="Name" maxLength={120} />
      <SelectField
        {...of('kind')}
        label="Kind"
        options={ORGANISATION_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))}
      />
      <SelectField
        {...of('tlp')}
        label="Strictest label that they may get"
        options={TLP_LABELS.map((value) => ({ value, label: value }))}
      />
    </>
  );
}

export function onePage(model: OneModel, seen: Seen): JSX.Element {
  const { organisation, contacts, version } = model;
  const { id, name, kind, state, tlp } = organisation;
  const may = manages(seen);
  return (
    <>
      <p>
        <a href="/organisations">Organisations</a>
      </p>
      <h1>{name}</h1>
      <p class="lead">
        <State state={state} /> {KIND_WORDS[kind]}, up to {tlp}.
      </p>
      {Object.keys(model.problems).length === 0 ? null : (
        <Notice signal="warning">
          <p>Something is not as it must be. What you typed is still here.</p>
        </Notice>
      )}
      <h2>Who is written to</h2>
      <p>A contact is told of a case once they have signed version {version} of the agreement.</p>
      {contacts.length === 0 ? <p>Nobody yet.</p> : null}
      <Records
        items={contacts.map((contact) => ({
          key: contact.id,
          title: contact.name,
          facts: factsOf(contact),
          acts:
            may && contact.endedAt === null ? (
              <ContactActs organisation={id} contact={contact.id} />
            ) : undefined,
        }))}
      />
      {may && state !== 'left' ? <NewContact {...model} /> : null}
      {may ? <Change {...model} /> : null}
    </>
  );
}

function factsOf({
  address,
  fingerprint,
  agreement,
  agreedAt,
  endedAt,
}: OneModel['contacts'][number]): string[] {
  return [
    ...(endedAt === null ? [] : [`ended on ${endedAt.slice(0, 10)}`]),
    ...(address == null ? [] : [address]),
    agreement === null ? 'has not signed' : `signed version ${agreement} on ${agreedAt?.slice(0, 10) ?? ''}`,
    fingerprint === null
      ? 'no OpenPGP key: letters say nothing of a case'
      : `letters are encrypted to ${fingerprint.slice(-16)}`,
  ];
}

function ContactActs({
  organisation,
  contact,
}: {
  readonly organisation: string;
  readonly contact: string;
}): JSX.Element {
  const act = (path: string, label: string) => (
    <form method="post" action={`/organisations/${organisation}/contacts/${path}`}>
      <input type="hidden" name="contact" value={contact} />
      <button type="submit" class="second">
        {label}
      </button>
    </form>
  );
  return (
    <>
      {act('again', 'Send a new link')}
      {act('end', 'End the contact')}
    </>
  );
}

function NewContact({ organisation: { id }, typed, problems }: OneModel): JSX.Element {
  return (
    <form method="post" action={`/organisations/${id}/contacts`}>
      <h2>Somebody else</h2>
      <Field
        name="name"
        id="contact-name"
        label="Name"
        maxLength={120}
        value={typed.address === undefined ? '' : typed.name}
        problem={problems.address === undefined ? undefined : problems.name}
      />
      <Field
        name="address"
        label="Address"
        keyboard="email"
        hint="They get a link, to sign the agreement and to prove an OpenPGP key."
        maxLength={254}
        value={typed.address}
        problem={problems.address}
      />
      <button type="submit">Write to them</button>
    </form>
  );
}

function Change({ organisation, typed, problems }: OneModel): JSX.Element {
  const { id, name, kind, tlp, state, revision } = organisation;
  const filled = typed.revision === undefined ? {} : typed;
  return (
    <form method="post" action={`/organisations/${id}`}>
      <h2>Change it</h2>
      <input type="hidden" name="revision" value={revision} />
      <About typed={{ name, kind, tlp, ...filled }} problems={typed.revision === undefined ? {} : problems} />
      <SelectField
        name="state"
        label="State"
        value={filled.state ?? state}
        options={ORGANISATION_STATES.map((value) => ({ value, label: STATE_WORDS[value] }))}
      />
      <button type="submit" class="second">
        Keep the changes
      </button>
    </form>
  );
}
