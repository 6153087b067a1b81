/** Bluesky: https://docs.bsky.app/docs/api/com-atproto-repo-put-record */
import { object, type Shape, string } from 'cpansec/base';
import { ask, baseOf, secretOf } from './ask.ts';
import { PostError } from './errors.ts';
import { checkPost, graphemesOf, linksIn, type Poster, type PostOps, type Secret } from './poster.ts';
import { recordKey } from './record-key.ts';

export interface BlueskyAccount {
  /** Where its data is kept: `https://pds.example.org` */
  readonly server: string;
  /** `security.example.org` */
  readonly handle: string;
  /** An app password. */
  readonly password: Secret;
  /** Where posts are read. Default `https://bsky.app`. */
  readonly web?: string;
}

/** Graphemes. */
const LONGEST = 300;
const COLLECTION = 'app.bsky.feed.post';

interface Session {
  readonly accessJwt: string;
  readonly did: string;
}

const session: Shape<Session> = object({ accessJwt: string, did: string });
const record = object({ uri: string });

/** Throws `bad-config`. */
export function bluesky(account: BlueskyAccount, ops: PostOps): Poster {
  const base = baseOf(account.server);
  const web = baseOf(account.web ?? 'https://bsky.app');
  if (!/^[a-zA-Z0-9.-]{3,253}$/.test(account.handle)) throw new PostError('bad-config', 'the handle is none');
  return {
    network: 'bluesky',
    at: base.host,
    longest: LONGEST,
    async post(text, key) {
      checkPost(text, key, LONGEST);
      const length = graphemesOf(text);
      if (length > LONGEST) throw new PostError('bad-post', `${length} characters, at most ${LONGEST}`);
      const rkey = recordKey(key);
      const own = await signIn(account, ops, base);
      const there = await standing(ops, base, own, rkey);
      if (!there) await put(ops, base, own, rkey, text);
      return new URL(`profile/${own.did}/post/${rkey}`, web).href;
    },
  };
}

async function signIn({ handle, password }: BlueskyAccount, ops: PostOps, base: URL): Promise<Session> {
  const body = { identifier: handle, password: secretOf(password) };
  const path = ['xrpc', 'com.atproto.server.createSession'];
  const found = await ask(ops, base, { method: 'POST', path, body, reads: true }, session);
  if (
    found === null ||
    !/^did:[a-z]+:[A-Za-z0-9._:%-]{1,300}$/.test(found.did) ||
    !/^[\x21-\x7e]+$/.test(found.accessJwt)
  )
    throw new PostError('reply', 'a session of no account');
  return found;
}

/** Whether it stands there already. */
async function standing(
  ops: PostOps,
  base: URL,
  { accessJwt, did }: Session,
  rkey: string,
): Promise<boolean> {
  const query = { repo: did, collection: COLLECTION, rkey };
  const headers = { authorization: `Bearer ${accessJwt}` };
  const what = { method: 'GET', path: ['xrpc', 'com.atproto.repo.getRecord'], query, headers } as const;
  return (await ask(ops, base, what, record, (_, error) => error === 'RecordNotFound')) !== null;
}

async function put(
  ops: PostOps,
  base: URL,
  { accessJwt, did }: Session,
  rkey: string,
  text: string,
): Promise<void> {
  const what = {
    method: 'POST',
    path: ['xrpc', 'com.atproto.repo.putRecord'],
    headers: { authorization: `Bearer ${accessJwt}` },
    // Null: it must not stand there.
    body: { repo: did, collection: COLLECTION, rkey, swapRecord: null, record: postOf(text, ops.now()) },
  } as const;
  await ask(ops, base, what, record, (_, error) => error === 'InvalidSwap');
}

function postOf(text: string, now: Date): object {
  const bytes = (part: string): number => new TextEncoder().encode(part).length;
  const facets = linksIn(text).map(({ url, from }) => ({
    index: { byteStart: bytes(text.slice(0, from)), byteEnd: bytes(text.slice(0, from + url.length)) },
    features: [{ $type: 'app.bsky.richtext.facet#link', uri: url }],
  }));
  return { $type: COLLECTION, text, facets, langs: ['en'], createdAt: now.toISOString() };
}
