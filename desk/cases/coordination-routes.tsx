/** Who is told, by which way, and until when it is kept: contacts, participants, the embargo. */
import Type from 'typebox';
import { linkPath, readPerson, typedAddress } from '../people/index.ts';
import { Secret } from '../ui/index.ts';
import { notFound, type Route, route, WebError } from '../web/index.ts';
import * as acts from './acts.ts';
import { wantAnswers } from './ask-host.ts';
import { findIn } from './contacts.ts';
import { pasted } from './contacts-read.ts';
import { byOf, CASE, deed, words } from './deed.ts';

const optionalWords = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

const attempt = deed({
  path: 'attempts',
  act: 'case.contact',
  title: 'Log an attempt to reach the maintainers',
  body: Type.Object({
    channel: Type.Enum(['mail', 'private-report', 'tracker', 'other']),
    address: words(500),
    outcome: Type.Enum(['sent', 'answered', 'bounced-permanent', 'bounced-transient']),
    note: optionalWords(2000),
  }),
  run: (by, { note = '', ...one }) => acts.attempt(by, { ...one, note }),
});

/** Files of one search, and bytes of all. */
const MAX_FOUND_IN = 20;
const MAX_SOURCES = 32 * 1024 * 1024;

const findContacts = deed({
  path: 'contacts/find',
  act: 'case.contact',
  title: 'Look for contacts',
  maxBody: MAX_SOURCES,
  body: Type.Object({ name: optionalWords(200), text: optionalWords(200_000) }),
  run: async (by, { name = '', text = '' }, { uploads, note }) => {
    const files = text.trim() === '' ? uploads : [...uploads, pasted(name.trim(), text)];
    if (files.length === 0) throw new WebError('invalid', 'Choose a file or paste a text first.');
    if (files.length > MAX_FOUND_IN)
      throw new WebError('too-large', `At most ${MAX_FOUND_IN} files at once.`);
    note({ files: files.length, contacts: await findIn(by, files) });
  },
});

const askHost = deed({
  path: 'contacts/ask',
  act: 'case.contact',
  title: 'Ask the host of the repository how to report there',
  body: Type.Object({ repository: words(500) }),
  run: (by, { repository }) => wantAnswers(by, repository.trim()),
});

const invite = route({
  method: 'POST',
  limit: 'write',
  params: CASE,
  path: '/cases/:case/participants',
  act: 'case.invite',
  title: 'Somebody is asked in',
  body: Type.Object({
    name: words(120),
    address: optionalWords(254),
    role: Type.Enum(['maintainer', 'distributor', 'observer']),
    party: Type.Optional(Type.String({ maxLength: 30 })),
  }),
  model: Type.Object({ case: Type.String(), link: Type.String(), letter: Type.Boolean() }),
  handle: async (asked) => {
    const { name, role, address = '', party } = asked.body;
    const given = {
      name,
      role,
      address: typedAddress(address),
      party: party ?? null,
    };
    const secret = await acts.inviteParticipant(byOf(asked), given);
    const link = `${asked.origin}${linkPath(secret)}`;
    return { model: { case: asked.params.case, link, letter: given.address !== null } };
  },
  page: ({ case: id, link, letter }) => (
    <>
      <h1>They are asked in</h1>
      <p class="lead">
        {letter
          ? 'A letter brings them their link. This one is for another way.'
          : 'They have no address that the desk knows: send them this link yourself.'}
      </p>
      <Secret label="Link" text={link} />
      <p>It is for them alone: whoever has it takes part in their name.</p>
      <p>
        <a href={`/cases/${id}`}>Back to the case</a>
      </p>
    </>
  ),
});

const embargo = deed({
  path: 'embargo',
  act: 'case.embargo',
  title: 'Propose an end of the embargo',
  body: Type.Object({ end: words(30), why: words(2000) }),
  run: (by, { end, why }) => acts.proposeEmbargo(by, end.trim(), why),
});

const answer = deed({
  path: 'embargo/answer',
  act: 'case.embargo',
  title: 'Answer a proposal',
  body: Type.Object({ proposal: words(60), answer: Type.Enum(['yes', 'no']) }),
  run: (by, body) => acts.answerProposal(by, body.proposal, body.answer === 'yes'),
});

const observe = deed({
  path: 'observe',
  act: 'case.embargo',
  title: 'Note that it became known',
  body: Type.Object({ what: Type.Enum(['P', 'X', 'A']) }),
  run: (by, { what }) => acts.observe(by, what),
});

/** Who reported it: read by a coordinator who asks for it, and each time it stands in the log. */
const reporter = route({
  method: 'GET',
  path: '/cases/:case/reporter',
  act: 'case.reporter',
  title: 'Who reported it',
  params: CASE,
  model: Type.Object({ name: Type.String(), address: Type.Union([Type.Null(), Type.String()]) }),
  handle: async ({ tx, vault, params: { case: id } }) => {
    const row = await tx.db
      .selectFrom('participants')
      .select('person_id')
      .where('case_id', '=', id)
      .where('role', '=', 'reporter')
      .executeTakeFirst();
    const person = row === undefined ? null : await readPerson(tx, vault, row.person_id);
    if (person === null) throw notFound();
    return { model: { name: person.name, address: person.address } };
  },
  page: ({ name, address }) => (
    <>
      <h1>Who reported it</h1>
      <p>
        {name === '' ? 'No name' : name}, {address ?? 'no address'}
      </p>
    </>
  ),
});

export const coordinationRoutes: readonly Route[] = [
  attempt,
  findContacts,
  askHost,
  invite,
  embargo,
  answer,
  observe,
  reporter,
];
