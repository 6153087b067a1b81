import { IoError, ioError } from './errors.ts';

/**
 * What xz packed, with dictionaries to 64 MiB (`xz -9`). Checksums are checked, those by SHA-256 excepted; one
 * stream is read. Throws `bad-archive`.
 */
export async function* unxz(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const { default: xz } = await import('xz-decompress');
  const feed = new Feed(source);
  const reader = new xz.XzReadableStream(feed.stream).getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      if (value.length > 0) yield value;
    }
  } catch (cause) {
    ended = true;
    if (feed.failure !== undefined) throw ioError(feed.failure, 'read', 'xz data');
    const problem = feed.dry ? 'xz data is cut short' : 'xz data is damaged';
    throw new IoError('bad-archive', problem, {}, { cause });
  } finally {
    // The library unpacks one stream at a time: one that is left open would stop all that follow.
    if (!ended) await reader.cancel();
    await feed.close();
  }
}

/** An iterable as the web stream that the library wants. */
class Feed {
  readonly stream: ReadableStream<Uint8Array>;
  /** What the source threw. */
  failure: unknown;
  /** Whether the source has ended. */
  dry = false;
  readonly #chunks: AsyncIterator<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
    this.stream = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const chunk = await this.#next();
        if (chunk === null) controller.close();
        else controller.enqueue(chunk);
      },
    });
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#chunks.next();
      this.dry = done === true;
      return done === true ? null : value;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
