/** Matrix: https://spec.matrix.org/latest/client-server-api/#sending-events-to-a-room */
import { anything, array, object, optional, record, string } from 'cpansec/base';
import { ask, baseOf, secretOf } from './ask.ts';
import { PostError } from './errors.ts';
import { checkPost, type Poster, type PostOps, type Secret } from './poster.ts';

export interface MatrixRoom {
  /** Of the account: `https://matrix.example.org` */
  readonly server: string;
  /** `!abc:example.org` */
  readonly room: string;
  readonly token: Secret;
}

/** An event has at most 64 KiB with all that the servers add. */
const LONGEST = 10_000;
const LOOKED_AT = '100';
/** Of an event of ours: the key it was posted by. */
const KEY = 'org.cpansec.key';

const event = object({ event_id: string });
const messages = object({
  chunk: array(object({ event_id: string, sender: string, content: optional(record(anything)) })),
});

/** A notice, in plain text. Throws `bad-config`. */
export function matrix({ server, room, token }: MatrixRoom, ops: PostOps): Poster {
  const base = baseOf(server);
  if (!/^![^\s:]{1,200}(?::[A-Za-z0-9.:[\]-]{1,200})?$/.test(room))
    throw new PostError('bad-config', 'the room is none');
  return {
    network: 'matrix',
    at: base.host,
    longest: LONGEST,
    async post(text, key) {
      checkPost(text, key, LONGEST);
      if (text.length > LONGEST)
        throw new PostError('bad-post', `${text.length} characters, at most ${LONGEST}`);
      const headers = { authorization: `Bearer ${secretOf(token)}` };
      const id =
        (await standing(ops, base, room, key, headers)) ?? (await send(ops, base, room, text, key, headers));
      return `https://matrix.to/#/${encodeURIComponent(room)}/${encodeURIComponent(id)}`;
    },
  };
}

type Headers = Readonly<Record<string, string>>;

const below = (...path: string[]): string[] => ['_matrix', 'client', 'v3', ...path];

/** Servers forget the key of a request in time: what we posted last is looked at first. */
async function standing(
  ops: PostOps,
  base: URL,
  room: string,
  key: string,
  headers: Headers,
): Promise<string | null> {
  const who = { method: 'GET', path: below('account', 'whoami'), headers } as const;
  const own = await ask(ops, base, who, object({ user_id: string }));
  const query = { dir: 'b', limit: LOOKED_AT };
  const last = { method: 'GET', path: below('rooms', room, 'messages'), query, headers } as const;
  const found = await ask(ops, base, last, messages);
  const mine = found?.chunk.find(({ sender, content }) => sender === own?.user_id && content?.[KEY] === key);
  return mine?.event_id ?? null;
}

async function send(
  ops: PostOps,
  base: URL,
  room: string,
  text: string,
  key: string,
  headers: Headers,
): Promise<string> {
  const path = below('rooms', room, 'send', 'm.room.message', key);
  const body = { msgtype: 'm.notice', body: text, [KEY]: key };
  const sent = await ask(ops, base, { method: 'PUT', path, headers, body }, event);
  return sent?.event_id ?? '';
}
