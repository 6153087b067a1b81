/** Pages about organisations, for coordinators and members of the CNA. */
import Type from 'typebox';
import { policyOf } from '../casefile/index.ts';
import { TLP_LABELS } from '../disclosure/index.ts';
import { enqueueLetter } from '../notices/index.ts';
import { endLinks, typedPerson } from '../people/index.ts';
import { type Asked, type Route, route, WebError } from '../web/index.ts';
import {
  addContact,
  addOrganisation,
  changeOrganisation,
  contactOf,
  contactsOf,
  endContact,
  listOrganisations,
  ORGANISATION_KINDS,
  ORGANISATION_STATES,
  organisationOf,
} from './organisation.ts';
import { type ListModel, listPage, type OneModel, onePage } from './pages.tsx';

const text = Type.String();
const nullableText = Type.Union([Type.Null(), text]);
const WORDS = Type.Record(text, text);
const name = Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' });
const kind = Type.Enum([...ORGANISATION_KINDS]);
const state = Type.Enum([...ORGANISATION_STATES]);
const tlp = Type.Enum([...TLP_LABELS]);

const organisation = { id: text, name: text, kind, state, tlp, revision: Type.Integer() };
const contact = Type.Object({
  id: text,
  name: text,
  address: Type.Union([Type.Null(), text], { seen: ['coordinator'] }),
  fingerprint: nullableText,
  agreement: nullableText,
  agreedAt: nullableText,
  endedAt: nullableText,
});

const listSchema = Type.Object({
  organisations: Type.Array(
    Type.Object({ ...organisation, contacts: Type.Integer(), ready: Type.Integer() }),
  ),
  typed: WORDS,
  problems: WORDS,
});
const oneSchema = Type.Object({
  organisation: Type.Object(organisation),
  contacts: Type.Array(contact),
  version: text,
  typed: WORDS,
  problems: WORDS,
});

type Reading = Pick<Asked<unknown, unknown, unknown>, 'tx' | 'vault'>;

async function listModel({ tx, vault }: Reading): Promise<ListModel> {
  const { version } = (await policyOf(tx)).agreement;
  const lines = (await listOrganisations(tx, vault)).map(async (one) => {
    const contacts = (await contactsOf(tx, vault, one.id)).filter(({ endedAt }) => endedAt === null);
    return {
      ...one,
      contacts: contacts.length,
      ready: contacts.filter(({ agreement }) => agreement === version).length,
    };
  });
  return { organisations: await Promise.all(lines), typed: {}, problems: {} };
}

async function oneModel({ tx, vault }: Reading, id: string): Promise<OneModel> {
  const { version } = (await policyOf(tx)).agreement;
  const contacts = await contactsOf(tx, vault, id);
  return { organisation: await organisationOf(tx, vault, id), contacts, version, typed: {}, problems: {} };
}

const params = Type.Object({ organisation: text });
const write = { method: 'POST', act: 'organisation.change', limit: 'write' } as const;

const list = route({
  method: 'GET',
  path: '/organisations',
  act: 'organisation.list',
  title: 'Organisations',
  model: listSchema,
  handle: async (asked) => ({ model: await listModel(asked) }),
  page: listPage,
});

const add = route({
  ...write,
  path: '/organisations',
  title: 'Organisations',
  body: Type.Object({ name, kind, tlp }),
  model: listSchema,
  handle: async (asked) => {
    const { tx, vault, body } = asked;
    const id = await addOrganisation(tx, vault, { ...body, name: body.name.trim() });
    asked.note({ added: id, tlp: body.tlp });
    return { to: `/organisations/${id}`, model: await listModel(asked) };
  },
  page: listPage,
  again: async (asked, problems) => ({ ...(await listModel(asked)), typed: asked.body, problems }),
});

const one = { title: 'An organisation', params, model: oneSchema, page: onePage } as const;

const read = route({
  ...one,
  method: 'GET',
  path: '/organisations/:organisation',
  act: 'organisation.list',
  handle: async (asked) => ({ model: await oneModel(asked, asked.params.organisation) }),
});

const change = route({
  ...one,
  ...write,
  path: '/organisations/:organisation',
  body: Type.Object({ name, kind, tlp, state, revision: Type.Integer({ minimum: 1 }) }),
  handle: async (asked) => {
    const { tx, vault, body } = asked;
    const { id } = await organisationOf(tx, vault, asked.params.organisation);
    await changeOrganisation(tx, vault, { ...body, id, name: body.name.trim() });
    asked.note({ organisation: id, state: body.state, tlp: body.tlp });
    return { to: `/organisations/${id}`, model: await oneModel(asked, id) };
  },
  again: again,
});

/** They get a letter with a link, by which they sign the agreement and prove a key. */
const join = route({
  ...one,
  ...write,
  path: '/organisations/:organisation/contacts',
  body: Type.Object({ name, address: Type.String({ maxLength: 254 }) }),
  handle: async (asked) => {
    const {
      tx,
      vault,
      body,
      params: { organisation: id },
    } = asked;
    const added = await addContact(tx, vault, id, typedPerson(body));
    await invite(asked, added);
    asked.note({ organisation: id, contact: added });
    return { to: `/organisations/${id}`, model: await oneModel(asked, id) };
  },
  again: again,
});

const contactBody = Type.Object({ contact: Type.String({ maxLength: 30 }) });

const inviteAgain = route({
  ...one,
  ...write,
  path: '/organisations/:organisation/contacts/again',
  body: contactBody,
  handle: async (asked) => {
    const id = await ofThis(asked);
    // What was sent before leads nowhere from now on.
    await endLinks(asked.tx, ['organisation'], id);
    await invite(asked, id);
    asked.note({ contact: id, letter: true });
    return back(asked);
  },
});

const leave = route({
  ...one,
  ...write,
  path: '/organisations/:organisation/contacts/end',
  body: contactBody,
  handle: async (asked) => {
    const id = await ofThis(asked);
    await endContact(asked.tx, id);
    asked.note({ contact: id, ended: true });
    return back(asked);
  },
});

type AskedOne<B> = Asked<{ readonly organisation: string }, unknown, B>;

/** Throws `not-found` for a contact of another organisation. */
async function ofThis({ tx, vault, params, body }: AskedOne<{ readonly contact: string }>): Promise<string> {
  const found = await contactOf(tx, vault, body.contact);
  if (found.organisation !== params.organisation)
    throw new WebError('refused', 'They are of another organisation.');
  return found.id;
}

async function invite({ tx, vault }: Reading, contact: string): Promise<void> {
  const { version } = (await policyOf(tx)).agreement;
  const letter = { to: { contact }, letter: 'agreement', fields: { version } } as const;
  if ((await enqueueLetter(tx, vault, letter)) === null)
    throw new WebError('refused', 'The desk has no address to write to them.');
}

async function back(asked: AskedOne<unknown>): Promise<{ readonly to: string; readonly model: OneModel }> {
  const { organisation: id } = asked.params;
  return { to: `/organisations/${id}`, model: await oneModel(asked, id) };
}

async function again(
  asked: AskedOne<Readonly<Record<string, string>>>,
  problems: Readonly<Record<string, string>>,
): Promise<OneModel> {
  return { ...(await oneModel(asked, asked.params.organisation)), typed: asked.body, problems };
}

export const registryRoutes: readonly Route[] = [list, add, read, change, join, inviteAgain, leave];
