/**
 * What the path of a CPAN archive tells: author, distribution, version, maturity. The guesses are those of
 * CPAN::DistnameInfo 0.12 as its repository stands (288a43b), by which PAUSE, MetaCPAN and the CPAN clients
 * name distributions. Every step is linear in the length of the path.
 */

/** The fields of CPAN::DistnameInfo; null where it has undef. */
export interface DistInfo {
  /** The path that was asked about. */
  readonly path: string;
  /** The path below the author's directory; the whole path where there is none. */
  readonly filename: string;
  /** `tar.gz` and the like as written, without its dot; null for what is no archive. */
  readonly extension: string | null;
  /** The PAUSE id in `A/AB/ABC/…`. */
  readonly cpanid: string | null;
  readonly dist: string | null;
  /** As written in the file name: `1.02`, `v1.2.3`, `1.02_01`, `0.5beta`; null for none. */
  readonly version: string | null;
  /** The file name without its extension. */
  readonly distvname: string | null;
  /** `developer` for a version with an underscore, TRIAL, and the odd perls. */
  readonly maturity: 'released' | 'developer';
}

const AUTHOR_DIRECTORY = /^(?:(?:(?:[^\n]*?\/)?authors\/)?id\/)?([A-Z])\/(\1[A-Z])\/(\2[-A-Z0-9]*)\//;
/** As perl's `$`, a line feed may follow the end. */
const EXTENSION = /\.(tar\.(?:g?z|bz2|xz)|zip|tgz)(?=\n?$)/i;

/**
 * Nine paths of ten, which need none of the guesses below: words that begin with a letter (not like `v1`), then
 * a version of digits and dots. A lock file's names are most of what reading it costs in a cold process.
 */
const USUAL =
  /^([A-Z])\/(\1[A-Z])\/(\2[-A-Z0-9]*)\/((?!perl-)((?:(?![vV](?:\d|-))[A-Za-z][A-Za-z0-9]*[-_])*(?![vV](?:\d|-))[A-Za-z][A-Za-z0-9]*-)(v?\d+(?:\.\d+)*))\.(tar\.gz|tgz|zip)$/;

/** Reads a path of an archive, relative to anything. Never throws. */
export function distInfo(path: string): DistInfo {
  const usual = USUAL.exec(path);
  if (usual === null) return guessed(path);
  return {
    path,
    filename: path.slice(path.lastIndexOf('/') + 1),
    extension: usual[7] ?? null,
    cpanid: usual[3] ?? null,
    dist: usual[5]?.slice(0, -1) ?? null,
    version: usual[6] ?? null,
    distvname: usual[4] ?? null,
    maturity: 'released',
  };
}

function guessed(path: string): DistInfo {
  const clean = path.replace(/\/{2,}/g, '/');
  const author = AUTHOR_DIRECTORY.exec(clean);
  const { distvname, extension } = archiveName(clean);
  const { dist, version, developer } = splitName(distvname ?? '');
  return {
    path,
    filename: clean.slice(author?.[0].length ?? 0),
    extension,
    cpanid: author?.[3] ?? null,
    dist,
    version,
    distvname,
    maturity: developer ? 'developer' : 'released',
  };
}

function archiveName(path: string): { distvname: string | null; extension: string | null } {
  const found = EXTENSION.exec(path);
  const start = path.lastIndexOf('/', found?.index) + 1;
  if (found === null || start >= found.index) return { distvname: null, extension: null };
  return { distvname: path.slice(start, found.index), extension: found[1] ?? null };
}

interface Split {
  readonly dist: string | null;
  readonly version: string | null;
  readonly developer: boolean;
}

/** `distname_info` of CPAN::DistnameInfo. */
function splitName(name: string): Split {
  if (name === '' || name === '0') return { dist: null, version: null, developer: false };
  const end = /[^\0-\x7f]/.test(name) ? 0 : nameEnd(name);
  if (end === 0) return { dist: name, version: null, developer: false };
  const parts = numberedTail(namedVersion(name.slice(0, end), name.slice(end)));
  const version = parts.version.replace(/\d\.\d/.test(parts.version) ? /^[-_.]+/ : /^[-_]+/, '');
  if (version === '') return { dist: parts.dist, version: null, developer: false };
  return { dist: parts.dist, ...maturity(name, version) };
}

interface Parts {
  readonly dist: string;
  readonly version: string;
}

/**
 * Where the distribution's name ends: at the last letter before something else, or digit before a hyphen, of
 * the words that `-`, `+` and `.` join. The letter of `-v1` is the version's.
 */
function nameEnd(name: string): number {
  let end = 0;
  let at = 0;
  do {
    while (isJoin(name.charAt(at))) at++;
    const before = end;
    while (isNameChar(name, at)) if (isWordEnd(name, ++at)) end = at;
    if (end === before) return end;
  } while (end === at && isJoin(name.charAt(at)));
  return end;
}

function isJoin(char: string): boolean {
  return char === '-' || char === '+' || char === '.';
}

function isNameChar(name: string, at: number): boolean {
  const char = name.charAt(at);
  if (isLetter(char) || isDigit(char)) return true;
  if (char !== '_') return false;
  // An underscore between digits is a version's.
  return (at > 0 && !isDigit(name.charAt(at - 1))) || (at + 1 < name.length && !isDigit(name.charAt(at + 1)));
}

function isWordEnd(name: string, end: number): boolean {
  const last = name.charAt(end - 1);
  if (isDigit(last)) return name.charAt(end) === '-';
  if (!isLetter(last) || isLetter(name.charAt(end))) return false;
  return !((last === 'v' || last === 'V') && end > 1 && '._-'.includes(name.charAt(end - 2)));
}

function isLetter(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z');
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

/** Moves what belongs to the name from the rest to the name. */
function namedVersion(name: string, rest: string): Parts {
  let dist = rest === '' ? name.replace(/-undef$/, '') : name;
  let version = rest.replace(/-withoutworldwriteables(?=\n?$)/, '');
  // Unicode-Collate-Standard-V3_1_1-0.1
  const standard = /^(-[Vv][^\n]*)-(\d[^\n]*)/.exec(version);
  if (standard !== null) {
    dist += standard[1];
    version = standard[2] ?? '';
  }
  // Task-Deprecations5_14-1.00, but not libao-perl_0.03-1
  const numbered = underscoreThenNumber(version);
  if (numbered !== null) {
    dist += numbered.dist;
    version = numbered.version;
  }
  return { dist: dist.replace(/\.pm$/, ''), version };
}

/** `/(.+_.*)-(\d.*)/`, which would be cubic on hostile names. */
function underscoreThenNumber(version: string): Parts | null {
  for (const line of version.split('\n')) {
    const underscore = line.indexOf('_', 1);
    if (underscore < 0) continue;
    let hyphen = line.lastIndexOf('-');
    while (hyphen > underscore && !isDigit(line.charAt(hyphen + 1)))
      hyphen = line.lastIndexOf('-', hyphen - 1);
    if (hyphen > underscore) return { dist: line.slice(0, hyphen), version: line.slice(hyphen + 1) };
  }
  return null;
}

/** `Foo-10a` and the number of `Foo-b1`. */
function numberedTail({ dist, version }: Parts): Parts {
  const tail =
    version === '' ? /-(\d+\w)$/.exec(dist) : /^\d+(?=\n?$)/.test(version) ? /-(\w+)$/.exec(dist) : null;
  if (tail === null) return { dist, version };
  const moved = { dist: dist.slice(0, tail.index), version: `${tail[1]}${version}` };
  return version === '' ? numberedTail(moved) : moved;
}

const PERL = /^perl-?\d+\.(\d+)(?:\D(\d+))?(-(?:TRIAL|RC)\d+)?(?=\n?$)/;

function maturity(name: string, version: string): { version: string; developer: boolean } {
  const perl = PERL.exec(name);
  if (perl !== null) {
    const [, minor = '', patch = '', candidate] = perl;
    const odd = Number(minor) > 6 && /[13579]$/.test(minor);
    return { version, developer: odd || Number(patch) >= 50 || candidate !== undefined };
  }
  if (/\d\D\d+_\d/.test(version)) return { version, developer: true };
  const released = version.replace(/-TRIAL\d*(?=\n?$)/, '');
  return { version: released, developer: released !== version };
}
