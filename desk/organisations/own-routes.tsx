/** What a contact of an organisation does by their link: they sign the agreement, and prove a key. */
import type { JSX } from 'preact';
import Type from 'typebox';
import { policyOf } from '../casefile/index.ts';
import { agreementText } from '../disclosure/index.ts';
import { Instant } from '../ui/index.ts';
import { type Asked, notFound, type Plain, type Route, route } from '../web/index.ts';
import { type Contact, contactOf, organisationOf, signAgreement } from './organisation.ts';

const text = Type.String();
const nullableText = Type.Union([Type.Null(), text]);
const model = Type.Object({
  organisation: text,
  name: text,
  tlp: text,
  /** Of the agreement that is signed now, with its clauses. */
  version: text,
  clauses: text,
  signed: nullableText,
  signedAt: nullableText,
  key: Type.Boolean(),
});
type Model = Plain<Type.Static<typeof model>>;

type Any = Asked<unknown, unknown, unknown>;

async function me({ tx, vault, principal }: Any): Promise<Contact> {
  if (principal.kind !== 'link' || principal.link !== 'organisation') throw notFound();
  return contactOf(tx, vault, principal.subject);
}

async function modelOf(asked: Any): Promise<Model> {
  const { organisation, name, agreement, agreedAt, fingerprint } = await me(asked);
  const of = await organisationOf(asked.tx, asked.vault, organisation);
  const { version } = (await policyOf(asked.tx)).agreement;
  return {
    ...{ organisation: of.name, name, tlp: of.tlp, version, clauses: agreementText() },
    ...{ signed: agreement, signedAt: agreedAt, key: fingerprint !== null },
  };
}

const common = { act: 'organisation.own', title: 'Your organisation', model, page: ownPage } as const;

export const ownRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'GET',
    path: '/my-organisation',
    handle: async (asked) => ({ model: await modelOf(asked) }),
  }),
  route({
    ...common,
    method: 'POST',
    path: '/my-organisation/sign',
    limit: 'write',
    body: Type.Object({ version: Type.String({ maxLength: 64 }) }),
    handle: async (asked) => {
      const { version } = (await policyOf(asked.tx)).agreement;
      // They sign what they read.
      if (asked.body.version === version) await signAgreement(asked.tx, await me(asked), version);
      asked.note({ version, signed: asked.body.version === version });
      return { to: '/my-organisation', model: await modelOf(asked) };
    },
  }),
];

function ownPage({ organisation, name, tlp, version, clauses, signed, signedAt, key }: Model): JSX.Element {
  return (
    <>
      <h1>{organisation}</h1>
      <p class="lead">
        {name}, you are told of vulnerabilities before they are published, up to {tlp}. Each case comes by a
        letter with a link of its own.
      </p>
      <h2>Agreement before you are told, version {version}</h2>
      {clauses.split('\n\n').map((clause) => (
        <p key={clause}>{clause}</p>
      ))}
      {signed === version && signedAt !== null ? (
        <p>
          You signed it, <Instant at={signedAt} />.
        </p>
      ) : (
        <form method="post" action="/my-organisation/sign">
          {signed === null ? null : <p>You signed version {signed}. Another one is asked now.</p>}
          <input type="hidden" name="version" value={version} />
          <button type="submit">I sign it</button>
        </form>
      )}
      <h2>Encrypted letters</h2>
      <p>
        {key
          ? 'Every letter to you is encrypted to the OpenPGP key that you proved.'
          : 'Letters to you are in clear. They say nothing of a case but its reference, its label and its end.'}{' '}
        <a href="/my-organisation/key">{key ? 'Give another key' : 'Give an OpenPGP key'}</a>
      </p>
    </>
  );
}
