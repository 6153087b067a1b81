import type { JSX } from 'preact';
import { decide, type Principal } from '../access/index.ts';
import { instantWords, Notice, type RecordItem, Records, Tag } from '../ui/index.ts';
import type { MemberModel } from './model.ts';
import { day, ROLE_WORDS, STATE_WORDS } from './words.ts';

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
      <Records items={members.map((member) => item(member, manages))} />
      {decide(principal, 'organisation.list') === 'yes' ? (
        <p>
          <a href="/organisations">Organisations that are told before a publication</a>
        </p>
      ) : null}
    </>
  );
}

function item(member: MemberModel, manages: boolean): RecordItem {
  const { id, name, role, state, since, passkeys } = member;
  const [signal, word] = STATE_WORDS[state];
  return {
    key: id,
    title: manages ? <a href={`/people/${id}`}>{name}</a> : name,
    facts: [
      <Tag key="state" signal={signal}>
        {word}
      </Tag>,
      ROLE_WORDS[role],
      passkeys === 1 ? 'One passkey' : `${passkeys} passkeys`,
      `Since ${day(since)}`,
    ],
  };
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
              answer until {instantWords(recovery.endsAt)}: <a href={`/people/${id}/recovery`}>answer</a>.
            </p>
          </Notice>
        ),
      )}
    </>
  );
}
