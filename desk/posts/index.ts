/**
 * posts: short notices on social networks. Knows no case, and posts what it is given when it is called and never else.
 *
 *     const [poster] = readPosters('posts.json', { fetch, now: () => new Date(), secret: readSecretLine });
 *     await poster?.post('CVE-1900-1234 (Foo-Bar): … https://example.org/…', key);
 *     // 'https://social.example.org/@security/1'; called again with the same key: the same
 *
 * A {@link PostError} says whether the post may stand there all the same; to post again with the same key is safe, as
 * it is looked for first. https alone, but to this machine; no redirect is followed, every answer is bounded, and
 * tokens are read from their files for each post.
 *
 * Mastodon: https://docs.joinmastodon.org/methods/statuses/ · Bluesky: https://docs.bsky.app/ and
 * https://atproto.com/specs/ · Matrix: https://spec.matrix.org/
 */
export { type BlueskyAccount, bluesky } from './bluesky.ts';
export { type PostsOps, readPosters } from './config.ts';
export { PostError, type PostErrorCode } from './errors.ts';
export { type MastodonAccount, mastodon } from './mastodon.ts';
export { type MatrixRoom, matrix } from './matrix.ts';
export type { NetworkName, Poster, PostOps, Secret } from './poster.ts';
