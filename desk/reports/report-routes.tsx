/** Reporting: by the form, and by a program with the same words. */
import { encodeUtf8 } from 'cpansec/base';
import Type from 'typebox';
import { linkPath, typedAddress } from '../people/index.ts';
import { type Asked, notFound, type Route, route, type Upload, WebError } from '../web/index.ts';
import { formPage, receiptPage } from './form-page.tsx';
import type { ByMail, ReportOps } from './ops.ts';
import { reference } from './reference.ts';
import { BOUNDS, CREDIT, type Report } from './report.ts';
import { credit } from './schemas.ts';
import { takeReport } from './take.ts';

const MAX_FILES = 5;
const MAX_BODY = 52 * 1024 * 1024;

const text = (name: keyof typeof BOUNDS) => Type.Optional(Type.String({ maxLength: BOUNDS[name] }));

const answers = {
  where: Type.String({ minLength: 2, maxLength: BOUNDS.where, pattern: '\\S' }),
  what: Type.String({ minLength: 2, maxLength: BOUNDS.what, pattern: '\\S' }),
  versions: text('versions'),
  how: text('how'),
  impact: text('impact'),
  proof: text('proof'),
  known: text('known'),
  wish: text('wish'),
  credit: Type.Optional(credit),
  creditName: text('creditName'),
  address: Type.Optional(Type.String({ maxLength: 254 })),
  /** Nobody who sees the page fills this in. */
  website: Type.Optional(Type.String({ maxLength: 1000 })),
};

const KEY = '/openpgp-key.asc';

const formModel = Type.Object({
  byMail: Type.Union([
    Type.Null(),
    Type.Object({ address: Type.String(), fingerprint: Type.Union([Type.Null(), Type.String()]) }),
  ]),
  filled: Type.Record(Type.String(), Type.String()),
  problems: Type.Record(Type.String(), Type.String()),
  receipt: Type.Union([Type.Null(), Type.Object({ reference: Type.String(), link: Type.String() })]),
});

/** `byMail` is null where no mail comes in. */
export function reportRoutes(ops: ReportOps, byMail: ByMail | null): Route[] {
  const shown =
    byMail === null ? null : { address: byMail.address, fingerprint: byMail.key?.fingerprint ?? null };
  return [
    keyRoute(byMail),
    route({
      method: 'GET',
      path: '/report',
      act: 'desk.public',
      title: 'Report a vulnerability',
      model: formModel,
      handle: async () => ({ model: { byMail: shown, filled: {}, problems: {}, receipt: null } }),
      page: formPage,
    }),
    route({
      method: 'POST',
      path: '/report',
      act: 'report.make',
      title: 'Report a vulnerability',
      limit: 'report',
      maxBody: MAX_BODY,
      body: Type.Object(answers),
      model: formModel,
      handle: async (asked) => ({
        model: { byMail: shown, filled: {}, problems: {}, receipt: await made(asked, ops) },
      }),
      page: (model) => (model.receipt === null ? formPage(model) : receiptPage(model.receipt)),
      again: async ({ body }, problems) => ({
        byMail: shown,
        filled: body,
        problems: inWords(problems),
        receipt: null,
      }),
    }),
  ];
}

/** The key to seal a report with that comes by mail. */
function keyRoute(byMail: ByMail | null): Route {
  return route({
    method: 'GET',
    path: KEY,
    act: 'desk.public',
    title: 'The OpenPGP key of the desk',
    model: Type.Object({}),
    handle: async () => {
      if (byMail?.key == null) throw notFound();
      const bytes = encodeUtf8(byMail.key.armored);
      return { download: { name: 'openpgp-key.asc', bytes, mediaType: 'application/pgp-keys' } };
    },
  });
}

type Body = Readonly<Partial<Record<keyof typeof answers, string>>>;

async function made(
  asked: Asked<unknown, unknown, Body>,
  ops: ReportOps,
): Promise<{ reference: string; link: string }> {
  const { tx, vault, body, uploads, origin, principal, note } = asked;
  const address = typedAddress(body.address ?? '');
  const taken = await takeReport(tx, vault, {
    channel: principal.kind === 'member' && principal.scopes !== null ? 'api' : 'form',
    report: reportOf(body),
    person: { name: body.creditName?.trim() ?? '', address },
    files: filesOf(uploads),
  });
  // What a program filled in that fills in everything is kept apart, and answered like any other.
  if ((body.website ?? '') !== '') await ops.suspect(tx, taken.caseId);
  else await ops.received(tx, { caseId: taken.caseId, participant: taken.participant, address });
  note({ case: taken.caseId, files: uploads.length, alike: taken.alike.length });
  return { reference: reference(taken.caseId), link: `${origin}${linkPath(taken.secret ?? '')}` };
}

function reportOf(body: Body): Report {
  const answer = (name: keyof typeof answers): string => body[name]?.trim() ?? '';
  return {
    where: answer('where'),
    versions: answer('versions'),
    what: answer('what'),
    how: answer('how'),
    impact: answer('impact'),
    proof: answer('proof'),
    known: answer('known'),
    wish: answer('wish'),
    credit: CREDIT.find((word) => word === body.credit) ?? 'ask-later',
    creditName: answer('creditName') === '' ? null : answer('creditName'),
  };
}

function filesOf(uploads: readonly Upload[]): { name: string; bytes: Uint8Array }[] {
  if (uploads.length > MAX_FILES)
    throw new WebError('invalid', `At most ${MAX_FILES} files.`, { files: `At most ${MAX_FILES} files.` });
  return uploads.map(({ name, bytes }) => ({ name, bytes }));
}

/** What the schemas say of a field, as the form says it. */
function inWords(problems: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(problems).map(([name, words]) => [name, WORDS[name] ?? words]));
}

const WORDS: Readonly<Record<string, string>> = {
  where: 'Say where it is: the name of a distribution or module is enough.',
  what: 'Say in a sentence what it is.',
};
