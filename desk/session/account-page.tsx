import type { JSX } from 'preact';
import { day } from '../people/index.ts';
import { instantWords, type RecordItem, Records, Tag } from '../ui/index.ts';
import type { PasskeyRow } from './passkeys.ts';
import type { SessionRow } from './sessions.ts';

export interface AccountPageProps {
  /** Fingerprint of the OpenPGP key that the desk writes to; null where letters go in clear. */
  readonly mailKey: string | null;
  readonly passkeys: readonly PasskeyRow[];
  readonly sessions: readonly (SessionRow & { readonly current: boolean })[];
  readonly tokens: readonly {
    readonly id: string;
    readonly name: string;
    readonly scopes: readonly string[];
    readonly createdAt: string;
    readonly endsAt: string;
    readonly usedAt: string | null;
  }[];
}

export function AccountPage({ mailKey, passkeys, sessions, tokens }: AccountPageProps): JSX.Element {
  return (
    <>
      <h1>Account</h1>
      <p class="lead">{leadOf(passkeys.length)}</p>
      <h2>Passkeys</h2>
      <Records items={passkeys.map(passkeyItem)} />
      <p>
        <a href="/account/passkeys/new">Make another passkey</a>
      </p>
      <h2>Sessions</h2>
      <Records items={sessions.map(sessionItem)} />
      <div class="acts">
        <form method="post" action="/sign-out">
          <button type="submit">Sign out</button>
        </form>
        {sessions.length < 2 ? null : (
          <form method="post" action="/account/sessions/end-others">
            <button type="submit" class="second">
              End every other session
            </button>
          </form>
        )}
      </div>
      <h2>API tokens</h2>
      {tokens.length === 0 ? <p>You have none.</p> : <Records items={tokens.map(tokenItem)} />}
      <p>
        <a href="/account/tokens/new">Make a token</a>
      </p>
      <h2>Letters</h2>
      <p>
        {mailKey === null ? 'They go to you in clear.' : 'They are encrypted to your OpenPGP key.'}{' '}
        <a href="/account/key">{mailKey === null ? 'Give an OpenPGP key' : 'See or change the key'}</a>
      </p>
    </>
  );
}

function leadOf(passkeys: number): string {
  return passkeys === 1
    ? 'You have one passkey. Make another one, so that losing it does not lock you out.'
    : `You have ${passkeys} passkeys.`;
}

function passkeyItem({ id, name, createdAt, usedAt }: PasskeyRow): RecordItem {
  return {
    key: id,
    title: <a href={`/account/passkeys/one?id=${encodeURIComponent(id)}`}>{name}</a>,
    facts: [`Made ${day(createdAt)}`, usedAt === null ? 'Not used yet' : `Last used ${instantWords(usedAt)}`],
  };
}

function sessionItem({
  id,
  current,
  createdAt,
  seenAt,
  endsAt,
}: AccountPageProps['sessions'][number]): RecordItem {
  const since = instantWords(createdAt);
  const item = {
    key: id,
    title: current ? <Tag signal="good">This session</Tag> : 'Another session',
    facts: [`Since ${since}`, `Last seen ${instantWords(seenAt)}`, `Ends ${instantWords(endsAt)}`],
  };
  if (current) return item;
  const action = '/account/sessions/end';
  return { ...item, acts: <Act id={id} action={action} label="End" about={`the session since ${since}`} /> };
}

function tokenItem({ id, name, scopes, endsAt, usedAt }: AccountPageProps['tokens'][number]): RecordItem {
  return {
    key: id,
    title: name,
    facts: [
      `May ${scopes.join(', ')}`,
      usedAt === null ? 'Not used yet' : `Last used ${instantWords(usedAt)}`,
      `Ends ${day(endsAt)}`,
    ],
    acts: <Act id={id} action="/account/tokens/revoke" label="Revoke" about={name} />,
  };
}

interface ActProps {
  readonly id: string;
  readonly action: string;
  readonly label: string;
  /** Read out after the label: there are several of it. */
  readonly about: string;
}

function Act({ id, action, label, about }: ActProps): JSX.Element {
  return (
    <form method="post" action={action}>
      <input type="hidden" name="id" value={id} />
      <button type="submit" class="second">
        {label}
        <span class="hidden-visually"> {about}</span>
      </button>
    </form>
  );
}
