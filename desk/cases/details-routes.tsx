/** What a case says of itself: its details, its label, and the advisory that is made of them. */
import Type from 'typebox';
import { seerOf } from '../access/index.ts';
import { TLP_LABELS } from '../disclosure/index.ts';
import { type Route, route } from '../web/index.ts';
import * as acts from './acts.ts';
import { changeTlp } from './acts-edit.ts';
import { assign } from './assign.ts';
import { beginnings, begun } from './begin-draft.ts';
import { beginPage } from './begin-page.tsx';
import { caseOf } from './case-of.ts';
import { caseSchema } from './case-schema.ts';
import { creditedDraft } from './credited-draft.ts';
import { byOf, CASE, deed, SCRIPTS, shown, words } from './deed.ts';
import { draftOf, lintedDraft } from './draft.ts';
import { draftPage } from './draft-page.tsx';
import { editPage } from './edit-page.tsx';
import { contentOf } from './typed-details.ts';

const text = Type.String();
const optionalWords = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

const editing = route({
  method: 'GET',
  path: '/cases/:case/details',
  act: 'case.read',
  title: 'Details of a case',
  params: CASE,
  query: Type.Object({ weakness: Type.Optional(Type.String({ maxLength: 20 })) }),
  model: caseSchema,
  scripts: SCRIPTS,
  handle: async (asked) => {
    const model = await shown(asked);
    const { weakness = '' } = asked.query;
    if (weakness === '') return { model };
    const { content } = await caseOf(asked.tx, asked.vault, asked.params.case);
    return {
      model: { ...model, editing: { typed: await begun(asked.tx, content, weakness), problems: {} } },
    };
  },
  page: editPage,
});

const beginning = route({
  method: 'GET',
  path: '/cases/:case/begin',
  act: 'case.read',
  title: 'Begin a draft',
  params: CASE,
  model: Type.Object({
    case: caseSchema,
    beginnings: Type.Array(Type.Object({ weakness: text, words: text })),
  }),
  scripts: SCRIPTS,
  handle: async (asked) => ({
    model: { case: await shown(asked), beginnings: await beginnings(asked.tx) },
  }),
  page: beginPage,
});

const details = route({
  method: 'POST',
  limit: 'write',
  params: CASE,
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
  scripts: SCRIPTS,
  handle: async (asked) => {
    const { revision, ...typed } = asked.body;
    const { severity, affected } = (await caseOf(asked.tx, asked.vault, asked.params.case)).content;
    await acts.edit(byOf(asked), revision, contentOf(typed, { severity, affected }));
    return { to: `/cases/${asked.params.case}`, model: await shown(asked) };
  },
  page: editPage,
  again: async (asked, problems) => ({ ...(await shown(asked)), editing: { typed: asked.body, problems } }),
});

const label = deed({
  path: 'tlp',
  act: 'case.embargo',
  title: 'Change the label of a case',
  body: Type.Object({ tlp: Type.Enum([...TLP_LABELS]), why: words(2000) }),
  run: (by, { tlp, why }) => changeTlp(by, tlp, why),
});

const assigning = deed({
  path: 'assign',
  act: 'case.label',
  title: 'Say who works on a case',
  body: Type.Object({ to: optionalWords(30) }),
  run: (by, { to = '' }) => assign(by, to === '' ? null : to),
});

const draft = route({
  method: 'GET',
  path: '/cases/:case/draft',
  act: 'case.read',
  title: 'The advisory as the case has it',
  params: CASE,
  model: Type.Object({
    case: caseSchema,
    record: text,
    findings: Type.Array(Type.Object({ rule: text, level: text, path: text, problem: text })),
  }),
  scripts: SCRIPTS,
  handle: async (asked) => {
    const file = await caseOf(asked.tx, asked.vault, asked.params.case);
    // Before it is public a name is for those who publish it.
    const names = ['coordinator', 'cna'].includes(seerOf(asked.principal));
    const record = names ? await creditedDraft(asked.tx, asked.vault, file) : draftOf(file);
    return { model: { case: await shown(asked), ...lintedDraft(record) } };
  },
  page: draftPage,
});

export const detailsRoutes: readonly Route[] = [editing, beginning, details, label, assigning, draft];
