/** Where somebody says to which OpenPGP key the desk writes: a member, a participant, a reporter, a contact. */
import Type from 'typebox';
import type { ActName } from '../access/index.ts';
import { dropKey, proveKey } from '../people/index.ts';
import { type Answer, type Asked, type Route, route, WebError } from '../web/index.ts';
import { type KeyPageModel, keyPage } from './key-page.tsx';
import { offer, ownerOf, ownKey } from './own-key.ts';

const text = Type.String();
const WORDS = Type.Record(text, text);
const KEY = {
  fingerprint: text,
  userIds: Type.Array(text),
  algorithms: Type.Array(text),
  created: text,
  expires: Type.Union([text, Type.Null()]),
  state: Type.Enum(['good', 'expired', 'revoked', 'weak', 'cannot-encrypt']),
};
const model = Type.Object({
  address: Type.Boolean(),
  key: Type.Union([Type.Object(KEY), Type.Null()]),
  offered: Type.Union([Type.Object({ ...KEY, endsAt: text }), Type.Null()]),
  typed: WORDS,
  problems: WORDS,
});

/** Characters, and bytes of the form; a key may be as large as `parsePublicKey` takes. */
const MAX_KEY = 256 * 1024;
const MAX_BODY = 2 * MAX_KEY + 4096;

interface Place {
  readonly path: string;
  readonly reads: ActName;
  readonly writes: ActName;
  readonly back: string;
  readonly backLabel: string;
  /**
   * A member removes it with a passkey. Who comes by a link only can replace it: else whoever finds the link would
   * have the letters written in clear.
   */
  readonly removes: boolean;
  /** What may stand in the audit log: a fingerprint can be looked up, and a reporter has a pseudonym there. */
  readonly named: boolean;
}

const MEMBER: Place = {
  ...{ path: '/account/key', reads: 'key.own', writes: 'key.own' },
  ...{ back: '/account', backLabel: 'Back to the account', removes: true, named: true },
};
const PARTICIPANT: Place = {
  ...{ path: '/my-part/key', reads: 'part.read', writes: 'part.write' },
  ...{ back: '/my-part', backLabel: 'Back to your part', removes: false, named: false },
};
const REPORTER: Place = {
  ...{ path: '/my-report/key', reads: 'report.follow', writes: 'report.follow' },
  ...{ back: '/my-report', backLabel: 'Back to your report', removes: false, named: false },
};
const CONTACT: Place = {
  ...{ path: '/my-organisation/key', reads: 'organisation.own', writes: 'organisation.own' },
  ...{ back: '/my-organisation', backLabel: 'Back to your organisation', removes: false, named: false },
};

function routesOf(place: Place): Route[] {
  return [
    pageRoute(place),
    giveRoute(place),
    codeRoute(place),
    ...(place.removes ? [removeRoute(place)] : []),
  ];
}

type Any = Asked<unknown, unknown, unknown>;

async function shown({ tx, vault, principal }: Any): Promise<KeyPageModel> {
  const own = await ownKey(tx, vault, await ownerOf(tx, principal));
  return { ...own, typed: {}, problems: {} };
}

async function back(asked: Any, { path }: Place): Promise<Answer<KeyPageModel>> {
  return { to: path, model: await shown(asked) };
}

const post = { method: 'POST', model, limit: 'sign-in' } as const;

function pageRoute(place: Place): Route {
  return route({
    ...{ method: 'GET', path: place.path, act: place.reads, title: 'Your OpenPGP key', model },
    handle: async (asked) => {
      asked.note({ key: 'read' });
      return { model: await shown(asked) };
    },
    page: (own) => keyPage(own, place),
  });
}

function noted(asked: Any, { named }: Place, did: string, fingerprint: string | null): void {
  asked.note({ key: did, ...(named && fingerprint !== null ? { fingerprint } : {}) });
}

function giveRoute(place: Place): Route {
  return route({
    ...{ ...post, path: place.path, act: place.writes, title: 'Give an OpenPGP key', maxBody: MAX_BODY },
    body: Type.Object({ key: Type.Optional(Type.String({ maxLength: MAX_KEY })) }),
    handle: async (asked) => {
      const { tx, vault, principal, body, uploads, origin } = asked;
      const pasted = body.key?.trim() ?? '';
      const input = pasted === '' ? uploads[0]?.bytes : pasted;
      if (input === undefined) throw new WebError('invalid', NONE, { key: NONE });
      const link = `${origin}${place.path}`;
      noted(asked, place, 'offered', await offer(tx, vault, await ownerOf(tx, principal), input, link));
      return back(asked, place);
    },
    page: (own) => keyPage(own, place),
    again: async (asked, problems) => ({ ...(await shown(asked)), typed: asked.body, problems }),
  });
}

const NONE = 'Paste a public key, or choose a file with one.';

function codeRoute(place: Place): Route {
  return route({
    ...{ ...post, path: `${place.path}/code`, act: place.writes, title: 'Prove an OpenPGP key' },
    body: Type.Object({ code: Type.String({ maxLength: 40 }) }),
    handle: async (asked) => {
      const { tx, vault, principal, body } = asked;
      const { person } = await ownerOf(tx, principal);
      noted(asked, place, 'proved', await proveKey(tx, vault, person, body.code));
      return back(asked, place);
    },
    page: (own) => keyPage(own, place),
    again: async (asked, problems) => ({ ...(await shown(asked)), problems }),
  });
}

function removeRoute(place: Place): Route {
  return route({
    ...{ ...post, path: `${place.path}/remove`, act: place.writes, title: 'Remove an OpenPGP key' },
    handle: async (asked) => {
      const { tx, vault, principal } = asked;
      const { person } = await ownerOf(tx, principal);
      noted(asked, place, 'removed', await dropKey(tx, vault, person));
      return back(asked, place);
    },
  });
}

export const keyRoutes: readonly Route[] = [MEMBER, PARTICIPANT, REPORTER, CONTACT].flatMap(routesOf);
