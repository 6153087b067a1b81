/** What somebody from outside can do by their link: nothing before they agreed, and nothing beyond their case. */
import Type from 'typebox';
import { lookedAt, MAX_FILE } from '../casefile/index.ts';
import { type Answer, type Asked, notFound, type Route, route, WebError } from '../web/index.ts';
import { noticeRead } from './early-notice.ts';
import * as part from './part.ts';
import { partPage } from './part-page.tsx';

const PATH = '/my-part';
const text = Type.String();
const nullableText = Type.Union([Type.Null(), text]);
const words = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });

const model = Type.Object({
  reference: text,
  cve: nullableText,
  distribution: nullableText,
  embargoEnd: nullableText,
  agreement: Type.Union([Type.Null(), Type.Object({ version: text, text })]),
  declined: Type.Boolean(),
  signed: Type.Union([Type.Null(), Type.Object({ version: text, on: text, movedIn: Type.Boolean() })]),
  inside: Type.Union([
    Type.Null(),
    Type.Object({
      title: text,
      summary: text,
      tlp: text,
      asked: Type.Array(text),
      lapsed: Type.Boolean(),
      messages: Type.Array(Type.Object({ at: text, own: Type.Boolean(), text })),
      files: Type.Array(Type.Object({ id: text, name: text, size: Type.Integer(), sha256: text })),
      early: Type.Boolean(),
      fix: nullableText,
      over: Type.Boolean(),
      proposals: Type.Array(Type.Object({ end: text, own: Type.Boolean(), why: text })),
    }),
  ]),
});

export function as(asked: Asked<unknown, unknown, unknown>): part.As {
  const { principal, tx, vault } = asked;
  if (principal.kind !== 'link' || principal.caseId === null) throw notFound();
  return { tx, vault, caseId: principal.caseId, participant: principal.subject };
}

async function back(asked: Asked<unknown, unknown, unknown>): Promise<Answer<part.PartModel>> {
  return { to: PATH, model: await part.partModel(as(asked)) };
}

const post = {
  method: 'POST',
  model,
  act: 'part.write',
  title: 'Your part',
  limit: 'write',
  page: partPage,
} as const;

export const partRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: PATH,
    act: 'part.accept',
    title: 'Your part',
    model,
    scripts: ['times.js'],
    handle: async (asked) => {
      await lookedAt(asked.tx, as(asked).participant);
      const model = await part.partModel(as(asked));
      if (model.inside !== null) await noticeRead(asked.tx, as(asked).participant);
      return { model };
    },
    page: partPage,
  }),
  route({
    ...post,
    path: `${PATH}/accept`,
    act: 'part.accept',
    handle: async (asked) => {
      await part.agree(as(asked));
      return back(asked);
    },
  }),
  route({
    ...post,
    path: `${PATH}/decline`,
    act: 'part.accept',
    handle: async (asked) => {
      await part.decline(as(asked));
      return back(asked);
    },
  }),
  route({
    ...post,
    path: `${PATH}/message`,
    body: Type.Object({ text: words(20_000) }),
    handle: async (asked) => {
      await part.sayAs(as(asked), asked.body.text.trim());
      return back(asked);
    },
  }),
  route({
    ...post,
    path: `${PATH}/answer`,
    body: Type.Object({
      answer: Type.Union([Type.Literal('affected'), Type.Literal('not-affected'), Type.Literal('need-help')]),
      version: Type.Optional(Type.String({ maxLength: 60 })),
    }),
    handle: async (asked) => {
      await part.answerAs(as(asked), asked.body.answer, asked.body.version?.trim() ?? '');
      return back(asked);
    },
  }),
  route({
    ...post,
    path: `${PATH}/fix`,
    body: Type.Object({ version: words(60) }),
    handle: async (asked) => {
      await part.fixReady(as(asked), asked.body.version.trim());
      return back(asked);
    },
  }),
  route({
    ...post,
    path: `${PATH}/extend`,
    body: Type.Object({ end: words(30), why: words(2000) }),
    handle: async (asked) => {
      await part.extendAs(as(asked), asked.body.end.trim(), asked.body.why);
      return back(asked);
    },
  }),
  route({
    ...post,
    path: `${PATH}/files`,
    maxBody: MAX_FILE + 64 * 1024,
    handle: async (asked) => {
      const [file] = asked.uploads;
      if (file === undefined) throw new WebError('invalid', 'Choose a file first.');
      await part.sendAs(as(asked), file);
      return back(asked);
    },
  }),
  route({
    method: 'GET',
    path: `${PATH}/files/:file`,
    act: 'part.read',
    title: 'A file of your part',
    params: Type.Object({ file: Type.String() }),
    model: Type.Object({}),
    handle: async (asked) => {
      const { name, bytes } = await part.fileAs(as(asked), asked.params.file);
      return { download: { name, bytes, mediaType: 'application/octet-stream' } };
    },
  }),
];
