import type { JSX } from 'preact';
import { Field } from '../ui/index.ts';
import type { EntryKind } from './enter.ts';
import { PasskeyForm } from './passkey-form.tsx';

export interface WelcomePageProps {
  readonly kind: EntryKind;
  /** Empty for the first member, who is asked. */
  readonly name: string;
  readonly role: string;
}

export function WelcomePage({ kind, name, role }: WelcomePageProps): JSX.Element {
  return (
    <>
      <h1>{kind === 'bootstrap' ? 'A new desk' : `Welcome, ${name}`}</h1>
      <p class="lead">{LEAD[kind]}</p>
      <p>
        You are here as: <b>{role}</b>. A passkey is kept by your device, your password manager or a key that
        you plug in, and works for this desk alone.
      </p>
      <PasskeyForm act="make" action="/welcome" button="Make a passkey">
        {kind === 'bootstrap' ? (
          <>
            <Field name="name" label="Your name" maxLength={100} autocomplete="name" />
            <Field
              name="address"
              label="Your e-mail address"
              keyboard="email"
              maxLength={254}
              autocomplete="email"
              hint="Where the desk writes to. No right ever follows from an address."
            />
          </>
        ) : null}
        <PasskeyName value="My first passkey" />
      </PasskeyForm>
    </>
  );
}

const LEAD: Readonly<Record<EntryKind, string>> = {
  bootstrap: 'You are its first coordinator. Say who you are, and make a passkey to sign in with.',
  invitation: 'Make a passkey: from then on you sign in with it. This link works once.',
  recovery: 'Make a new passkey. Your old ones, and every session and token of yours, end with it.',
};

/** Which of several it is. */
export function PasskeyName({ value }: { readonly value?: string }): JSX.Element {
  return (
    <Field
      name="passkey"
      label="What to call the passkey"
      value={value}
      maxLength={60}
      hint="So that you know it again among several: where it is kept, for example."
    />
  );
}
