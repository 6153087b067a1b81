import type { JSX } from 'preact';
import Type from 'typebox';
import type { Scope } from '../access/index.ts';
import { asMember } from '../people/index.ts';
import { Choices, Field, Secret } from '../ui/index.ts';
import { type Route, route } from '../web/index.ts';
import type { SessionConfig } from './config.ts';
import { makeToken, revokeToken, SCOPES } from './tokens.ts';

const DAY = 86_400;
const WORDS = Type.Record(Type.String(), Type.String());
const FORM = { token: Type.Optional(Type.String()), typed: WORDS, problems: WORDS };

export function tokenRoutes({ policy }: SessionConfig): Route[] {
  const days = Math.floor(policy.token / DAY);
  const form = route({
    method: 'GET',
    path: '/account/tokens/new',
    act: 'token.own',
    title: 'A new API token',
    model: Type.Object(FORM),
    handle: async ({ note }) => {
      note({ form: true });
      return { model: { typed: {}, problems: {} } };
    },
    page: (model) => <TokenPage {...model} days={days} />,
  });
  const make = route({
    method: 'POST',
    path: '/account/tokens',
    act: 'token.own',
    title: 'Make an API token',
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 60 }),
      scopes: Type.Array(Type.Enum([...SCOPES]), { minItems: 1, uniqueItems: true }),
      days: Type.Integer({ minimum: 1, maximum: days }),
    }),
    model: Type.Object(FORM),
    limit: 'write',
    handle: async ({ tx, vault, principal, body: { name, scopes, days: wanted }, note }) => {
      note({ scopes: scopes.join(' '), days: wanted });
      const seconds = wanted * DAY;
      const token = await makeToken(tx, vault, asMember(principal).id, { name, scopes, seconds });
      return { model: { token, typed: {}, problems: {} } };
    },
    page: (model) => <TokenPage {...model} days={days} />,
    again: async ({ body: { name = '', days: wanted = '', scopes = '' } }, problems) => ({
      typed: { name, days: wanted, scopes },
      problems: problemWords(problems, days),
    }),
  });
  return [form, make, revoke];
}

/** Of a list the first item that is wrong; the words of a schema are for programs. */
function problemWords(problems: Readonly<Record<string, string>>, days: number): Record<string, string> {
  const words: Record<string, string> = {
    name: 'What is it called?',
    scopes: 'Choose what it may do.',
    days: `From 1 to ${days} days.`,
  };
  const wrong = Object.keys(problems).map((path) => path.replace(/\/.*$/, ''));
  return Object.fromEntries(wrong.map((name) => [name, words[name] ?? problems[name] ?? '']));
}

interface TokenPageProps {
  readonly token?: string;
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
  /** The longest life. */
  readonly days: number;
}

const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  report: 'Make reports',
  read: 'Read what you may read',
  write: 'Work in cases as you may',
  metrics: 'Read figures of the process at /metrics, and nothing of a case',
};

function TokenPage({ token, typed, problems, days }: TokenPageProps): JSX.Element {
  if (token !== undefined)
    return (
      <>
        <h1>Your new token</h1>
        <Secret label="API token" text={token} />
        <p>
          Programs send it as <code>Authorization: Bearer …</code>. <a href="/account">Back to the account</a>
        </p>
      </>
    );
  return (
    <>
      <h1>A new API token</h1>
      <p class="lead">For a program of yours. It may never do what asks for a passkey.</p>
      <form method="post" action="/account/tokens">
        <Field name="name" label="Name" value={typed.name} maxLength={60} problem={problems.name} />
        <Choices
          name="scopes"
          legend="What it may do"
          options={SCOPES.map((value) => ({ value, label: SCOPE_WORDS[value] }))}
          chosen={typed.scopes?.split(',') ?? []}
          problem={problems.scopes}
        />
        <Field
          name="days"
          label="Days until it ends"
          keyboard="numeric"
          value={typed.days ?? '90'}
          problem={problems.days}
          hint={`At most ${days}.`}
        />
        <button type="submit">Make the token</button>
      </form>
    </>
  );
}

const revoke = route({
  method: 'POST',
  path: '/account/tokens/revoke',
  act: 'session.own',
  title: 'Revoke an API token',
  body: Type.Object({ id: Type.String({ maxLength: 64 }) }),
  model: Type.Object({}),
  handle: async ({ tx, principal, body, note }) => {
    note({ revoked: true });
    await revokeToken(tx, asMember(principal).id, body.id);
    return { to: '/account', model: {} };
  },
});
