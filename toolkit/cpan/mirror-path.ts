/**
 * Paths below the top of a CPAN mirror. What stands here leads nowhere else, on a disk or in an address: its parts
 * are characters that stand for themselves in an address (RFC 3986 `pchar` without `%`), none begins with a dot, and
 * the first has no colon (4.2), so that it is no scheme.
 */

/** Longest path, in characters. */
export const MAX_MIRROR_PATH = 500;

const MIRROR_PATH = /^(?!\/|[^/]*:)(?:(?:^|\/)[A-Za-z0-9\-_~!$&'()*+,;=:@][A-Za-z0-9\-._~!$&'()*+,;=:@]*)+$/;
/** `authors/id/A/AB/ABC/`. */
const AUTHOR = /^authors\/id\/([A-Z])\/(\1[A-Z])\/(\2[-A-Z0-9]{0,18})\//;

/** A file in an author's directory or below it. */
export interface AuthorFile {
  /** The PAUSE id. */
  readonly author: string;
  /** With a slash at its end: `authors/id/A/AB/ABC/sub/`. */
  readonly directory: string;
  readonly name: string;
}

/** Whether this is the path of a file below the top of a mirror. */
export function isMirrorPath(path: string): boolean {
  return path.length <= MAX_MIRROR_PATH && MIRROR_PATH.test(path);
}

/** Takes `authors/id/A/AB/ABC/Foo-1.0.tar.gz` apart; null for what is no such path. */
export function authorFile(path: string): AuthorFile | null {
  const [, , , author] = AUTHOR.exec(path) ?? [];
  if (author === undefined || !isMirrorPath(path)) return null;
  const slash = path.lastIndexOf('/') + 1;
  return { author, directory: path.slice(0, slash), name: path.slice(slash) };
}

/** Where a file stands on a mirror, when its path on a disk or its address ends in that; null else. */
export function mirrorPathIn(place: string): string | null {
  const [, path = ''] = /^(?:.*\/)?(authors\/id\/.*)$/s.exec(place) ?? [];
  return authorFile(path) === null ? null : path;
}

/**
 * The path that somebody typed or pasted: as it stands below a mirror, as the end of an address, or as indexes and
 * lock files have it, `A/AB/ABC/Foo-1.0.tar.gz`. Null for none.
 */
export function typedMirrorPath(text: string): string | null {
  const typed = text.trim();
  const found = mirrorPathIn(typed) ?? mirrorPathIn(`authors/id/${typed}`);
  return found ?? (isMirrorPath(typed) ? typed : null);
}
