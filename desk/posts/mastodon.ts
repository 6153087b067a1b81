/** Mastodon: https://docs.joinmastodon.org/methods/statuses/ */
import { array, object, type Shape, string } from 'cpansec/base';
import { ask, baseOf, secretOf } from './ask.ts';
import { PostError } from './errors.ts';
import { checkPost, graphemesOf, linksIn, type Poster, type PostOps, type Secret } from './poster.ts';

export interface MastodonAccount {
  /** `https://social.example.org` */
  readonly server: string;
  readonly token: Secret;
}

interface Status {
  readonly url: string;
  /** HTML. */
  readonly content: string;
}

/** Of an own account: the server shows no more at once. */
const LOOKED_AT = '40';
/** The default of servers; a link counts 23. */
const LONGEST = 500;
const LINK = 23;

const status: Shape<Status> = object({ url: string, content: string });

/** Throws `bad-config`. */
export function mastodon(account: MastodonAccount, ops: PostOps): Poster {
  const base = baseOf(account.server);
  return {
    network: 'mastodon',
    at: base.host,
    longest: LONGEST,
    async post(text, key) {
      checkPost(text, key, LONGEST);
      if (lengthOf(text) > LONGEST)
        throw new PostError('bad-post', `${lengthOf(text)} characters, at most ${LONGEST}`);
      const authorization = `Bearer ${secretOf(account.token)}`;
      // The server forgets a key after an hour: what stands there is looked at first.
      const there = (await ownStatuses(ops, base, authorization)).find(({ content }) =>
        sameText(content, text),
      );
      const posted = there ?? (await ask(ops, base, statusOf(text, key, authorization), status));
      return urlIn(posted);
    },
  };
}

function statusOf(text: string, key: string, authorization: string): Parameters<typeof ask>[2] {
  return {
    method: 'POST',
    path: ['api', 'v1', 'statuses'],
    headers: { authorization, 'idempotency-key': key },
    body: { status: text, visibility: 'public', language: 'en' },
  };
}

async function ownStatuses(ops: PostOps, base: URL, authorization: string): Promise<readonly Status[]> {
  const headers = { authorization };
  const own = await ask(
    ops,
    base,
    { method: 'GET', path: ['api', 'v1', 'accounts', 'verify_credentials'], headers },
    object({ id: string }),
  );
  const path = ['api', 'v1', 'accounts', own?.id ?? '', 'statuses'];
  const query = { limit: LOOKED_AT, exclude_replies: 'true', exclude_reblogs: 'true' };
  return (await ask(ops, base, { method: 'GET', path, query, headers }, array(status))) ?? [];
}

function urlIn(posted: Status | null): string {
  if (posted !== null && /^https?:\/\/\S{1,2000}$/.test(posted.url)) return posted.url;
  throw new PostError('reply', 'an answer without the address of the post', { mayHaveHappened: true });
}

function lengthOf(text: string): number {
  return linksIn(text).reduce((sum, { url }) => sum - graphemesOf(url) + LINK, graphemesOf(text));
}

/** The server's HTML of a plain text: breaks and paragraphs, links whose text is cut by marks, five entities. */
function sameText(html: string, text: string): boolean {
  const words = html
    .replace(/<br\s*\/?>|<\/p>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|#39|apos|amp);/g, (_, name: string) => ENTITIES.get(name) ?? '');
  return bare(words) === bare(text);
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['#39', "'"],
  ['apos', "'"],
  ['amp', '&'],
]);

function bare(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
