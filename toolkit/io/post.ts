import { IoError } from './errors.ts';
import { parseAddress } from './fetch.ts';
import { readStream } from './read-stream.ts';
import { type NetOptions, post } from './request.ts';

/** An answer, whatever its status. */
export interface Posted {
  readonly status: number;
  /** As it was sent; empty when there was none. */
  readonly contentType: string;
  /** What is no UTF-8 in it is replaced. */
  readonly body: string;
}

/**
 * Sends text by POST to an http or https address, redirects not followed: `timeoutMs` is for the whole, `limit` the
 * most bytes of an answer. Throws `bad-address`, `timeout`, `no-connection`, `bad-certificate`, `bad-proxy`,
 * `too-large`.
 */
export function nodePost(
  net: Omit<NetOptions, 'timeout'>,
): (url: string, body: string, options: { timeoutMs: number; limit: number }) => Promise<Posted> {
  return async (url, body, { timeoutMs, limit }) => {
    const address = parseAddress(url);
    if (address.protocol === 'file:') throw new IoError('bad-address', `${url} is no http or https address`);
    const late = AbortSignal.timeout(timeoutMs);
    const signal = net.signal === undefined ? late : AbortSignal.any([net.signal, late]);
    try {
      return await posted(address, body, { ...net, timeout: timeoutMs, signal }, limit);
    } catch (cause) {
      if (!late.aborted) throw cause;
      throw new IoError('timeout', `${address.host} did not answer within ${timeoutMs} ms`, {}, { cause });
    }
  };
}

async function posted(url: URL, text: string, options: NetOptions, limit: number): Promise<Posted> {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  const answer = await post(url, Buffer.from(text), headers, options);
  try {
    const bytes = await readStream(answer.body, limit, url.href);
    const body = new TextDecoder().decode(bytes);
    return { status: answer.status, contentType: answer.headers['content-type'] ?? '', body };
  } finally {
    answer.close();
  }
}
