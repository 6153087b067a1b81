import type { JSX } from 'preact';
import { Definitions, instantWords, SelectField, Tag } from '../ui/index.ts';
import { ROLE_OPTIONS } from './invite-page.tsx';
import { type MemberState, nextStates } from './member.ts';
import type { MemberModel } from './model.ts';
import { day, ROLE_WORDS, STATE_WORDS } from './words.ts';

export function MemberPage({ member }: { readonly member: MemberModel }): JSX.Element {
  const { name, address, role, state, since, passkeys } = member;
  const [signal, word] = STATE_WORDS[state];
  return (
    <>
      <h1>{name}</h1>
      <p class="lead">
        <Tag signal={signal}>{word}</Tag>, {ROLE_WORDS[role]}.
      </p>
      <Definitions
        items={[
          ['E-mail', address ?? 'None'],
          ['Passkeys', String(passkeys)],
          ['Since', day(since)],
        ]}
      />
      {state === 'left' ? null : <RoleForm member={member} />}
      {state === 'invited' ? <AgainForm member={member} /> : null}
      {state === 'active' ? <AccessForms member={member} /> : null}
      <StateForms member={member} />
    </>
  );
}

type About = { readonly member: MemberModel };

function RoleForm({ member: { id, role } }: About): JSX.Element {
  return (
    <>
      <h2>Role</h2>
      <form class="acts" method="post" action={`/people/${id}/role`}>
        <SelectField name="role" label="Role" options={ROLE_OPTIONS} value={role} />
        <button type="submit">Change the role</button>
      </form>
    </>
  );
}

function AgainForm({ member: { id } }: About): JSX.Element {
  return (
    <>
      <h2>Invitation</h2>
      <p>A new link takes the place of the one that they had.</p>
      <form class="acts" method="post" action={`/people/${id}/link`}>
        <button type="submit">Make a new link</button>
      </form>
    </>
  );
}

function AccessForms({ member: { id, recovery } }: About): JSX.Element {
  return (
    <>
      <h2>Access</h2>
      <form class="acts" method="post" action={`/people/${id}/sessions`}>
        <button type="submit" class="second">
          End all sessions
        </button>
      </form>
      {recovery === null ? (
        <>
          <p>Did they lose every passkey? Another member must confirm what you ask for.</p>
          <form class="acts" method="post" action={`/people/${id}/recovery`}>
            <button type="submit" class="second">
              Ask for a new way in
            </button>
          </form>
        </>
      ) : (
        <p>
          {recovery.askedByName} asks for a new way in for them, until {instantWords(recovery.endsAt)}:{' '}
          <a href={`/people/${id}/recovery`}>answer</a>.
        </p>
      )}
    </>
  );
}

const ACTS: Readonly<Record<MemberState, readonly [label: string, words: string]>> = {
  invited: ['', ''],
  active: ['Let them in again', 'They sign in with the passkeys that they had.'],
  suspended: ['Suspend', 'Their sessions, tokens and links end now. They can be let in again.'],
  left: ['Leave', 'Their sessions, tokens, links and passkeys end now. They can only be invited anew.'],
};

function StateForms({ member: { id, state } }: About): JSX.Element | null {
  const next = nextStates(state);
  if (next.length === 0) return null;
  return (
    <>
      <h2>Membership</h2>
      {next.map((wanted) => (
        <form key={wanted} method="post" action={`/people/${id}/state`}>
          <p>{ACTS[wanted][1]}</p>
          <p class="acts">
            <button type="submit" class="second" name="state" value={wanted}>
              {ACTS[wanted][0]}
            </button>
          </p>
        </form>
      ))}
    </>
  );
}

/** Where another member confirms. */
export function RecoveryPage({ member }: About): JSX.Element {
  const { id, name, recovery } = member;
  return (
    <>
      <h1>A new way in for {name}?</h1>
      {recovery === null ? (
        <p class="lead">Nobody asks for one.</p>
      ) : (
        <>
          <p class="lead">
            {recovery.askedByName} asks for it. Answer until {instantWords(recovery.endsAt)}, and speak to{' '}
            {name} yourself before you do: by voice, or as you know them.
          </p>
          <form method="post" action={`/people/${id}/recovery/answer`}>
            <p class="acts">
              <button type="submit" name="answer" value="confirm">
                Confirm and make the link
              </button>
              <button type="submit" class="second" name="answer" value="refuse">
                Refuse
              </button>
            </p>
          </form>
          <p>Whoever asked cannot confirm. Every other coordinator is told.</p>
        </>
      )}
    </>
  );
}
