/** Cases: the list, the page, and one route for each act. */

import { readRange } from 'cpansec/advisories';
import { FormatError, scoreCvss } from 'cpansec/formats';
import Type from 'typebox';
import { addFile, type CaseContent, MAX_FILE, REFERENCE_KINDS, readCaseFile } from '../casefile/index.ts';
import { TLP_LABELS } from '../disclosure/index.ts';
import { linkPath, readPerson, typedAddress } from '../people/index.ts';
import { type Answer, type Asked, notFound, type Route, route, WebError } from '../web/index.ts';
import * as acts from './acts.ts';
import { changeTlp } from './acts-edit.ts';
import type { By } from './by.ts';
import type { CaseModel } from './case-model.ts';
import { caseOf } from './case-of.ts';
import { casePage } from './case-page.tsx';
import { caseSchema } from './case-schema.ts';
import { findIn } from './contacts.ts';
import { pasted } from './contacts-read.ts';
import { cvssRoutes } from './cvss-routes.tsx';
import { diffPage } from './diff-page.tsx';
import { lintedDraft } from './draft.ts';
import { draftPage } from './draft-page.tsx';
import { editPage } from './edit-page.tsx';
import { listRoutes } from './list-routes.tsx';
import * as membership from './membership.ts';
import { merge } from './merge.ts';
import { caseModel } from './model.ts';
import { splitOff } from './split.ts';

const text = Type.String();
const nullableText = Type.Union([Type.Null(), Type.String()]);

const params = Type.Object({ case: Type.String() });
const words = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });
const optionalWords = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

type Any = Asked<{ readonly case: string }, unknown, unknown>;

function memberOf({ principal }: Asked<unknown, unknown, unknown>): string {
  if (principal.kind !== 'member') throw notFound();
  return principal.id;
}

function by(asked: Any): By {
  return { tx: asked.tx, vault: asked.vault, caseId: asked.params.case, member: memberOf(asked) };
}

async function shown(asked: Any): Promise<CaseModel> {
  return caseModel(asked.tx, asked.vault, asked.params.case, memberOf(asked));
}

/** A browser goes back to the case; a program gets it as it is now. */
async function back(asked: Any): Promise<Answer<CaseModel>> {
  return { to: `/cases/${asked.params.case}`, model: await shown(asked) };
}

const post = { method: 'POST', params, model: caseSchema, limit: 'write' } as const;

const one = route({
  method: 'GET',
  path: '/cases/:case',
  act: 'case.read',
  title: 'A case',
  params,
  model: caseSchema,
  scripts: ['keys.js', 'times.js'],
  handle: async (asked) => ({ model: await shown(asked) }),
  page: casePage,
});

const take = route({
  ...post,
  path: '/cases/:case/take',
  act: 'case.triage',
  title: 'Take a case on',
  handle: async (asked) => {
    await acts.takeOn(by(asked));
    return back(asked);
  },
});

const vote = route({
  ...post,
  path: '/cases/:case/vote',
  act: 'case.triage',
  title: 'Vote whether it is a vulnerability',
  body: Type.Object({ vote: Type.Union([Type.Literal('yes'), Type.Literal('no')]), why: words(2000) }),
  handle: async (asked) => {
    await acts.vote(by(asked), asked.body.vote, asked.body.why);
    return back(asked);
  },
});

const accept = route({
  ...post,
  path: '/cases/:case/accept',
  act: 'case.triage',
  title: 'Accept it as a vulnerability',
  handle: async (asked) => {
    await acts.accept(by(asked));
    return back(asked);
  },
});

const close = route({
  ...post,
  path: '/cases/:case/close',
  act: 'case.close',
  title: 'Close a case',
  body: Type.Object({
    outcome: Type.Union([
      Type.Literal('out-of-scope'),
      Type.Literal('not-a-vulnerability'),
      Type.Literal('withdrawn'),
      Type.Literal('spam'),
    ]),
    why: words(2000),
  }),
  handle: async (asked) => {
    await acts.close(by(asked), asked.body.outcome, asked.body.why);
    return back(asked);
  },
});

const say = route({
  ...post,
  path: '/cases/:case/messages',
  act: 'case.message',
  title: 'Say something to a group of a case',
  body: Type.Object({ audience: words(60), text: words(20_000) }),
  handle: async (asked) => {
    const { audiences } = await shown(asked);
    const audience = audiences.find(({ name }) => name === asked.body.audience)?.name;
    if (audience === undefined)
      throw new WebError('invalid', 'The case has no such group.', { audience: 'Choose one.' });
    await acts.say(by(asked), audience, asked.body.text.trim());
    asked.note({ audience: audience.replace(/:.*/, '') });
    return back(asked);
  },
});

const task = route({
  ...post,
  path: '/cases/:case/tasks',
  act: 'case.task',
  title: 'Add a task',
  body: Type.Object({ text: words(500) }),
  handle: async (asked) => {
    await acts.addTask(by(asked), asked.body.text.trim());
    return back(asked);
  },
});

const taskDone = route({
  ...post,
  path: '/cases/:case/tasks/done',
  act: 'case.task',
  title: 'Finish a task',
  body: Type.Object({ task: Type.Integer({ minimum: 1 }) }),
  handle: async (asked) => {
    await acts.finishTask(by(asked), asked.body.task);
    return back(asked);
  },
});

const editing = route({
  method: 'GET',
  path: '/cases/:case/details',
  act: 'case.read',
  title: 'Details of a case',
  params,
  model: caseSchema,
  scripts: ['keys.js', 'times.js'],
  handle: async (asked) => ({ model: await shown(asked) }),
  page: editPage,
});

const details = route({
  ...post,
  path: '/cases/:case/details',
  act: 'case.label',
  title: 'Edit the details of a case',
  body: Type.Object({
    revision: Type.Integer({ minimum: 1 }),
    title: words(200),
    distribution: optionalWords(120),
    modules: optionalWords(2000),
    labels: optionalWords(500),
    weaknesses: optionalWords(200),
    cvss: optionalWords(300),
    ranges: optionalWords(500),
    fixed: optionalWords(500),
    references: optionalWords(20_000),
    summary: optionalWords(50_000),
  }),
  model: caseSchema,
  scripts: ['keys.js', 'times.js'],
  handle: async (asked) => {
    const { revision, ...typed } = asked.body;
    const { severity, affected } = (await caseOf(asked.tx, asked.vault, asked.params.case)).content;
    await acts.edit(by(asked), revision, contentOf(typed, { severity, affected }));
    return back(asked);
  },
  page: editPage,
  again: async (asked, problems) => ({ ...(await shown(asked)), editing: { typed: asked.body, problems } }),
});

interface Typed {
  readonly title: string;
  readonly distribution?: string;
  readonly modules?: string;
  readonly labels?: string;
  readonly weaknesses?: string;
  readonly cvss?: string;
  readonly ranges?: string;
  readonly fixed?: string;
  readonly references?: string;
  readonly summary?: string;
}

/** Throws `invalid` with the field that is wrong. */
function contentOf(typed: Typed, before: Pick<CaseContent, 'severity' | 'affected'>): Partial<CaseContent> {
  const distribution = typed.distribution?.trim() ?? '';
  const ranges = rangesOf(typed.ranges, 'ranges');
  const fixed = typed.fixed === undefined ? null : rangesOf(typed.fixed, 'fixed');
  const [first, ...rest] = before.affected;
  return {
    title: typed.title.trim(),
    distribution: distribution === '' ? null : distribution,
    modules: listOf(typed.modules, /\s+/),
    labels: listOf(typed.labels, /\s*,\s*/),
    weaknesses: listOf(typed.weaknesses, /\s+/).map(weakness),
    severity: { ...before.severity, cvss: vectorOf(typed.cvss?.trim() ?? '') },
    affected: ranges.length === 0 ? rest : [{ ranges, fixed: fixed ?? first?.fixed ?? [] }, ...rest],
    ...(typed.references === undefined ? {} : { references: referencesOf(typed.references) }),
    ...(typed.summary === undefined ? {} : { summary: typed.summary }),
  };
}

function rangesOf(text: string | undefined, field: 'ranges' | 'fixed'): string[] {
  const ranges = listOf(text, /\s*\|\|\s*/);
  const bad = ranges.find((range) => readRange(range) === null);
  if (bad === undefined) return ranges;
  throw new WebError('invalid', 'Not as it must be.', { [field]: `${bad} is no range.` });
}

/** A line each: what it is, then its address. */
function referencesOf(text: string): CaseContent['references'] {
  return listOf(text, /\s*\n\s*/).map((line) => {
    const [, word = 'web', url = ''] = /^(?:([a-z]+)\s+)?(\S+)$/.exec(line) ?? [];
    const kind = REFERENCE_KINDS.find((one) => one === word);
    if (kind !== undefined && /^https?:\/\/\S/.test(url) && URL.canParse(url)) return { kind, url };
    const problem = `${line.slice(0, 80)}: ${REFERENCE_KINDS.join(', ')}, then an address.`;
    throw new WebError('invalid', 'Not as it must be.', { references: problem });
  });
}

function listOf(text: string | undefined, separator: RegExp): string[] {
  return (text ?? '')
    .trim()
    .split(separator)
    .filter((part) => part !== '');
}

function weakness(text: string): string {
  if (/^CWE-\d{1,5}$/.test(text)) return text;
  throw new WebError('invalid', 'Not as it must be.', { weaknesses: `${text} is no weakness: CWE-79.` });
}

function vectorOf(text: string): string | null {
  if (text === '') return null;
  try {
    scoreCvss(text);
    return text;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new WebError('invalid', 'Not as it must be.', { cvss: error.problem });
  }
}

const label = route({
  ...post,
  path: '/cases/:case/tlp',
  act: 'case.embargo',
  title: 'Change the label of a case',
  body: Type.Object({ tlp: Type.Enum([...TLP_LABELS]), why: words(2000) }),
  handle: async (asked) => {
    await changeTlp(by(asked), asked.body.tlp, asked.body.why);
    return back(asked);
  },
});

/** Bytes of a file that are shown as a page; what is larger is downloaded. */
const MAX_SHOWN = 300_000;

const diff = route({
  method: 'GET',
  path: '/cases/:case/files/:file/diff',
  act: 'case.file',
  title: 'A patch of a case',
  params: Type.Object({ case: Type.String(), file: Type.String() }),
  model: Type.Object({ case: caseSchema, name: text, file: text, patch: nullableText }),
  scripts: ['keys.js', 'times.js'],
  handle: async (asked) => {
    const { tx, vault, params: at } = asked;
    const found = await readCaseFile(tx, vault, await caseOf(tx, vault, at.case), at.file);
    if (found === null) throw notFound();
    const patch = found.bytes.length > MAX_SHOWN ? null : new TextDecoder().decode(found.bytes);
    return { model: { case: await shown(asked), name: found.name, file: at.file, patch } };
  },
  page: diffPage,
});

const draft = route({
  method: 'GET',
  path: '/cases/:case/draft',
  act: 'case.read',
  title: 'The advisory as the case has it',
  params,
  model: Type.Object({
    case: caseSchema,
    record: text,
    findings: Type.Array(Type.Object({ rule: text, level: text, path: text, problem: text })),
  }),
  scripts: ['keys.js', 'times.js'],
  handle: async (asked) => {
    const file = await caseOf(asked.tx, asked.vault, asked.params.case);
    return { model: { case: await shown(asked), ...lintedDraft(file) } };
  },
  page: draftPage,
});

const reserve = route({
  ...post,
  path: '/cases/:case/reserve',
  act: 'case.embargo',
  title: 'Note a reserved CVE id',
  body: Type.Object({ cve: words(30) }),
  handle: async (asked) => {
    await acts.reserve(by(asked), asked.body.cve.trim());
    return back(asked);
  },
});

const attempt = route({
  ...post,
  path: '/cases/:case/attempts',
  act: 'case.contact',
  title: 'Log an attempt to reach the maintainers',
  body: Type.Object({
    channel: Type.Union([
      Type.Literal('mail'),
      Type.Literal('private-report'),
      Type.Literal('tracker'),
      Type.Literal('other'),
    ]),
    address: words(500),
    outcome: Type.Union([
      Type.Literal('sent'),
      Type.Literal('answered'),
      Type.Literal('bounced-permanent'),
      Type.Literal('bounced-transient'),
    ]),
    note: optionalWords(2000),
  }),
  handle: async (asked) => {
    await acts.attempt(by(asked), { ...asked.body, note: asked.body.note ?? '' });
    return back(asked);
  },
});

/** Files of one search, and bytes of all. */
const MAX_FOUND_IN = 20;
const MAX_SOURCES = 32 * 1024 * 1024;

const findContacts = route({
  ...post,
  path: '/cases/:case/contacts/find',
  act: 'case.contact',
  title: 'Look for contacts',
  maxBody: MAX_SOURCES,
  body: Type.Object({ name: optionalWords(200), text: optionalWords(200_000) }),
  handle: async (asked) => {
    const { name = '', text: typed = '' } = asked.body;
    const files = typed.trim() === '' ? asked.uploads : [...asked.uploads, pasted(name.trim(), typed)];
    if (files.length === 0) throw new WebError('invalid', 'Choose a file or paste a text first.');
    if (files.length > MAX_FOUND_IN)
      throw new WebError('too-large', `At most ${MAX_FOUND_IN} files at once.`);
    asked.note({ files: files.length, contacts: await findIn(by(asked), files) });
    return back(asked);
  },
});

const invite = route({
  ...post,
  path: '/cases/:case/participants',
  act: 'case.invite',
  title: 'Somebody is asked in',
  body: Type.Object({
    name: words(120),
    address: optionalWords(254),
    role: Type.Union([Type.Literal('maintainer'), Type.Literal('distributor'), Type.Literal('observer')]),
    party: Type.Optional(Type.String({ maxLength: 30 })),
  }),
  model: Type.Object({ link: Type.String() }),
  handle: async (asked) => {
    const { name, role, address = '', party } = asked.body;
    const given = {
      name,
      role,
      address: typedAddress(address),
      party: party ?? null,
    };
    const secret = await acts.inviteParticipant(by(asked), given);
    return { model: { link: `${asked.origin}${linkPath(secret)}` } };
  },
  page: ({ link }) => (
    <>
      <h1>Their link</h1>
      <p>
        <code>{link}</code>
      </p>
      <p>Send it to them alone: whoever has it takes part in their name. It is shown once.</p>
    </>
  ),
});

const embargo = route({
  ...post,
  path: '/cases/:case/embargo',
  act: 'case.embargo',
  title: 'Propose an end of the embargo',
  body: Type.Object({ end: words(30), why: words(2000) }),
  handle: async (asked) => {
    await acts.proposeEmbargo(by(asked), asked.body.end.trim(), asked.body.why);
    return back(asked);
  },
});

const answer = route({
  ...post,
  path: '/cases/:case/embargo/answer',
  act: 'case.embargo',
  title: 'Answer a proposal',
  body: Type.Object({ proposal: words(60), answer: Type.Union([Type.Literal('yes'), Type.Literal('no')]) }),
  handle: async (asked) => {
    await acts.answerProposal(by(asked), asked.body.proposal, asked.body.answer === 'yes');
    return back(asked);
  },
});

const observe = route({
  ...post,
  path: '/cases/:case/observe',
  act: 'case.embargo',
  title: 'Note that it became known',
  body: Type.Object({ what: Type.Union([Type.Literal('P'), Type.Literal('X'), Type.Literal('A')]) }),
  handle: async (asked) => {
    await acts.observe(by(asked), asked.body.what);
    return back(asked);
  },
});

const merged = route({
  ...post,
  path: '/cases/:case/merge',
  act: 'case.merge',
  title: 'Merge a case into another',
  body: Type.Object({ into: words(30) }),
  handle: async (asked) => {
    await merge(by(asked), asked.body.into);
    asked.note({ into: asked.body.into });
    return { to: `/cases/${asked.body.into}`, model: await shown(asked) };
  },
});

const split = route({
  ...post,
  path: '/cases/:case/split',
  act: 'case.merge',
  title: 'Split off a part of a case',
  body: Type.Object({ title: words(200), distribution: optionalWords(120), entries: optionalWords(500) }),
  handle: async (asked) => {
    const { title, distribution = '', entries = '' } = asked.body;
    const numbers = listOf(entries, /[\s,]+/).map(Number);
    if (!numbers.every((number) => Number.isSafeInteger(number) && number > 0))
      throw new WebError('invalid', 'Not as it must be.', { entries: 'Numbers, apart by blanks.' });
    const part = await splitOff(by(asked), {
      title: title.trim(),
      distribution: distribution.trim() === '' ? null : distribution.trim(),
      entries: numbers,
    });
    asked.note({ part, entries: numbers.length });
    const model = await caseModel(asked.tx, asked.vault, part, memberOf(asked));
    return { to: `/cases/${part}`, model };
  },
});

const upload = route({
  ...post,
  path: '/cases/:case/files',
  act: 'case.message',
  title: 'Add a file to a case',
  maxBody: MAX_FILE + 64 * 1024,
  handle: async (asked) => {
    const [file] = asked.uploads;
    if (file === undefined) throw new WebError('invalid', 'Choose a file first.');
    const target = await caseOf(asked.tx, asked.vault, asked.params.case);
    await addFile(asked.tx, asked.vault, target, { ...file, audience: 'team' });
    return back(asked);
  },
});

const download = route({
  method: 'GET',
  path: '/cases/:case/files/:file',
  act: 'case.file',
  title: 'A file of a case',
  params: Type.Object({ case: Type.String(), file: Type.String() }),
  model: Type.Object({}),
  handle: async ({ tx, vault, params: { case: id, file } }) => {
    const found = await readCaseFile(tx, vault, await caseOf(tx, vault, id), file);
    if (found === null) throw notFound();
    return { download: { name: found.name, bytes: found.bytes, mediaType: 'application/octet-stream' } };
  },
});

/** Who reported it: read by a coordinator who asks for it, and each time it stands in the log. */
const reporter = route({
  method: 'GET',
  path: '/cases/:case/reporter',
  act: 'case.reporter',
  title: 'Who reported it',
  params,
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

const conflict = route({
  ...post,
  path: '/cases/:case/conflict',
  act: 'case.conflict',
  title: 'Declare an interest',
  body: Type.Object({ why: words(500) }),
  model: Type.Object({}),
  handle: async (asked) => {
    await membership.declareConflict(by(asked), asked.body.why);
    return { to: '/cases', model: {} };
  },
});

const addMember = route({
  ...post,
  path: '/cases/:case/members',
  act: 'case.members',
  title: 'Ask a member into a case',
  body: Type.Object({ member: words(30) }),
  handle: async (asked) => {
    await membership.addMember(by(asked), asked.body.member);
    return back(asked);
  },
});

const restrict = route({
  ...post,
  path: '/cases/:case/restrict',
  act: 'case.members',
  title: 'Keep a case to some members',
  body: Type.Object({ members: Type.Array(Type.String({ maxLength: 30 }), { maxItems: 100 }) }),
  handle: async (asked) => {
    await membership.restrictTo(by(asked), asked.body.members);
    return back(asked);
  },
});

const breakGlass = route({
  ...post,
  path: '/cases/:case/break-glass',
  act: 'case.break-glass',
  title: 'Come into a case unasked',
  body: Type.Object({ why: words(500) }),
  handle: async (asked) => {
    await membership.breakGlass(by(asked), asked.body.why);
    return back(asked);
  },
});

export const caseRoutes: readonly Route[] = [
  ...listRoutes,
  ...cvssRoutes,
  label,
  diff,
  draft,
  one,
  take,
  vote,
  accept,
  close,
  say,
  task,
  taskDone,
  editing,
  details,
  reserve,
  attempt,
  findContacts,
  invite,
  embargo,
  answer,
  observe,
  merged,
  split,
  upload,
  download,
  reporter,
  conflict,
  addMember,
  restrict,
  breakGlass,
];
