/** The accounts that a desk posts by, as its operator describes them: docs/formats/posts-config.md */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { exact, JsonError, optional, parseJson, ShapeError, string } from 'cpansec/base';
import { bluesky } from './bluesky.ts';
import { PostError } from './errors.ts';
import { mastodon } from './mastodon.ts';
import { matrix } from './matrix.ts';
import type { Poster, PostOps } from './poster.ts';

export interface PostsOps extends PostOps {
  /** The first line of a file that its owner alone may read. */
  readonly secret: (path: string) => string;
}

const MAX_LENGTH = 64 * 1024;

const configShape = exact({
  mastodon: optional(exact({ server: string, tokenFile: string })),
  bluesky: optional(exact({ server: string, handle: string, passwordFile: string, web: optional(string) })),
  matrix: optional(exact({ server: string, room: string, tokenFile: string })),
});

/** One for each network that is described; none is asked yet. Throws `bad-config`. */
export function readPosters(path: string, ops: PostsOps): readonly Poster[] {
  const secret = (file: string) => () => ops.secret(resolve(dirname(path), file));
  const { mastodon: masto, bluesky: sky, matrix: room } = configOf(path);
  return [
    ...(masto === undefined ? [] : [mastodon({ ...masto, token: secret(masto.tokenFile) }, ops)]),
    ...(sky === undefined ? [] : [bluesky({ ...sky, password: secret(sky.passwordFile) }, ops)]),
    ...(room === undefined ? [] : [matrix({ ...room, token: secret(room.tokenFile) }, ops)]),
  ];
}

function configOf(path: string): ReturnType<typeof configShape> {
  try {
    return configShape(parseJson(readFileSync(path, 'utf8'), { maxLength: MAX_LENGTH }));
  } catch (cause) {
    if (cause instanceof ShapeError || cause instanceof JsonError)
      throw new PostError('bad-config', cause.message, { cause });
    throw new PostError('bad-config', 'the configuration of posts cannot be read', { cause });
  }
}
