/** What every network has in common. */
import { PostError } from './errors.ts';

export type NetworkName = 'mastodon' | 'bluesky' | 'matrix';

export interface Poster {
  readonly network: NetworkName;
  /** Where it posts, for people: a host. */
  readonly at: string;
  /** Characters, as the network counts them, beyond which it refuses a text. */
  readonly longest: number;
  /**
   * The https address of the post. Called again with the same key it gives the same, as it looks first whether the
   * post stands there. Throws {@link PostError}.
   */
  post(text: string, key: string): Promise<string>;
}

export interface PostOps {
  /** The standard's, https://fetch.spec.whatwg.org/ */
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  /** Milliseconds for one request. Default 30,000. */
  readonly timeout?: number;
}

/** Asked for each post; what it throws is told as `token`. */
export type Secret = () => string;

const KEY = /^[A-Za-z0-9._~-]{8,128}$/;

/** Throws `bad-post`. */
export function checkPost(text: string, key: string, longest: number): void {
  if (!KEY.test(key)) throw new PostError('bad-post', 'the key is none: 8 to 128 letters, digits, . _ ~ -');
  if (text.trim() === '') throw new PostError('bad-post', 'a text without words');
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.test(text))
    throw new PostError('bad-post', 'a control character in the text');
  if (text.length > 8 * longest) throw new PostError('bad-post', `a text of ${text.length} characters`);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a reader takes for one character. */
export function graphemesOf(text: string): number {
  return [...graphemes.segment(text)].length;
}

export interface LinkIn {
  readonly url: string;
  /** In the text, as it counts characters. */
  readonly from: number;
}

/** Addresses in a text, without the punctuation behind them. */
export function linksIn(text: string): LinkIn[] {
  return [...text.matchAll(/https:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]}]/g)].map((match) => ({
    url: match[0],
    from: match.index,
  }));
}
