/**
 * Where perls keep their libraries, found by reading and never by running: each perl's `Config.pm` stands at a
 * place that its packager chose, and says where the rest is.
 */
import { compareText } from '../base/index.ts';
import { readText } from './file-text.ts';
import type { Unexamined } from './inventory.ts';
import type { Files } from './ops.ts';
import { configVersion, type PerlConfig, parsePerlConfig, perlDirectories } from './perl-config.ts';
import { printable, unreadable } from './reasons.ts';

/** Directories that belong together, in the order in which perl searches them. */
export interface TreePlan {
  readonly kind: 'core' | 'vendor' | 'site' | 'local';
  readonly paths: readonly string[];
}

/** A perl and its `@INC`; or directories whose perl is not known. */
export interface PerlPlan {
  readonly version: string | null;
  /** Where the version was read. */
  readonly file: string;
  readonly trees: readonly TreePlan[];
}

/** Directories with a perl's own Config.pm: Linux distributions, then installations from source, then macOS. */
const CONFIG_PLACES = [
  '/usr/lib/*/perl/5.*', // Debian
  '/usr/lib/*/perl-base',
  '/usr/lib64/perl5', // Fedora
  '/usr/lib/perl5',
  '/usr/lib*/perl5/5.*/*', // openSUSE, Gentoo, Slackware, Arch
  '/usr/lib/perl5/core_perl', // Alpine
  '/usr/local/lib/perl5/5.*/*', // make install; FreeBSD
  '/usr/local/lib64/perl5',
  '/usr/pkg/lib/perl5/5.*/*', // NetBSD
  '/opt/*/lib/5.*/*',
  '/opt/*/lib/perl5/5.*/*',
  '/opt/perlbrew/perls/*/lib/5.*/*',
  '/opt/homebrew/Cellar/perl/*/lib/perl5/5.*/*',
  '/usr/local/Cellar/perl/*/lib/perl5/5.*/*',
  '/System/Library/Perl/5.*/*',
];
/** The same below a home directory. */
const HOME_CONFIG_PLACES = [
  'perl5/perlbrew/perls/*/lib/5.*/*',
  'perl5/perlbrew/perls/*/lib/perl5/5.*/*',
  '.plenv/versions/*/lib/perl5/5.*/*',
  '.asdf/installs/perl/*/lib/perl5/5.*/*',
  '.local/share/mise/installs/perl/*/lib/perl5/5.*/*',
];
/** Libraries of a system whose perl is not there: an image that only carries modules. */
const LIBRARY_PLACES: readonly TreePlan[] = [
  { kind: 'site', paths: ['/usr/local/lib/*/perl/5.*', '/usr/local/share/perl/5.*'] },
  { kind: 'site', paths: ['/usr/local/lib*/perl5', '/usr/local/share/perl5', '/usr/local/lib/site_perl'] },
  { kind: 'vendor', paths: ['/usr/lib/*/perl5/5.*', '/usr/share/perl5'] },
];

const MAX_PLACES = 2000;
const MAX_CONFIG = 4 * 1024 * 1024;

export interface PerlsFound {
  readonly perls: readonly PerlPlan[];
  readonly unexamined: readonly Unexamined[];
}

/** Every perl at a usual place, and the `local::lib` of each home. Homes may hold `*`: `/home/*`. */
export function findPerls(files: Files, homes: readonly string[]): PerlsFound {
  const unexamined: Unexamined[] = [];
  const inHomes = homes.flatMap((home) => HOME_CONFIG_PLACES.map((place) => `${home}/${place}`));
  const places = [...CONFIG_PLACES, ...inHomes].flatMap((pattern) => expand(files, pattern));
  const perls = new Map<string, PerlPlan>();
  for (const place of places.slice(0, MAX_PLACES)) {
    const plan = readPlan(files, place, unexamined);
    const identity = JSON.stringify([plan?.version, plan?.trees]);
    if (plan !== null && !perls.has(identity)) perls.set(identity, plan);
  }
  const found = [...perls.values()].sort((a, b) => compareText(a.file, b.file));
  const libraries = [...homes.flatMap((home) => localPlans(files, home)), ...found];
  return { perls: found.length > 0 ? libraries : [...libraries, ...systemPlans(files)], unexamined };
}

function localPlans(files: Files, home: string): PerlPlan[] {
  const paths = expand(files, `${home}/perl5/lib/perl5`);
  return paths.map((path) => ({ version: null, file: path, trees: [{ kind: 'local', paths: [path] }] }));
}

function systemPlans(files: Files): PerlPlan[] {
  const trees = LIBRARY_PLACES.map(({ kind, paths }) => ({
    kind,
    paths: paths.flatMap((path) => expand(files, path)),
  })).filter(({ paths }) => paths.length > 0);
  return trees.length === 0 ? [] : [{ version: null, file: '/', trees }];
}

/** Directories that the pattern names; a `*` stands for any text within one name. */
export function expand(files: Files, pattern: string): string[] {
  let paths = [''];
  for (const part of pattern.split('/').slice(1)) {
    paths = paths.flatMap((path) =>
      part.includes('*')
        ? namesLike(files, path, part).map((name) => `${path}/${name}`)
        : [`${path}/${part}`],
    );
    paths = paths.filter((path) => isDirectory(files, path)).slice(0, MAX_PLACES);
  }
  return paths;
}

function namesLike(files: Files, path: string, pattern: string): string[] {
  const [start = '', end = ''] = pattern.split('*');
  const names = quietly(() => files.list(path === '' ? '/' : path), []).map(({ name }) => name);
  return names.filter(
    (name) => name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end),
  );
}

export function isDirectory(files: Files, path: string): boolean {
  return quietly(() => files.kind(path), null) === 'directory';
}

/** What may not be looked at while searching is as good as absent; a place that matters is read again. */
function quietly<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

function readPlan(files: Files, directory: string, unexamined: Unexamined[]): PerlPlan | null {
  const file = `${directory}/Config.pm`;
  try {
    const config = readConfig(files, directory);
    const version = config === null ? null : configVersion(config);
    if (config === null || version === null) return null;
    return { version, file: files.real(file) ?? file, trees: treesOf(files, config, directory) };
  } catch (error) {
    unexamined.push(unreadable(printable(file), error));
    return null;
  }
}

/** The settings of the perl whose architecture's library this is; null when it is of none. Throws as read. */
export function readConfig(files: Files, directory: string): PerlConfig | null {
  const file = `${directory}/Config.pm`;
  if (files.kind(file) !== 'file') return null;
  const texts = [`${directory}/Config_heavy.pl`, file].filter((path) => files.kind(path) === 'file');
  return parsePerlConfig(...texts.map((path) => readText(files, path, MAX_CONFIG)));
}

function treesOf(files: Files, config: PerlConfig, directory: string): TreePlan[] {
  const { site, vendor, core, other } = perlDirectories(config);
  const base = debianBase(core[0] ?? '');
  const isDebian = base !== null && isDirectory(files, base);
  const here = core.some((path) => mayBeDirectory(files, path)) ? core : [directory, parent(directory)];
  const plans: TreePlan[] = [
    { kind: 'site', paths: isDebian ? ['/etc/perl'] : [] },
    { kind: 'site', paths: site },
    { kind: 'vendor', paths: vendor },
    { kind: 'core', paths: isDebian ? [base, ...here] : here },
    ...other.map((path) => ({ kind: 'site' as const, paths: [path] })),
    { kind: 'site', paths: isDebian ? ['/usr/local/lib/site_perl'] : [] },
  ];
  return plans
    .map(({ kind, paths }) => ({ kind, paths: paths.filter((path) => mayBeDirectory(files, path)) }))
    .filter(({ paths }) => paths.length > 0);
}

/** Debian keeps what its package perl-base needs beside the architecture's library, and searches it first. */
function debianBase(archlib: string): string | null {
  return /\/perl\/5\.[^/]*$/.test(archlib) ? archlib.replace(/\/perl\/[^/]*$/, '/perl-base') : null;
}

/** False only for what is certainly none: a directory that may not be looked at is reported when it is walked. */
export function mayBeDirectory(files: Files, path: string): boolean {
  return quietly(() => files.kind(path), 'directory') === 'directory';
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
