/** Passkeys of one's own: each act asks for one that is there, a moment ago. */
import type { JSX } from 'preact';
import Type from 'typebox';
import { asMember, namedMember } from '../people/index.ts';
import { notFound, type Route, route } from '../web/index.ts';
import { ATTESTED, BEGUN, DONE, PASSKEY_NAME } from './ceremony-model.ts';
import type { SessionConfig } from './config.ts';
import { PASSKEY_SCRIPTS, PasskeyForm } from './passkey-form.tsx';
import {
  addPasskey,
  beginRegistration,
  checkRegistration,
  listPasskeys,
  type PasskeyRow,
  removePasskey,
  renamePasskey,
} from './passkeys.ts';
import { NOT_ACCEPTED } from './sign-in.tsx';
import { PasskeyName } from './welcome-page.tsx';

const PASSKEY_ID = Type.String({ minLength: 1, maxLength: 1400 });
const NONE = Type.Object({});

export function passkeyRoutes(config: SessionConfig): Route[] {
  return [newPage, beginRoute(config), finish, onePage, rename, remove];
}

const newPage = route({
  method: 'GET',
  path: '/account/passkeys/new',
  act: 'passkey.own',
  title: 'Another passkey',
  model: NONE,
  scripts: PASSKEY_SCRIPTS,
  handle: async ({ note }) => {
    note({ form: true });
    return { model: {} };
  },
  page: () => (
    <>
      <h1>Another passkey</h1>
      <p class="lead">Keep it somewhere else than the ones that you have.</p>
      <PasskeyForm act="make" action="/account/passkeys" button="Make a passkey">
        <PasskeyName />
      </PasskeyForm>
    </>
  ),
});

function beginRoute({ policy, deskName }: SessionConfig): Route {
  return route({
    method: 'POST',
    path: '/account/passkeys/options',
    act: 'passkey.own',
    title: 'Begin to make another passkey',
    model: BEGUN,
    limit: 'sign-in',
    handle: async ({ tx, vault, principal, origin, note }) => {
      note({ begun: true });
      const { id: member } = asMember(principal);
      const { name: userName } = await namedMember(tx, vault, member);
      const others = (await listPasskeys(tx, vault, member)).map(({ id }) => id);
      const about = { member, userName, deskName, origin, others };
      return { model: await beginRegistration(tx, about, policy) };
    },
  });
}

const finish = route({
  method: 'POST',
  path: '/account/passkeys',
  act: 'passkey.own',
  title: 'Make another passkey',
  body: Type.Object({ ...ATTESTED.properties, passkey: PASSKEY_NAME }),
  model: DONE,
  limit: 'sign-in',
  handle: async ({ tx, vault, principal, body, origin, note }) => {
    const { id: member } = asMember(principal);
    const passkey = await checkRegistration(tx, body, { member, origin });
    note({ accepted: passkey !== null });
    if (passkey === null) return { refused: NOT_ACCEPTED };
    await addPasskey(tx, vault, member, passkey, body.passkey);
    return { model: { next: '/account' } };
  },
});

const onePage = route({
  method: 'GET',
  path: '/account/passkeys/one',
  act: 'passkey.own',
  title: 'A passkey',
  query: Type.Object({ id: PASSKEY_ID }),
  model: Type.Object({ id: Type.String(), name: Type.String(), only: Type.Boolean() }),
  handle: async ({ tx, vault, principal, query, note }) => {
    note({ form: true });
    const passkeys = await listPasskeys(tx, vault, asMember(principal).id);
    const { id, name } = passkeys.find((passkey) => passkey.id === query.id) ?? missing();
    return { model: { id, name, only: passkeys.length === 1 } };
  },
  page: (model) => <OnePage {...model} />,
});

function missing(): never {
  throw notFound();
}

function OnePage({
  id,
  name,
  only,
}: Pick<PasskeyRow, 'id' | 'name'> & { readonly only: boolean }): JSX.Element {
  return (
    <>
      <h1>{name}</h1>
      <form method="post" action="/account/passkeys/name">
        <input type="hidden" name="id" value={id} />
        <PasskeyName value={name} />
        <button type="submit">Rename</button>
      </form>
      <h2>Remove</h2>
      {only ? (
        <p>
          It is your only passkey, and cannot be removed before{' '}
          <a href="/account/passkeys/new">another one</a> is there.
        </p>
      ) : (
        <form method="post" action="/account/passkeys/remove">
          <input type="hidden" name="id" value={id} />
          <p>Nobody can sign in with it any more. Sessions go on.</p>
          <button type="submit" class="second">
            Remove
          </button>
        </form>
      )}
    </>
  );
}

const rename = route({
  method: 'POST',
  path: '/account/passkeys/name',
  act: 'passkey.own',
  title: 'Rename a passkey',
  body: Type.Object({ id: PASSKEY_ID, passkey: PASSKEY_NAME }),
  model: NONE,
  handle: async ({ tx, vault, principal, body, note }) => {
    note({ renamed: true });
    await renamePasskey(tx, vault, asMember(principal).id, { id: body.id, name: body.passkey });
    return { to: '/account', model: {} };
  },
});

const remove = route({
  method: 'POST',
  path: '/account/passkeys/remove',
  act: 'passkey.own',
  title: 'Remove a passkey',
  body: Type.Object({ id: PASSKEY_ID }),
  model: NONE,
  handle: async ({ tx, principal, body, note }) => {
    note({ removed: true });
    await removePasskey(tx, asMember(principal).id, body.id);
    return { to: '/account', model: {} };
  },
});
