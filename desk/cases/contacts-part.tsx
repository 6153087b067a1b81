/** Whom to tell, best first, and why; whom to try next. */
import type { JSX } from 'preact';
import { Area, Field, Instant, Notice, Records } from '../ui/index.ts';
import { AskHost } from './ask-host-part.tsx';
import { Act, Fold } from './case-act.tsx';
import type { CaseModel } from './case-model.ts';

export function Contacts(model: CaseModel): JSX.Element {
  const { id, phase, distribution, contacts, asking } = model;
  const open = phase !== 'closed' && distribution !== null;
  return (
    <section aria-labelledby="contacts">
      <h2 id="contacts">Whom to tell</h2>
      {contacts === null ? <p>Nobody has looked yet.</p> : <Found {...contacts} model={model} />}
      {open ? <Look id={id} /> : null}
      <AskHost id={id} open={open} {...asking} />
    </section>
  );
}

type FoundProps = NonNullable<CaseModel['contacts']>;

function Found({ model, ...found }: FoundProps & { readonly model: CaseModel }): JSX.Element {
  const { at, next, outcome, contacts, refused, notes } = found;
  const who = contacts.find(({ address }) => address === next?.address)?.who ?? '';
  return (
    <>
      {next === null ? <p>{OUTCOMES[outcome] ?? outcome}</p> : <Next {...next} />}
      {next?.channel === 'mail' && !next.public ? (
        <WriteTo {...model} address={next.address} who={who} />
      ) : null}
      <Records
        items={contacts.map(({ rank, channel, address, who, state, why, sources }) => ({
          key: `${channel} ${address}`,
          title: (
            <>
              {rank}. <code>{address}</code>
            </>
          ),
          facts: [channel, who, state, ...why].filter((fact) => fact !== ''),
          acts: <Evidence sources={sources} />,
        }))}
      />
      <Left refused={refused} notes={notes} />
      <p class="quiet small">
        Found <Instant at={at} />
      </p>
    </>
  );
}

const OUTCOMES: Readonly<Record<string, string>> = {
  reached: 'Somebody has answered.',
  open: 'Letters are on their way.',
  silent: 'All were written to, and nobody answers.',
  unreachable: 'No letter can be delivered to anybody.',
};

function Next({ channel, address, at, why, public: open }: NonNullable<FoundProps['next']>): JSX.Element {
  return (
    <Notice signal={open ? 'warning' : 'quiet'}>
      <p>
        Try next: <code>{address}</code> by {channel}, from <Instant at={at} /> on: {why}.
        {open ? ' Everybody reads it: ask for a private way, and say nothing of the case.' : ''}
      </p>
    </Notice>
  );
}

/** Asks them in as who looks after the code: the first letter says id and distribution alone. */
function WriteTo({
  id,
  phase,
  cve,
  address,
  who,
}: CaseModel & { readonly address: string; readonly who: string }): JSX.Element | null {
  if (phase !== 'coordinate' && phase !== 'publication') return null;
  if (cve === null) return <p>The CVE id is reserved before anybody is written to.</p>;
  return (
    <Act id={id} act="participants" label={`Write to ${address}`}>
      <input type="hidden" name="address" value={address} />
      <input type="hidden" name="role" value="maintainer" />
      <Field name="name" id="contact-who" label="Their name" value={who} maxLength={120} />
    </Act>
  );
}

function Evidence({ sources }: Pick<FoundProps['contacts'][number], 'sources'>): JSX.Element {
  return (
    <details>
      <summary>Where it stands</summary>
      <ul>
        {sources.map(({ place, evidence }) => (
          <li key={`${place} ${evidence}`}>
            {place}: <q>{evidence}</q>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Left({ refused, notes }: Pick<FoundProps, 'refused' | 'notes'>): JSX.Element | null {
  if (refused.length + notes.length === 0) return null;
  return (
    <details>
      <summary>What was not taken</summary>
      <ul>
        {refused.map(({ place, found, reason }) => (
          <li key={`${place} ${found}`}>
            {place}: <code>{found}</code>, {reason}
          </li>
        ))}
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  );
}

function Look({ id }: { readonly id: string }): JSX.Element {
  return (
    <>
      <Fold name="Look for contacts in files">
        <form method="post" action={`/cases/${id}/contacts/find`} enctype="multipart/form-data">
          <div class="field">
            <label for="contact-files">Files, all at once</label>
            <input id="contact-files" name="file" type="file" multiple required />
            <p class="hint">
              META.json, SECURITY.md, modules with POD, a release, 06perms.txt.gz, 01mailrc.txt.gz. What was
              found before is replaced.
            </p>
          </div>
          <button type="submit" class="second">
            Look in them
          </button>
        </form>
      </Fold>
      <Fold name="Look for contacts in a text">
        <Act id={id} act="contacts/find" label="Look in it" second>
          <Field name="name" id="contact-name" label="Name of the file" value="SECURITY.md" maxLength={200} />
          <Area name="text" id="contact-text" label="Its text" maxLength={200_000} />
        </Act>
      </Fold>
    </>
  );
}
