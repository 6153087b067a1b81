/** One file from one of several mirrors, believed after a check alone. */
import { PlacedError } from '../base/index.ts';
import { TufError } from './errors.ts';
import type { FetchBytes } from './ops.ts';

export interface Asked<T> {
  /** Below the top of a mirror, as an address has it. */
  readonly path: string;
  /** Named in errors. */
  readonly file: string;
  /** Most bytes that are taken. */
  readonly limit: number;
  /** Throws for what cannot be believed. */
  readonly check: (bytes: Uint8Array) => T | Promise<T>;
}

/** What the first mirror has for which the check holds. Throws what was wrong at the first one. */
export async function fromMirrors<T>(mirrors: readonly FetchBytes[], asked: Asked<T>): Promise<T> {
  const wrong: TufError[] = [];
  for (const fetch of mirrors) {
    try {
      const bytes = await fetched(fetch, asked);
      if (bytes === null)
        throw new TufError('missing', `the mirror has no ${asked.path}`, { file: asked.file });
      return await asked.check(bytes);
    } catch (error) {
      if (!(error instanceof TufError)) throw error;
      wrong.push(error);
    }
  }
  throw wrong[0] ?? new TufError('unreachable', 'no mirror is known', { file: asked.file });
}

/** Null where the mirror says that nothing stands there. Throws `endless`, `stalled` and `unreachable`. */
export async function fetched(
  fetch: FetchBytes,
  { path, file, limit }: Pick<Asked<unknown>, 'path' | 'file' | 'limit'>,
): Promise<Uint8Array | null> {
  try {
    const bytes = await fetch(path, limit);
    if (bytes === null || bytes.length <= limit) return bytes;
    throw new TufError('endless', `more than ${limit} bytes at ${path}`, { file });
  } catch (cause) {
    if (cause instanceof TufError || !(cause instanceof PlacedError)) throw cause;
    if (cause.code === 'too-large')
      throw new TufError('endless', `more than ${limit} bytes at ${path}`, { file }, { cause });
    const code = cause.code === 'timeout' ? 'stalled' : 'unreachable';
    throw new TufError(code, cause.message, { file }, { cause });
  }
}
