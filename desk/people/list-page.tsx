import type { JSX } from 'preact';
import type { Principal } from '../access/index.ts';
import { Notice, Table, Tag } from '../ui/index.ts';
import type { MemberModel } from './model.ts';
import { day, minute, ROLE_WORDS, STATE_WORDS } from './words.ts';

export interface PeoplePageProps {
  readonly members: readonly MemberModel[];
  readonly principal: Principal;
}

export function PeoplePage({ members, principal }: PeoplePageProps): JSX.Element {
  const manages = principal.kind === 'member' && principal.role === 'coordinator';
  const active = members.filter(({ state }) => state === 'active').length;
  return (
    <>
      <h1>People</h1>
      <p class="lead">{active === 1 ? 'One member is active.' : `${active} members are active.`}</p>
      <Recoveries members={members} />
      {manages ? (
        <p>
          <a class="button" href="/people/invite">
            Invite somebody
          </a>
        </p>
      ) : null}
      <Table
        caption="Members of the desk"
        columns={[
          { label: 'Name' },
          { label: 'Role' },
          { label: 'State', kind: 'fixed' },
          { label: 'Passkeys', kind: 'number' },
          { label: 'Since', kind: 'fixed' },
        ]}
        rows={members.map((member) => row(member, manages))}
      />
    </>
  );
}

function row(member: MemberModel, manages: boolean): (JSX.Element | string)[] {
  const { id, name, role, state, since, passkeys } = member;
  const [signal, word] = STATE_WORDS[state];
  return [
    manages ? <a href={`/people/${id}`}>{name}</a> : name,
    ROLE_WORDS[role],
    <Tag key="state" signal={signal}>
      {word}
    </Tag>,
    String(passkeys),
    day(since),
  ];
}

/** Told to everybody, so that nobody recovers unseen. */
function Recoveries({ members }: Pick<PeoplePageProps, 'members'>): JSX.Element {
  return (
    <>
      {members.map(({ id, name, recovery }) =>
        recovery === null ? null : (
          <Notice key={id} signal="warning">
            <p>
              {recovery.askedByName} asks for a new way in for {name}. Another coordinator or CNA member must
              answer until {minute(recovery.endsAt)}: <a href={`/people/${id}/recovery`}>answer</a>.
            </p>
          </Notice>
        ),
      )}
    </>
  );
}
