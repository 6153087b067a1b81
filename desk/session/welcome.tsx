/** Where somebody makes a passkey who comes by a link: the first member, one who is invited, one who recovers. */
import Type from 'typebox';
import { namedMember, ROLE_WORDS, typedPerson } from '../people/index.ts';
import { type Route, route } from '../web/index.ts';
import { ATTESTED, BEGUN, DONE, PASSKEY_NAME } from './ceremony-model.ts';
import type { SessionConfig } from './config.ts';
import { asEntrant, enter } from './enter.ts';
import { PASSKEY_SCRIPTS } from './passkey-form.tsx';
import { addPasskey, beginRegistration, checkRegistration } from './passkeys.ts';
import { startSession } from './sessions.ts';
import { NOT_ACCEPTED } from './sign-in.tsx';
import { WelcomePage } from './welcome-page.tsx';

/** The first member tells it; of everybody else it is known. */
const TYPED = {
  name: Type.Optional(Type.String({ maxLength: 100 })),
  address: Type.Optional(Type.String({ maxLength: 254 })),
};

export function welcomeRoutes(config: SessionConfig): Route[] {
  return [page, beginRoute(config), finishRoute(config)];
}

const page = route({
  method: 'GET',
  path: '/welcome',
  act: 'welcome.use',
  title: 'Welcome',
  model: Type.Object({
    kind: Type.Enum(['bootstrap', 'invitation', 'recovery']),
    name: Type.String(),
    role: Type.String(),
  }),
  scripts: PASSKEY_SCRIPTS,
  handle: async ({ tx, vault, principal }) => {
    const { kind, member } = asEntrant(principal);
    if (kind === 'bootstrap') return { model: { kind, name: '', role: ROLE_WORDS.coordinator } };
    const { name, role } = await namedMember(tx, vault, member);
    return { model: { kind, name, role: ROLE_WORDS[role] } };
  },
  page: (model) => <WelcomePage {...model} />,
});

function beginRoute({ policy, deskName }: SessionConfig): Route {
  return route({
    method: 'POST',
    path: '/welcome/options',
    act: 'welcome.use',
    title: 'Begin to make a passkey',
    body: Type.Object(TYPED),
    model: BEGUN,
    limit: 'sign-in',
    handle: async ({ tx, vault, principal, body: { name = '', address = '' }, origin }) => {
      const { kind, member } = asEntrant(principal);
      const person =
        kind === 'bootstrap' ? typedPerson({ name, address }) : await namedMember(tx, vault, member);
      const about = { member, userName: person.name, deskName, origin, others: [] };
      return { model: await beginRegistration(tx, about, policy) };
    },
  });
}

function finishRoute(config: SessionConfig): Route {
  return route({
    method: 'POST',
    path: '/welcome',
    act: 'welcome.use',
    title: 'Make a passkey',
    body: Type.Object({ ...ATTESTED.properties, ...TYPED, passkey: PASSKEY_NAME }),
    model: DONE,
    limit: 'sign-in',
    handle: async ({ tx, vault, principal, body, origin, note }) => {
      const { kind, member } = asEntrant(principal);
      const passkey = await checkRegistration(tx, body, { member, origin });
      note({ accepted: passkey !== null });
      if (passkey === null) return { refused: NOT_ACCEPTED };
      const { name = '', address = '' } = body;
      await enter({ tx, vault, member, typed: { name, address }, tell: config.tell }, kind);
      await addPasskey(tx, vault, member, passkey, body.passkey);
      return { model: { next: '/account' }, cookies: await startSession(tx, member, config.policy) };
    },
  });
}
