/** Importing findings, and the list of what is known to be none. */
import Type from 'typebox';
import { reference } from '../reports/index.ts';
import { type Asked, notFound, type Route, route, WebError } from '../web/index.ts';
import { FindingsError } from './errors.ts';
import { importFindings } from './import.ts';
import { addNonFinding, knownNonFindings, removeNonFinding } from './known.ts';
import { importedPage, type KnownModel, knownPage } from './page.tsx';
import { MAX_DOCUMENT, parseFindings, readFindings } from './read.ts';
import type { SarifFindings } from './sarif.ts';

const text = Type.String();

const importedSchema = Type.Object({
  counts: Type.Object({
    case: Type.Integer(),
    entry: Type.Integer(),
    'non-finding': Type.Integer(),
    here: Type.Integer(),
  }),
  findings: Type.Array(
    Type.Object({ source: text, fingerprint: text, became: text, case: text, reference: text }),
  ),
  unplaced: Type.Array(Type.Object({ result: Type.Integer(), why: text })),
});

const knownSchema = Type.Object({
  known: Type.Array(
    Type.Object({ id: text, title: text, answer: text, all: Type.Array(text), any: Type.Array(text) }),
  ),
  filled: Type.Record(Type.String(), Type.String()),
  problems: Type.Record(Type.String(), Type.String()),
});

const subject = {
  distribution: Type.Optional(Type.String({ maxLength: 120 })),
  release: Type.Optional(Type.String({ maxLength: 60 })),
};

const imported = route({
  method: 'POST',
  path: '/findings',
  act: 'report.import',
  title: 'Findings were imported',
  limit: 'write',
  maxBody: MAX_DOCUMENT,
  query: Type.Object(subject),
  // Either document; whatever stands in it is read by its own shape.
  body: Type.Object({
    ...subject,
    format: Type.Optional(text),
    findings: Type.Optional(Type.Array(Type.Unknown())),
    version: Type.Optional(text),
    runs: Type.Optional(Type.Array(Type.Unknown())),
  }),
  model: importedSchema,
  handle: async (asked) => {
    const { tx, vault, principal } = asked;
    if (principal.kind !== 'member') throw notFound();
    const given = givenIn(asked);
    const { counts, findings } = await importFindings({ tx, vault, member: principal.id }, given.findings);
    asked.note({ ...counts, unplaced: given.unplaced.length });
    const lines = findings.map(({ caseId, ...finding }) => ({
      ...finding,
      case: caseId,
      reference: reference(caseId),
    }));
    return { model: { counts, findings: lines, unplaced: given.unplaced } };
  },
  page: importedPage,
});

interface Subject {
  readonly distribution?: string;
  readonly release?: string;
}

/** A file of a form, else the body itself. Throws `invalid` with the path. */
function givenIn({ query, body, uploads }: Asked<unknown, Subject, Subject>): SarifFindings {
  const { distribution, release: version } = { ...query, ...body };
  const of = { distribution: distribution?.trim() || undefined, version: version?.trim() || undefined };
  const [file] = uploads;
  try {
    return file === undefined ? readFindings(body, of) : parseFindings(file.bytes, file.name, of);
  } catch (cause) {
    if (!(cause instanceof FindingsError)) throw cause;
    if (cause.code === 'bounds') throw new WebError('too-large', cause.message);
    throw new WebError('invalid', cause.message);
  }
}

type Reading = Pick<Asked<unknown, unknown, unknown>, 'tx' | 'vault'>;

async function model({ tx, vault }: Reading): Promise<KnownModel> {
  return { known: await knownNonFindings(tx, vault), filled: {}, problems: {} };
}

const list = route({
  method: 'GET',
  path: '/findings',
  act: 'non-finding.list',
  title: 'Findings of scanners',
  model: knownSchema,
  handle: async (asked) => ({ model: await model(asked) }),
  page: knownPage,
});

const add = route({
  method: 'POST',
  path: '/findings/known',
  act: 'non-finding.change',
  title: 'A known non-finding',
  limit: 'write',
  body: Type.Object({
    title: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
    answer: Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' }),
    all: Type.Optional(Type.String({ maxLength: 2000 })),
    any: Type.Optional(Type.String({ maxLength: 2000 })),
  }),
  model: knownSchema,
  handle: async (asked) => {
    const { all = '', any = '', ...words } = asked.body;
    asked.note({ added: await addNonFinding(asked.tx, asked.vault, { ...words, all, any }) });
    return { to: '/findings', model: await model(asked) };
  },
  page: knownPage,
  again: async (asked, problems) => ({ ...(await model(asked)), filled: asked.body, problems }),
});

const remove = route({
  method: 'POST',
  path: '/findings/known/remove',
  act: 'non-finding.change',
  title: 'A known non-finding',
  limit: 'write',
  body: Type.Object({ id: Type.String({ maxLength: 30 }) }),
  model: knownSchema,
  handle: async (asked) => {
    await removeNonFinding(asked.tx, asked.vault, asked.body.id);
    asked.note({ removed: asked.body.id });
    return { to: '/findings', model: await model(asked) };
  },
});

export const findingsRoutes: readonly Route[] = [imported, list, add, remove];
