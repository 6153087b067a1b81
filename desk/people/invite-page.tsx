import type { JSX } from 'preact';
import { Field, Secret, SelectField } from '../ui/index.ts';
import { ROLES } from './member.ts';
import { day, ROLE_WORDS } from './words.ts';

export const ROLE_OPTIONS: readonly { readonly value: string; readonly label: string }[] = ROLES.map(
  (role) => ({
    value: role,
    label: ROLE_WORDS[role],
  }),
);

export interface InvitePageProps {
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export function InvitePage({ typed, problems }: InvitePageProps): JSX.Element {
  return (
    <>
      <h1>Invite somebody</h1>
      <p class="lead">They get a letter with a link that works once. With it they make their passkey.</p>
      <form method="post" action="/people/invite">
        <Field name="name" label="Name" value={typed.name} maxLength={100} problem={problems.name} />
        <Field
          name="address"
          label="E-mail address"
          keyboard="email"
          value={typed.address}
          maxLength={254}
          problem={problems.address}
          hint="Where the desk writes to. No right ever follows from an address."
        />
        <SelectField
          name="role"
          label="Role"
          options={ROLE_OPTIONS}
          value={typed.role ?? 'triager'}
          problem={problems.role}
        />
        <button type="submit">Make the link</button>
      </form>
    </>
  );
}

export interface LinkPageProps {
  readonly name: string;
  readonly link: string;
  readonly endsAt: string;
  readonly recovery?: boolean;
}

/** Of an invitation or a recovery: the link, once. */
export function LinkPage({ name, link, endsAt, recovery = false }: LinkPageProps): JSX.Element {
  return (
    <>
      <h1>{recovery ? `A new way in for ${name}` : `${name} is invited`}</h1>
      {recovery ? null : <p class="lead">A letter brings them their link. This one is in case it is lost.</p>}
      <p class={recovery ? 'lead' : undefined}>
        Give them this link by a way that only they read. It works once, until {day(endsAt)}.
      </p>
      <Secret label="Link" text={link} />
      {recovery ? (
        <p>Once they use it, their old passkeys, sessions and tokens end. The other coordinators are told.</p>
      ) : null}
      <p>
        <a href="/people">Back to the people</a>
      </p>
    </>
  );
}
