/** Early notice of a case: for members, whom it tells and the proof of it; for an organisation, how it stands. */
import { encodeUtf8 } from 'cpansec/base';
import Type from 'typebox';
import { PRODUCT_STATUSES, policyOf } from '../casefile/index.ts';
import { notFound, type Route, route, WebError } from '../web/index.ts';
import { caseOf } from './case-of.ts';
import { caseSchema } from './case-schema.ts';
import { type AskedCase, byOf, CASE, SCRIPTS, shown, words } from './deed.ts';
import { earlyCsaf } from './early-csaf.ts';
import {
  acceptStatement,
  candidatesFor,
  noticeOf,
  noticeWindow,
  stateAs,
  tellOrganisations,
} from './early-notice.ts';
import { type EarlyModel, earlyPage, type StatementModel, statementPage } from './early-page.tsx';
import { proofOf, proofText } from './early-proof.ts';
import { as } from './part-routes.tsx';

const text = Type.String();
const nullableText = Type.Union([Type.Null(), text]);
const WORDS = Type.Record(text, text);
const id = Type.String({ minLength: 1, maxLength: 30 });
const optionalWords = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

const statement = Type.Object({
  ...{
    name: text,
    purl: nullableText,
    status: Type.Enum([...PRODUCT_STATUSES]),
    justification: nullableText,
  },
  ...{ version: nullableText, note: text, at: text, accepted: Type.Enum(['yes', 'no']) },
});
const line = Type.Object({
  ...{ participant: text, organisation: text, kind: text, contact: text },
  ...{ toldAt: text, acceptedAt: nullableText, readAt: nullableText, why: text },
  agreement: Type.Union([Type.Null(), Type.Object({ version: text, on: text })]),
  statement: Type.Union([Type.Null(), statement]),
});
const earlySchema = Type.Object({
  case: caseSchema,
  window: Type.Union([Type.Null(), Type.Object({ from: text, to: text })]),
  usual: Type.Boolean(),
  candidates: Type.Array(
    Type.Object({ id: text, name: text, contacts: Type.Integer(), obstacle: nullableText }),
  ),
  notices: Type.Array(line),
  chosen: Type.Array(text),
  typed: WORDS,
  problems: WORDS,
});

async function modelOf(asked: AskedCase): Promise<EarlyModel> {
  const { tx, vault } = asked;
  const file = await caseOf(tx, vault, asked.params.case);
  const window = noticeWindow(file, await policyOf(tx));
  const candidates = await candidatesFor(tx, vault, file);
  return {
    case: await shown(asked),
    window,
    usual: window !== null && tx.now >= window.from && tx.now <= window.to,
    candidates: candidates.map(({ id: one, name, contacts, obstacle }) => ({
      id: one,
      name,
      contacts: contacts.length,
      obstacle,
    })),
    notices: (await proofOf(tx, vault, file)).notices,
    ...{ chosen: [], typed: {}, problems: {} },
  };
}

const common = {
  path: '/cases/:case/early-notice',
  title: 'Early notice',
  params: CASE,
  model: earlySchema,
  scripts: SCRIPTS,
  page: earlyPage,
} as const;

const page = route({
  ...common,
  method: 'GET',
  act: 'case.participants',
  handle: async (asked) => ({ model: await modelOf(asked) }),
});

const tell = route({
  ...common,
  method: 'POST',
  act: 'case.invite',
  limit: 'write',
  body: Type.Object({
    organisation: Type.Union([id, Type.Array(id, { minItems: 1, maxItems: 100 })]),
    why: optionalWords(2000),
  }),
  handle: async (asked) => {
    const chosen = [asked.body.organisation].flat();
    await tellOrganisations(byOf(asked), chosen, asked.body.why?.trim() ?? '');
    asked.note({ organisations: chosen.length });
    return { to: `/cases/${asked.params.case}/early-notice`, model: await modelOf(asked) };
  },
  again: async (asked, problems) => ({
    ...(await modelOf(asked)),
    chosen: (asked.body.organisation ?? '').split(','),
    typed: { why: asked.body.why ?? '' },
    problems,
  }),
});

const accept = route({
  ...common,
  method: 'POST',
  path: '/cases/:case/early-notice/accept',
  act: 'case.participants',
  limit: 'write',
  body: Type.Object({ participant: id, publish: Type.Optional(Type.Literal('yes')) }),
  handle: async (asked) => {
    await acceptStatement(byOf(asked), asked.body.participant, asked.body.publish === 'yes');
    return { to: `/cases/${asked.params.case}/early-notice`, model: await modelOf(asked) };
  },
});

function exported(ending: 'json' | 'txt', mediaType: string): Route {
  return route({
    method: 'GET',
    path: `/cases/:case/early-notice.${ending}`,
    act: 'case.participants',
    title: 'Proof of early notice',
    params: CASE,
    model: Type.Object({}),
    handle: async (asked) => {
      const { tx, vault } = asked;
      const proof = await proofOf(tx, vault, await caseOf(tx, vault, asked.params.case));
      const words = ending === 'json' ? `${JSON.stringify(proof, null, 2)}\n` : proofText(proof);
      asked.note({ notices: proof.notices.length });
      return {
        download: { name: `early-notice-${proof.case}.${ending}`, bytes: encodeUtf8(words), mediaType },
      };
    },
  });
}

const statementSchema = Type.Object({
  statement: Type.Union([Type.Null(), statement]),
  typed: WORDS,
  problems: WORDS,
});

const own = {
  path: '/my-part/statement',
  title: 'How your packages stand',
  model: statementSchema,
  page: statementPage,
} as const;

async function ownModel(asked: Parameters<typeof as>[0]): Promise<StatementModel> {
  const { tx, vault, caseId, participant } = as(asked);
  const notice = await noticeOf(tx, vault, await caseOf(tx, vault, caseId), participant);
  if (notice === null) throw notFound();
  return { statement: notice.statement, typed: {}, problems: {} };
}

const asking = route({
  ...own,
  method: 'GET',
  act: 'part.read',
  handle: async (asked) => ({ model: await ownModel(asked) }),
});

const stating = route({
  ...own,
  method: 'POST',
  act: 'part.write',
  limit: 'write',
  body: Type.Object({
    name: words(200),
    purl: optionalWords(500),
    status: Type.Enum([...PRODUCT_STATUSES]),
    justification: optionalWords(60),
    version: optionalWords(100),
    note: optionalWords(2000),
  }),
  handle: async (asked) => {
    const { tx, vault, caseId, participant } = as(asked);
    const file = await caseOf(tx, vault, caseId);
    if (file.state.phase === 'closed') throw new WebError('refused', 'This case is closed.');
    const { purl = '', justification = '', version = '', note = '', ...typed } = asked.body;
    await stateAs({ tx, vault, file, participant }, { ...typed, purl, justification, version, note });
    return { to: own.path, model: await ownModel(asked) };
  },
  again: async (asked, problems) => ({ ...(await ownModel(asked)), typed: asked.body, problems }),
});

const csaf = route({
  method: 'GET',
  path: '/my-part/csaf',
  act: 'part.read',
  title: 'The advisory so far as CSAF',
  model: Type.Object({}),
  handle: async (asked) => {
    const { tx, vault, caseId, participant } = as(asked);
    const file = await caseOf(tx, vault, caseId);
    if ((await noticeOf(tx, vault, file, participant)) === null) throw notFound();
    const bytes = encodeUtf8(`${JSON.stringify(earlyCsaf(file, asked.origin), null, 2)}\n`);
    asked.note({ document: 'csaf' });
    return { download: { name: 'draft.csaf.json', bytes, mediaType: 'application/json' } };
  },
});

/** For members. */
export const earlyRoutes: readonly Route[] = [
  page,
  tell,
  accept,
  exported('json', 'application/json'),
  exported('txt', 'text/plain; charset=utf-8'),
];

/** For organisations. */
export const statementRoutes: readonly Route[] = [asking, stating, csaf];
