/**
 * Package URLs (ECMA-427, https://github.com/package-url/purl-spec): `pkg:type/namespace/name@version?qualifiers#subpath`.
 *
 * Of the rules of types, `cpan`'s (as of 2026) are enforced whole: the name is a distribution and no module, the
 * namespace is an upper-case PAUSE id and optional, the `author` qualifier is preferred to it. Of other types only
 * the letter case is made canonical; what else is wrong with them is not ours to judge.
 */
import { compareText, quoteFound } from '../base/index.ts';
import { FormatError } from './errors.ts';

/** The parts of a package URL, percent-decoded; null where absent. */
export interface Purl {
  /** Lower case. */
  readonly type: string;
  /** Segments joined by `/`. */
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  /** By key, lower case and in code unit order; null when there are none. */
  readonly qualifiers: Readonly<Record<string, string>> | null;
  readonly subpath: string | null;
}

/** What {@link formatPurl} takes: absent, null and empty parts are the same. */
export interface PurlParts {
  readonly type: string | null;
  readonly namespace?: string | null | undefined;
  readonly name: string | null;
  readonly version?: string | null | undefined;
  readonly qualifiers?: Readonly<Record<string, string | null | undefined>> | null | undefined;
  readonly subpath?: string | null | undefined;
}

/** The longest package URL that is read. */
export const MAX_PURL_LENGTH = 16_384;

/** Where the standard's own definition of a type says that letters are lower case. */
const LOWER_NAMES =
  'alpm apk bitbucket bitnami brew composer deb github hex luarocks oci otp pub pypi vscode-extension';
const LOWER_NAMESPACES = 'alpm apk bitbucket brew composer deb github hex luarocks qpkg rpm vscode-extension';
const LOWER_VERSIONS = 'huggingface oci pypi vscode-extension';

const lowerNames = new Set(LOWER_NAMES.split(' '));
const lowerNamespaces = new Set(LOWER_NAMESPACES.split(' '));
const lowerVersions = new Set(LOWER_VERSIONS.split(' '));

/** Reads a package URL, canonical or not. Throws `purl`. */
export function parsePurl(text: string): Purl {
  if (text.length > MAX_PURL_LENGTH) refuse(text, `longer than ${MAX_PURL_LENGTH} characters`);
  if (/[^!-~]/.test(text)) refuse(text, 'it has white space, control or non-ASCII characters');
  const [beforeSubpath, subpath] = splitLast(text, '#');
  const [beforeQualifiers, qualifiers] = splitLast(beforeSubpath, '?');
  const scheme = /^pkg:\/*/i.exec(beforeQualifiers)?.[0];
  if (scheme === undefined) return refuse(text, 'it does not start with "pkg:"');
  const path = beforeQualifiers.slice(scheme.length);
  const slash = path.indexOf('/');
  if (slash < 0) return refuse(text, 'it has no type before a name');
  const type = path.slice(0, slash).toLowerCase();
  const [beforeVersion, version] = splitVersion(type, path.slice(slash + 1));
  const segments = beforeVersion.split('/').filter((segment) => segment !== '');
  // A name ends the path; only an npm scope may be unencoded after the last slash.
  if (segments.length === 0 || beforeVersion === '') refuse(text, 'it has no name');
  const name = segments.pop() ?? '';
  const decode = (part: string): string => percentDecode(part, text);
  return normalise(text, {
    type,
    namespace: segments.map(decode).map(wholeSegment(text)).join('/'),
    name: decode(name),
    version: decode(version),
    qualifiers: readQualifiers(text, qualifiers),
    subpath: subpathSegments(subpath.split('/').map(decode)).map(wholeSegment(text)).join('/'),
  });
}

/** The canonical text of the parts. Throws `purl`. */
export function formatPurl(parts: PurlParts): string {
  const shown = `${parts.type}/${parts.name}`;
  const purl = normalise(shown, parts);
  const encode = (text: string): string => percentEncode(text, shown);
  const path = [purl.type, ...(purl.namespace?.split('/').map(encode) ?? []), encode(purl.name)].join('/');
  const version = purl.version === null ? '' : `@${encode(purl.version)}`;
  const pairs = Object.entries(purl.qualifiers ?? {}).map(([key, value]) => `${key}=${encode(value)}`);
  const subpath = purl.subpath === null ? '' : `#${purl.subpath.split('/').map(encode).join('/')}`;
  return `pkg:${path}${version}${pairs.length === 0 ? '' : '?'}${pairs.join('&')}${subpath}`;
}

export interface CpanPurlOptions {
  /** PAUSE id of who uploaded it. Leave it out where a distribution is meant, whoever releases it. */
  readonly author?: string | undefined;
  /** Path below the root of a mirror: `authors/id/T/TI/TIMB/DBI-1.643.tar.gz`. */
  readonly distpath?: string | undefined;
}

/** `pkg:cpan/DBI@1.643`, with `?author=TIMB` where an author is given. Throws `purl`. */
export function cpanPurl(
  distribution: string,
  version?: string | null,
  options: CpanPurlOptions = {},
): string {
  const { author, distpath } = options;
  const plain = author === undefined && distpath === undefined && UNRESERVED.test(distribution);
  if (plain && UNRESERVED.test(version ?? '-')) return `pkg:cpan/${distribution}${at(version)}`;
  if (author !== undefined && !PAUSE_ID.test(author))
    refuse(distribution, `no PAUSE id: ${quoteFound(author)}`);
  return formatPurl({ type: 'cpan', name: distribution, version, qualifiers: { author, distpath } });
}

/** Characters that stand as they are wherever they stand: what nearly every name and version is made of. */
const UNRESERVED = /^[A-Za-z0-9._~-]+$/;

function at(version: string | null | undefined): string {
  return version === null || version === undefined ? '' : `@${version}`;
}

/** Who released it, by the `author` qualifier or the older namespace; null where neither says. */
export function purlAuthor(purl: Purl): string | null {
  return purl.qualifiers?.author ?? purl.namespace;
}

const PAUSE_ID = /^[A-Z][-A-Z0-9]*$/;

function normalise(text: string, parts: PurlParts): Purl {
  const type = (parts.type ?? '').toLowerCase();
  if (!/^[a-z][a-z0-9.-]*$/.test(type)) refuse(text, `no package type: ${quoteFound(parts.type ?? '')}`);
  const name = fold(lowerNames.has(type), stripSlashes(parts.name ?? ''));
  if (name === '') refuse(text, 'it has no name');
  const segments = (parts.namespace ?? '').split('/').filter((segment) => segment !== '');
  const subpath = subpathSegments((parts.subpath ?? '').split('/')).join('/');
  const purl: Purl = {
    type,
    namespace: fold(lowerNamespaces.has(type), segments.join('/')) || null,
    name: type === 'pypi' ? name.replaceAll('_', '-') : name,
    version: fold(lowerVersions.has(type), parts.version ?? '') || null,
    qualifiers: normaliseQualifiers(text, parts.qualifiers ?? {}),
    subpath: subpath || null,
  };
  if (type === 'cpan') checkCpan(text, purl);
  return purl;
}

/** purl-spec, types/cpan-definition.json. */
function checkCpan(text: string, { namespace, name }: Purl): void {
  if (name.includes('::')) refuse(text, `${quoteFound(name)} is a module; a cpan purl names a distribution`);
  if (/[\0- /\u007f]/.test(name)) refuse(text, `no distribution name: ${quoteFound(name)}`);
  if (namespace !== null && !PAUSE_ID.test(namespace)) {
    refuse(text, `the namespace of a cpan purl is an upper-case PAUSE id, not ${quoteFound(namespace)}`);
  }
}

function normaliseQualifiers(
  text: string,
  given: Readonly<Record<string, string | null | undefined>>,
): Record<string, string> | null {
  const result: Record<string, string> = {};
  const members = Object.entries(given).map(([key, value]) => [key.toLowerCase(), value ?? ''] as const);
  for (const [key, value] of members.sort(([a], [b]) => compareText(a, b))) {
    if (!/^[a-z][a-z0-9._-]*$/.test(key)) refuse(text, `no qualifier key: ${quoteFound(key)}`);
    if (Object.hasOwn(result, key)) refuse(text, `qualifier ${quoteFound(key)} twice`);
    if (value !== '') result[key] = value;
  }
  return Object.keys(result).length === 0 ? null : result;
}

function readQualifiers(text: string, query: string): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    if (equals < 0) refuse(text, `qualifier without a value: ${quoteFound(pair)}`);
    const key = pair.slice(0, equals).toLowerCase();
    if (found[key] !== undefined) refuse(text, `qualifier ${quoteFound(key)} twice`);
    found[key] = percentDecode(pair.slice(equals + 1), text);
  }
  return found;
}

/** An unencoded npm scope starts with the character that otherwise starts the version. */
function splitVersion(type: string, path: string): [before: string, version: string] {
  const at = path.lastIndexOf('@');
  return at <= 0 && type === 'npm' ? [path, ''] : splitLast(path, '@');
}

function splitLast(text: string, separator: string): [before: string, after: string] {
  const at = text.lastIndexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function subpathSegments(segments: readonly string[]): string[] {
  return segments.filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

function wholeSegment(text: string): (segment: string) => string {
  return (segment) => (segment.includes('/') ? refuse(text, 'a segment has an encoded slash') : segment);
}

function stripSlashes(text: string): string {
  let start = 0;
  let end = text.length;
  while (text[start] === '/') start++;
  while (end > start && text[end - 1] === '/') end--;
  return text.slice(start, end);
}

function fold(lower: boolean, text: string): string {
  return lower ? text.toLowerCase() : text;
}

function percentDecode(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    return refuse(text, `bad percent-encoding in ${quoteFound(part)}`, cause);
  }
}

/** ECMA-427, "Character encoding": unreserved characters and the colon stand as they are. */
function percentEncode(part: string, text: string): string {
  try {
    return encodeURIComponent(part)
      .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%3A', ':');
  } catch (cause) {
    return refuse(text, `half a surrogate pair in ${quoteFound(part)}`, cause);
  }
}

function refuse(text: string, problem: string, cause?: unknown): never {
  throw new FormatError('purl', `no package URL: ${quoteFound(text)}: ${problem}`, {}, { cause });
}
