/** The reporter's page and what can be done there; who holds the link is the reporter. */
import Type from 'typebox';
import { lookedAt, MAX_FILE } from '../casefile/index.ts';
import { type Answer, type Asked, notFound, type Route, route, WebError } from '../web/index.ts';
import { acceptEmbargo, chooseCredit, fileFor, followed, sayToTeam, sendFile, withdraw } from './follow.ts';
import { followPage } from './follow-page.tsx';
import { BOUNDS } from './report.ts';
import { credit } from './schemas.ts';

const PATH = '/my-report';

const model = Type.Object({
  reference: Type.String(),
  receivedAt: Type.String(),
  status: Type.String(),
  promised: Type.Union([Type.Null(), Type.Object({ what: Type.String(), until: Type.String() })]),
  embargo: Type.Union([Type.Null(), Type.Object({ end: Type.String(), asks: Type.Boolean() })]),
  report: Type.String(),
  messages: Type.Array(Type.Object({ at: Type.String(), own: Type.Boolean(), text: Type.String() })),
  files: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), size: Type.Integer() })),
  credit,
  creditName: Type.String(),
  mayCredit: Type.Boolean(),
  over: Type.Boolean(),
  open: Type.Boolean(),
});

const common = { act: 'report.follow', model, title: 'Your report' } as const;
const post = { ...common, method: 'POST', limit: 'write' } as const;

export const followRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'GET',
    path: PATH,
    scripts: ['times.js'],
    handle: async (asked) => {
      await lookedAt(asked.tx, by(asked).participant);
      return { model: await followed(asked.tx, asked.vault, by(asked)) };
    },
    page: followPage,
  }),
  route({
    ...post,
    path: `${PATH}/message`,
    body: Type.Object({ text: Type.String({ minLength: 1, maxLength: BOUNDS.what, pattern: '\\S' }) }),
    handle: async (asked) => {
      await sayToTeam(asked.tx, asked.vault, by(asked), asked.body.text.trim());
      return back(asked);
    },
  }),
  route({
    ...post,
    path: `${PATH}/accept`,
    handle: async (asked) => {
      await acceptEmbargo(asked.tx, asked.vault, by(asked));
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
      await sendFile(asked.tx, asked.vault, by(asked), file);
      return back(asked);
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: `${PATH}/files/:file`,
    params: Type.Object({ file: Type.String() }),
    handle: async (asked) => {
      const { name, bytes } = await fileFor(asked.tx, asked.vault, by(asked).caseId, asked.params.file);
      return { download: { name, bytes, mediaType: 'application/octet-stream' } };
    },
  }),
  route({
    ...post,
    path: `${PATH}/credit`,
    body: Type.Object({ credit, creditName: Type.Optional(Type.String({ maxLength: BOUNDS.creditName })) }),
    handle: async (asked) => {
      const wish = { credit: asked.body.credit, name: asked.body.creditName?.trim() };
      await chooseCredit(asked.tx, asked.vault, by(asked), wish);
      return back(asked);
    },
  }),
  route({
    ...post,
    path: `${PATH}/withdraw`,
    handle: async (asked) => {
      await withdraw(asked.tx, asked.vault, by(asked));
      return back(asked);
    },
  }),
];

type Any = Asked<unknown, unknown, unknown>;

function by({ principal }: Any): { caseId: string; participant: string } {
  if (principal.kind !== 'link' || principal.caseId === null) throw notFound();
  return { caseId: principal.caseId, participant: principal.subject };
}

async function back(asked: Any): Promise<Answer<Awaited<ReturnType<typeof followed>>>> {
  return { to: PATH, model: await followed(asked.tx, asked.vault, by(asked)) };
}
