import type { JSX } from 'preact';
import Type from 'typebox';
import { asMember } from '../people/index.ts';
import { type Asked, type Route, route, WebError } from '../web/index.ts';
import { ASSERTED, BEGUN, DONE, NEXT } from './ceremony-model.ts';
import type { SessionConfig } from './config.ts';
import { safeNext } from './next.ts';
import { PASSKEY_SCRIPTS, PasskeyForm } from './passkey-form.tsx';
import { beginAssertion, checkAssertion } from './passkeys.ts';
import { endSession, proveSession, SESSION, startSession } from './sessions.ts';

/** Whatever was wrong with it: who asks learns nothing of who is a member, and with which passkey. */
export const NOT_ACCEPTED: WebError = new WebError('invalid', 'This passkey was not accepted. Try again.');

export function signInRoutes({ policy }: SessionConfig): Route[] {
  const begin = route({
    method: 'POST',
    path: '/sign-in/options',
    act: 'desk.public',
    title: 'Begin to sign in',
    model: BEGUN,
    limit: 'sign-in',
    handle: async ({ tx, origin }) => ({
      model: await beginAssertion(tx, { purpose: 'sign-in', member: null }, origin, policy),
    }),
  });
  const finish = route({
    method: 'POST',
    path: '/sign-in',
    act: 'session.start',
    title: 'Sign in',
    body: Type.Object({ ...ASSERTED.properties, next: NEXT }),
    model: DONE,
    limit: 'sign-in',
    handle: async ({ tx, principal, body, origin, note }) => {
      const member = await checkAssertion(tx, body, { purpose: 'sign-in', member: null }, origin);
      note({ accepted: member !== null, ...(member === null ? {} : { member }) });
      if (member === null) return { refused: NOT_ACCEPTED };
      await endOwn({ tx, principal });
      return { model: { next: safeNext(body.next) }, cookies: await startSession(tx, member, policy) };
    },
  });
  return [page, begin, finish, signOut];
}

const page = route({
  method: 'GET',
  path: '/sign-in',
  act: 'desk.public',
  title: 'Sign in',
  query: Type.Object({ next: NEXT }),
  model: DONE,
  scripts: PASSKEY_SCRIPTS,
  handle: async ({ query }) => ({ model: { next: safeNext(query.next) } }),
  page: ({ next }) => <SignInPage next={next} />,
});

function SignInPage({ next }: { readonly next: string }): JSX.Element {
  return (
    <>
      <h1>Sign in</h1>
      <p class="lead">Members sign in with a passkey: there is no name and no password to type.</p>
      <PasskeyForm act="use" action="/sign-in" button="Use your passkey" next={next} />
      <h2>If you cannot</h2>
      <p>
        Did you lose every passkey? Call a coordinator: two members together can give you a new way in. If
        somebody sent you a link, open it again; nobody needs to sign in to{' '}
        <a href="/report">report a vulnerability</a>.
      </p>
    </>
  );
}

const signOut = route({
  method: 'POST',
  path: '/sign-out',
  act: 'session.own',
  title: 'Sign out',
  model: Type.Object({}),
  handle: async ({ tx, principal, note }) => {
    note({ ended: 1 });
    await endOwn({ tx, principal });
    return { to: '/sign-in', model: {}, cookies: [{ name: SESSION, value: null, maxAge: 0 }] };
  },
});

/** The session that the request came by, if it did by one. */
async function endOwn({
  tx,
  principal,
}: Pick<Asked<unknown, unknown, unknown>, 'tx' | 'principal'>): Promise<void> {
  if (principal.kind !== 'member' || principal.session === undefined) return;
  await endSession(tx, principal.id, principal.session);
}

export function proveRoutes({ policy }: SessionConfig): Route[] {
  const begin = route({
    method: 'POST',
    path: '/prove/options',
    act: 'session.own',
    title: 'Begin to prove that it is you',
    model: BEGUN,
    limit: 'sign-in',
    handle: async ({ tx, principal, origin }) => {
      const { id: member } = asMember(principal);
      return { model: await beginAssertion(tx, { purpose: 'prove', member }, origin, policy) };
    },
  });
  const finish = route({
    method: 'POST',
    path: '/prove',
    act: 'session.own',
    title: 'Prove that it is you',
    body: Type.Object({ ...ASSERTED.properties, next: NEXT }),
    model: DONE,
    limit: 'sign-in',
    handle: async ({ tx, principal, body, origin, note }) => {
      const { id, session } = asMember(principal);
      const proved = await checkAssertion(tx, body, { purpose: 'prove', member: id }, origin);
      note({ proved: proved !== null });
      if (proved === null || session === undefined) return { refused: NOT_ACCEPTED };
      return { model: { next: safeNext(body.next) }, cookies: await proveSession(tx, session, policy) };
    },
  });
  return [provePage(Math.floor(policy.proof / 60)), begin, finish];
}

function provePage(minutes: number): Route {
  return route({
    method: 'GET',
    path: '/prove',
    act: 'session.own',
    title: 'Is it you?',
    query: Type.Object({ next: NEXT }),
    model: DONE,
    scripts: PASSKEY_SCRIPTS,
    handle: async ({ query }) => ({ model: { next: safeNext(query.next) } }),
    page: ({ next }) => (
      <>
        <h1>Is it you?</h1>
        <p class="lead">What you are about to do asks for your passkey once more.</p>
        <PasskeyForm act="use" action="/prove" button="Use your passkey" next={next} />
        <p>It counts for {minutes} minutes.</p>
      </>
    ),
  });
}
