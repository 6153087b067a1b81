/** Publications: what is open, one of them with everything that it sends out, and what is done with it. */
import Type from 'typebox';
import { type CaseLine, listCases } from '../cases/index.ts';
import { reference } from '../reports/index.ts';
import type { Transaction } from '../store/index.ts';
import { type Asked, notFound, type Route, route, WebError } from '../web/index.ts';
import { approve, type By, isOfAll, MAX_CASES, ofMine, prepare, replan, takeBack } from './acts.ts';
import { type ListModel, listPage } from './list-page.tsx';
import { type PublicationModel, publicationModel, wishesOf } from './model.ts';
import { publicationPage } from './page.tsx';
import type { Writing } from './preview.ts';
import { casesInOpen, PURPOSES, publicationIds, readPublication } from './publication.ts';
import { textPage } from './text-page.tsx';

const text = Type.String();
const nullable = Type.Union([Type.Null(), text]);
const words = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });
const several = (maxLength: number) =>
  Type.Optional(
    Type.Union([Type.String({ maxLength }), Type.Array(Type.String({ maxLength }), { maxItems: MAX_CASES })]),
  );
const INSTANT = Type.Optional(
  Type.String({ maxLength: 30, pattern: '^$|^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d)?Z$' }),
);

const wishes = Type.Array(Type.Object({ value: text, label: text, chosen: Type.Boolean() }));
const named = Type.Object({ id: text, reference: text, title: text });

const publicationSchema = Type.Object({
  ...{ id: text, state: text, purpose: text, why: text, notBefore: nullable, preparedBy: text },
  ...{ approvedBy: nullable, approvedAt: nullable, begunAt: nullable, doneAt: nullable },
  beginning: Type.Object({ at: nullable, why: text }),
  cases: Type.Array(
    Type.Object({
      ...{ id: text, reference: text, title: text },
      files: Type.Array(Type.Object({ id: text, name: text })),
    }),
  ),
  problems: Type.Array(text),
  items: Type.Array(
    Type.Object({ id: text, caseId: text, record: text, cve: nullable, container: nullable }),
  ),
  texts: Type.Array(
    Type.Object({ key: text, name: text, to: text, subject: nullable, text, own: Type.Boolean() }),
  ),
  byHand: Type.Array(Type.Object({ name: text, about: text, text })),
  patches: Type.Array(Type.Object({ caseId: text, file: text, name: text, version: text })),
  wishes,
  steps: Type.Array(
    Type.Object({
      ...{ kind: text, name: nullable, reference: nullable, state: text, problem: nullable },
      ...{ doneAt: nullable, proof: nullable },
    }),
  ),
  digest: text,
  seen: Type.Boolean(),
  mine: Type.Boolean(),
  steady: Type.Boolean(),
});

const listSchema = Type.Object({
  lines: Type.Array(
    Type.Object({ id: text, state: text, purpose: text, cases: Type.Array(named), createdAt: text }),
  ),
  ready: Type.Array(named),
  wishes,
  typed: Type.Object({ why: text, notBefore: text }),
  problem: nullable,
});

const ONE = Type.Object({ publication: Type.String({ maxLength: 40 }) });
const SCRIPTS: readonly string[] = ['keys.js', 'times.js'];

/** Writings as they are now: an operator edits templates. */
export type WritingNow = (tx: Transaction) => Promise<Writing>;

/** Null for a desk that publishes nothing: its page says so. */
export function checklistRoutes(writing: WritingNow | null): readonly Route[] {
  return writing === null ? [nowhere] : routesOf(writing);
}

const nowhere = route({
  method: 'GET',
  path: '/publications',
  act: 'publication.list',
  title: 'Publications',
  model: Type.Object({}),
  handle: async () => ({ model: {} }),
  page: () => (
    <>
      <h1>Publications</h1>
      <p class="lead">This desk publishes nothing.</p>
      <p>
        Whoever runs it says where it publishes to: <code>cpansec-desk desk --publication FILE</code>.
      </p>
    </>
  ),
});

function routesOf(writing: WritingNow): readonly Route[] {
  type AskedOne = Asked<{ readonly publication: string }, unknown, unknown>;
  const byOf = async ({
    tx,
    vault,
    principal,
  }: Pick<AskedOne, 'tx' | 'vault' | 'principal'>): Promise<By> => {
    if (principal.kind !== 'member') throw notFound();
    return { tx, vault, member: principal.id, writing: await writing(tx) };
  };
  const model = async (asked: AskedOne): Promise<PublicationModel> => {
    const by = await byOf(asked);
    return publicationModel(by, await ofMine(by, asked.params.publication));
  };
  const common = { params: ONE, model: publicationSchema, scripts: SCRIPTS } as const;

  const list = route({
    method: 'GET',
    path: '/publications',
    act: 'publication.list',
    title: 'Publications',
    query: Type.Object({ case: Type.Optional(Type.String({ maxLength: 40 })) }),
    model: listSchema,
    scripts: SCRIPTS,
    handle: async (asked) => ({ model: await listModel(await byOf(asked), asked.query.case ?? null) }),
    page: listPage,
  });

  const begun = route({
    method: 'POST',
    path: '/publications',
    act: 'publication.prepare',
    title: 'Prepare a publication',
    limit: 'write',
    body: Type.Object({
      cases: several(40),
      purpose: Type.Enum([...PURPOSES]),
      why: Type.Optional(Type.String({ maxLength: 2000 })),
      notBefore: INSTANT,
      wanted: several(60),
    }),
    model: publicationSchema,
    handle: async (asked) => {
      const by = await byOf(asked);
      const { cases, purpose, why = '', notBefore = '', wanted } = asked.body;
      const made = await prepare(by, {
        ...{ purpose, why, cases: listed(cases), wanted: listed(wanted) },
        notBefore: instantIn(notBefore),
      });
      asked.note({ publication: made.id, cases: made.cases.length });
      return { to: `/publications/${made.id}`, model: await publicationModel(by, made) };
    },
  });

  const shown = route({
    ...common,
    method: 'GET',
    path: '/publications/:publication',
    act: 'publication.read',
    title: 'Publication',
    handle: async (asked) => {
      asked.note({ publication: asked.params.publication });
      return { model: await model(asked) };
    },
    page: publicationPage,
  });

  const changed = route({
    ...common,
    method: 'POST',
    path: '/publications/:publication',
    act: 'publication.prepare',
    title: 'Change a publication',
    limit: 'write',
    body: Type.Object({
      why: Type.Optional(Type.String({ maxLength: 2000 })),
      notBefore: INSTANT,
      wanted: several(60),
    }),
    handle: async (asked) => {
      const by = await byOf(asked);
      const publication = await ofMine(by, asked.params.publication);
      const { why, notBefore, wanted } = asked.body;
      await replan(by, publication, {
        why: why ?? publication.plan.why,
        notBefore: notBefore === undefined ? publication.plan.notBefore : instantIn(notBefore),
        wanted: listed(wanted),
      });
      asked.note({ publication: publication.id });
      return { to: `/publications/${publication.id}`, model: await model(asked) };
    },
  });

  const patch = route({
    ...common,
    method: 'POST',
    path: '/publications/:publication/patches',
    act: 'publication.prepare',
    title: 'Choose the patches of a publication',
    limit: 'write',
    body: Type.Object({
      case: Type.String({ maxLength: 40 }),
      file: Type.String({ maxLength: 40 }),
      version: Type.Optional(Type.String({ maxLength: 60 })),
      do: Type.Enum(['add', 'remove']),
    }),
    handle: async (asked) => {
      const by = await byOf(asked);
      const publication = await ofMine(by, asked.params.publication);
      const { case: caseId, file, version = '', do: wish } = asked.body;
      if (!publication.cases.includes(caseId)) throw notFound();
      const others = publication.plan.patches.filter((one) => one.caseId !== caseId || one.file !== file);
      if (wish === 'add' && version.trim() === '')
        throw new WebError('invalid', 'Say which release it applies to.', { version: 'is missing' });
      const patches = wish === 'add' ? [...others, { caseId, file, version: version.trim() }] : others;
      await replan(by, publication, { patches });
      asked.note({ publication: publication.id });
      return { to: `/publications/${publication.id}`, model: await model(asked) };
    },
  });

  const KEY = Type.Object({ key: Type.String({ maxLength: 100 }) });
  const asked1 = route({
    ...common,
    method: 'GET',
    path: '/publications/:publication/text',
    act: 'publication.read',
    title: 'A text of a publication',
    query: KEY,
    model: Type.Object({ publication: publicationSchema, key: text }),
    handle: async (asked) => {
      const publication = await model(asked);
      if (!publication.texts.some(({ key }) => key === asked.query.key)) throw notFound();
      return { model: { publication, key: asked.query.key } };
    },
    page: textPage,
  });

  const kept = route({
    ...common,
    method: 'POST',
    path: '/publications/:publication/text',
    act: 'publication.prepare',
    title: 'Change a text of a publication',
    limit: 'write',
    body: Type.Object({
      key: Type.String({ maxLength: 100 }),
      subject: Type.Optional(Type.String({ maxLength: 500 })),
      text: Type.Optional(Type.String({ maxLength: 100_000 })),
      do: Type.Enum(['keep', 'reset']),
    }),
    handle: async (asked) => {
      const by = await byOf(asked);
      const publication = await ofMine(by, asked.params.publication);
      const { key, subject = '', text: said = '', do: wish } = asked.body;
      const known = (await publicationModel(by, publication)).texts.find((one) => one.key === key);
      if (known === undefined) throw notFound();
      const { [key]: _, ...others } = publication.plan.texts;
      const own = { subject: known.subject === null ? null : subject, text: said.replaceAll('\r\n', '\n') };
      await replan(by, publication, { texts: wish === 'reset' ? others : { ...others, [key]: own } });
      asked.note({ publication: publication.id });
      return { to: `/publications/${publication.id}`, model: await model(asked) };
    },
  });

  const looked = route({
    ...common,
    method: 'POST',
    path: '/publications/:publication/look',
    act: 'publication.prepare',
    title: 'Take a publication as it is now',
    limit: 'write',
    handle: async (asked) => {
      const by = await byOf(asked);
      await replan(by, await ofMine(by, asked.params.publication), {});
      return { to: `/publications/${asked.params.publication}`, model: await model(asked) };
    },
  });

  const approved = route({
    ...common,
    method: 'POST',
    path: '/publications/:publication/approve',
    act: 'publication.approve',
    title: 'Approve a publication',
    limit: 'write',
    body: Type.Object({ digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
    handle: async (asked) => {
      const by = await byOf(asked);
      const publication = await ofMine(by, asked.params.publication);
      asked.note({ publication: publication.id, digest: asked.body.digest });
      try {
        await approve(by, publication, asked.body.digest);
      } catch (error) {
        // That somebody tried stays in the audit log.
        if (!(error instanceof WebError) || error.code !== 'refused') throw error;
        asked.note({ refused: true });
        return { refused: error };
      }
      return { to: `/publications/${publication.id}`, model: await model(asked) };
    },
  });

  const back = route({
    method: 'POST',
    path: '/publications/:publication/take-back',
    act: 'publication.prepare',
    title: 'Take a publication back',
    params: ONE,
    limit: 'write',
    body: Type.Object({ why: words(2000) }),
    model: Type.Object({}),
    handle: async (asked) => {
      const by = await byOf(asked);
      await takeBack(by, await ofMine(by, asked.params.publication), asked.body.why);
      asked.note({ publication: asked.params.publication });
      return { to: '/publications', model: {} };
    },
  });

  return [list, begun, shown, changed, patch, asked1, kept, looked, approved, back];
}

function listed(values: string | readonly string[] | undefined): string[] {
  return values === undefined ? [] : typeof values === 'string' ? [values] : [...values];
}

function instantIn(typed: string): string | null {
  if (typed === '') return null;
  if (Number.isNaN(Date.parse(typed)))
    throw new WebError('invalid', 'There is no such instant.', { notBefore: typed });
  return new Date(typed).toISOString().replace(/\.\d+Z$/, 'Z');
}

const LIST_STATES = ['prepared', 'approved', 'running', 'done'] as const;
/** Lines of the page. */
const MOST = 200;

/** Those of whose cases all are the member's; and cases that may be published now. */
async function listModel(by: By, caseId: string | null): Promise<ListModel> {
  const { tx, vault, writing } = by;
  const ids = await publicationIds(tx, LIST_STATES, caseId ?? undefined);
  const lines: ListModel['lines'][number][] = [];
  for (const id of ids.reverse()) {
    if (lines.length >= MOST) break;
    const one = await readPublication(tx, vault, id);
    if (one === null || !(await isOfAll(by, one.cases))) continue;
    const cases = one.cases.map((of) => ({ id: of, reference: reference(of), title: '' }));
    lines.push({ id, state: one.state, purpose: one.plan.purpose, cases, createdAt: one.createdAt });
  }
  const [open, busy] = [await openCases(by), await casesInOpen(tx)];
  const ready = open
    .filter(({ id }) => !busy.has(id))
    .filter(({ id }) => caseId === null || id === caseId)
    .map(({ id, reference: name, title }) => ({ id, reference: name, title }));
  return {
    lines,
    ready,
    wishes: wishesOf(writing.outward, []),
    typed: { why: '', notBefore: '' },
    problem: null,
  };
}

const PHASES = ['publication', 'coordinate', 'follow-up'] as const;

/** Those of the member that are far enough, as many as one publication takes. */
async function openCases({ tx, vault, member }: By): Promise<CaseLine[]> {
  const found: CaseLine[] = [];
  for (const phase of PHASES)
    for (let page = 1, more = true; more && found.length < MAX_CASES; page++) {
      const filter = { q: '', phase, sort: 'due', product: null, mine: false, page } as const;
      const { lines } = await listCases(tx, vault, member, filter);
      found.push(...lines);
      more = lines.length > 0;
    }
  return found.slice(0, MAX_CASES);
}
