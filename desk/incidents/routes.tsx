/** Incidents for members: one is opened, or a report is taken for one; then one page, and a route for each act. */
import { INDICATOR_TYPES } from 'cpansec/advisories';
import Type, { type Static, type TObject, type TProperties } from 'typebox';
import type { ActName } from '../access/index.ts';
import { CONFIDENCES, INCIDENT_KINDS, MAX_FILE, MEASURES, RELEASE_VERDICTS } from '../casefile/index.ts';
import {
  type AskedCase,
  type By,
  byOf,
  CASE,
  caseSchema,
  caseShown,
  memberOf,
  SCRIPTS,
  words,
} from '../cases/index.ts';
import { CONTAINMENT_NAMES } from '../disclosure/index.ts';
import { type Route, route, WebError } from '../web/index.ts';
import * as acts from './acts.ts';
import { beginPage } from './begin-page.tsx';
import { ask, noteAnswer } from './contain.ts';
import { wrong } from './incident-of.ts';
import { incidentPageModel } from './model.ts';
import { newPage } from './new-page.tsx';
import { beginIncident, openIncident } from './open.ts';
import { incidentPage } from './page.tsx';
import { incidentSchema } from './schema.ts';
import { accountOf, dayOf, distributionOf, factsOf, versionOf } from './typed.ts';
import { MOST_UPLOADS, type Uploads } from './uploads.ts';
import { uploadsRoute } from './uploads-route.tsx';

const text = Type.String();
const optionalWords = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const id = Type.String({ minLength: 1, maxLength: 30 });
const kind = Type.Enum([...INCIDENT_KINDS]);
const typedWords = Type.Record(text, text);

interface Deed<B extends TProperties> {
  /** Behind `/cases/:case/incident`. */
  readonly path: string;
  readonly act?: ActName;
  readonly title: string;
  readonly body: TObject<B>;
  readonly maxBody?: number;
  run(by: By, body: Static<TObject<B>>, asked: AskedCase): Promise<unknown>;
}

/** Does one thing to an incident, and shows it again: as it is then, or with what was typed and what is wrong. */
function deed<B extends TProperties>({ path, run, act = 'case.incident', ...about }: Deed<B>): Route {
  return route({
    ...about,
    act,
    method: 'POST',
    path: `/cases/:case/incident${path}`,
    params: CASE,
    model: incidentSchema,
    scripts: SCRIPTS,
    limit: 'write',
    handle: async (asked) => {
      await run(byOf(asked), asked.body, asked);
      return { to: `/cases/${asked.params.case}/incident`, model: await incidentPageModel(asked) };
    },
    page: incidentPage,
    again: (asked, problems) => incidentPageModel(asked, { typed: asked.body, problems }),
  });
}

const opening = {
  path: '/incidents/new',
  act: 'incident.open',
  title: 'A new incident',
  model: Type.Object({ typed: typedWords, problems: typedWords }),
  page: newPage,
} as const;

const openingRoutes: readonly Route[] = [
  route({ ...opening, method: 'GET', handle: async () => ({ model: { typed: {}, problems: {} } }) }),
  route({
    ...opening,
    method: 'POST',
    limit: 'write',
    body: Type.Object({ title: words(200), kind, summary: optionalWords(50_000) }),
    handle: async (asked) => {
      const { tx, vault, body } = asked;
      const { title, summary = '' } = body;
      const given = { kind: body.kind, title: title.trim(), summary: summary.trim() };
      const opened = await openIncident({ tx, vault, member: memberOf(asked) }, given);
      asked.note({ case: opened, kind: body.kind });
      return { to: `/cases/${opened}/incident`, model: { typed: {}, problems: {} } };
    },
    again: async ({ body }, problems) => ({ typed: body, problems }),
  }),
];

const begin = {
  path: '/cases/:case/incident/begin',
  act: 'case.incident-begin',
  title: 'Take a report for an incident',
  params: CASE,
  model: caseSchema,
  scripts: SCRIPTS,
} as const;

const beginRoutes: readonly Route[] = [
  route({
    ...begin,
    method: 'GET',
    handle: async (asked) => ({ model: await caseShown(asked) }),
    page: beginPage,
  }),
  route({
    ...begin,
    method: 'POST',
    limit: 'write',
    body: Type.Object({ kind }),
    handle: async (asked) => {
      await beginIncident(byOf(asked), asked.body.kind);
      return { to: `/cases/${asked.params.case}/incident`, model: await caseShown(asked) };
    },
  }),
];

const one = route({
  method: 'GET',
  path: '/cases/:case/incident',
  act: 'case.read',
  title: 'An incident',
  params: CASE,
  model: incidentSchema,
  scripts: SCRIPTS,
  handle: async (asked) => ({ model: await incidentPageModel(asked) }),
  page: incidentPage,
});

const describing = deed({
  path: '',
  title: 'Describe an incident',
  body: Type.Object({
    kind,
    account: optionalWords(20),
    since: optionalWords(10),
    until: optionalWords(10),
    repository: optionalWords(300),
    recordId: optionalWords(160),
  }),
  run: (by, typed) => acts.describe(by, factsOf(typed)),
});

const releases = deed({
  path: '/releases',
  title: 'Add a release to an incident',
  body: Type.Object({
    distribution: words(120),
    version: words(80),
    author: optionalWords(20),
    on: optionalWords(10),
  }),
  run: (by, { distribution, version, author = '', on = '' }) =>
    acts.addReleases(by, [
      {
        distribution: distributionOf(distribution),
        version: versionOf(version),
        author: accountOf(author),
        on: dayOf('on', on),
      },
    ]),
});

const judging = deed({
  path: '/releases/judge',
  title: 'Say of releases what they are',
  body: Type.Object({
    release: Type.Optional(Type.Array(words(220), { maxItems: 500 })),
    verdict: Type.Enum([...RELEASE_VERDICTS]),
  }),
  run: (by, { release = [], verdict }) => {
    if (release.length === 0) throw wrong('release', 'Choose some first.');
    return acts.judgeReleases(by, release, verdict);
  },
});

const uploaded = deed({
  path: '/uploads',
  title: 'Add uploads to an incident',
  body: Type.Object({ upload: Type.Optional(Type.Array(words(300), { maxItems: MOST_UPLOADS })) }),
  run: (by, { upload = [] }) => acts.addReleases(by, upload.map(uploadNamed)),
});

/** As the page names one: distribution, version, author and day, with blanks between; `-` for what nobody knows. */
function uploadNamed(name: string): Parameters<typeof acts.addReleases>[1][number] {
  const [distribution = '', version = '', author = '-', on = '-'] = name.split(' ');
  return {
    distribution: distributionOf(distribution),
    version: versionOf(version),
    author: author === '-' ? null : accountOf(author),
    on: on === '-' ? null : dayOf('upload', on),
  };
}

const indicator = deed({
  path: '/indicators',
  title: 'Add an indicator',
  body: Type.Object({
    type: Type.Enum([...INDICATOR_TYPES]),
    value: words(520),
    note: optionalWords(500),
    confidence: Type.Enum([...CONFIDENCES]),
    publish: Type.Optional(Type.Literal('yes')),
  }),
  run: (by, { publish, note = '', ...typed }) =>
    acts.addIndicator(by, { ...typed, note, published: publish === 'yes' }),
});

const forget = deed({
  path: '/indicators/forget',
  title: 'Forget an indicator',
  body: Type.Object({ indicator: id }),
  run: (by, body) => acts.forgetIndicator(by, body.indicator),
});

const course = deed({
  path: '/course',
  title: 'Note what happened',
  body: Type.Object({ at: words(30), what: words(2000), source: words(500) }),
  run: acts.noteCourse,
});

const evidence = deed({
  path: '/evidence',
  title: 'Add evidence',
  act: 'case.evidence',
  maxBody: MAX_FILE + 64 * 1024,
  body: Type.Object({ from: words(500) }),
  run: async (by, { from }, { uploads: [file] }) => {
    if (file === undefined)
      throw new WebError('invalid', 'Choose a file first.', { evidence: 'Choose a file.' });
    await acts.addEvidence(by, { name: file.name, bytes: file.bytes, from });
  },
});

const passing = deed({
  path: '/evidence/pass',
  title: 'Note who had evidence',
  act: 'case.evidence',
  body: Type.Object({ file: id, who: words(200), what: words(500) }),
  run: (by, { file, who, what }) => acts.passEvidence(by, file, { who, what }),
});

/** Only ever as an attachment of no type. */
const taking = route({
  method: 'POST',
  path: '/cases/:case/incident/evidence/take',
  act: 'case.evidence',
  title: 'Take a copy of evidence',
  params: CASE,
  limit: 'write',
  body: Type.Object({ file: id, why: words(500) }),
  model: Type.Object({}),
  handle: async (asked) => {
    const { file, why } = asked.body;
    const { name, bytes } = await acts.takeCopy(byOf(asked), file, why);
    return { download: { name: `${name}.evidence`, bytes, mediaType: 'application/octet-stream' } };
  },
});

const asking = deed({
  path: '/requests',
  title: 'Ask for containment',
  act: 'case.contain',
  body: Type.Object({
    measure: Type.Enum([...MEASURES]),
    to: Type.Enum([...CONTAINMENT_NAMES]),
    address: optionalWords(254),
    hand: Type.Optional(Type.Literal('yes')),
  }),
  run: (by, { hand, address = '', ...typed }) =>
    ask(by, { ...typed, address: hand === 'yes' ? null : address }),
});

const answer = deed({
  path: '/requests/answer',
  title: 'Note what came of a request',
  body: Type.Object({
    request: id,
    state: Type.Enum(['acknowledged', 'done', 'refused']),
    note: optionalWords(2000),
  }),
  run: (by, { note = '', ...typed }) => noteAnswer(by, { ...typed, note }),
});

/** `uploads`: null where the desk knows of no releases. */
export function incidentRoutes(uploads: Uploads | null): readonly Route[] {
  return [
    ...openingRoutes,
    ...beginRoutes,
    one,
    describing,
    releases,
    judging,
    uploadsRoute(uploads),
    uploaded,
    indicator,
    forget,
    course,
    evidence,
    passing,
    taking,
    asking,
    answer,
  ];
}
