/**
 * CPANSA's two JSON files: the database that CPAN::Audit reads (`cpan-security-advisory.json`, the same data as
 * CPANSA::DB, https://github.com/briandfoy/cpan-security-advisory) and the feed that MetaCPAN and Test::CVE read
 * (https://github.com/CPAN-Security/cpansa-feed). Neither has a specification; `docs/formats/cpansa-feed.md` says
 * what their readers make of them.
 *
 * Both are written member by member: whoever keeps the text of each distribution joins the whole from them.
 * Reading checks the outer structure only, because rows of the real database come in every shape; the importer of
 * the advisories room judges them.
 */
import { compareText, type Json, parseJson } from '../base/index.ts';
import type { ReadOptions } from './document.ts';
import { FormatError } from './errors.ts';

export interface CpansaDatabase {
  meta: CpansaMeta;
  /** Module to distribution. */
  module2dist: Record<string, string>;
  dists: Record<string, CpansaDistribution>;
}

export interface CpansaMeta {
  commit?: string;
  repo?: string;
  /** As C's `ctime` writes it, UTC: `Sun Aug 16 14:31:00 2026`. */
  date: string;
  /** The same instant in seconds since 1970. */
  epoch: number;
  generator: string;
}

export interface CpansaDistribution {
  advisories: CpansaAdvisory[];
  versions: CpansaRelease[];
  main_module?: string;
}

export interface CpansaRelease {
  version: string;
  /** `2010-02-11T02:04:14`, UTC. */
  date?: string;
  /** 1 where the version came with perl and was no release of its own. */
  dual_lived?: 1;
}

/** A row: in one of `affected_versions` and in none of `fixed_versions`; commas within an element mean "and". */
export interface CpansaAdvisory {
  id: string;
  distribution: string;
  description: string;
  cves: string[];
  github_security_advisory?: string[];
  previous_id?: string[];
  affected_versions: string[];
  fixed_versions: string[];
  references: string[];
  /** `YYYY-MM-DD`. */
  reported: string | null;
  severity: string | null;
  embedded_vulnerability?: { name: string; distributed_version: string | null };
  /** Members of a row that nobody here knows. */
  [member: string]: unknown;
}

/** Distribution to its advisories, each id once. */
export type CpansaFeed = Record<string, CpansaFeedAdvisory[]>;

export interface CpansaFeedAdvisory {
  cpansa_id: string;
  /** One element for each interval, fixed versions already taken away. */
  affected_versions: string[];
  cves: string[];
  description: string;
  references: string[];
  reported: string | null;
  severity: string | null;
}

/** The database as it was found, numbers as they were written. */
export interface CpansaDocument {
  readonly meta?: Json;
  readonly module2dist?: Json;
  readonly dists: { [distribution: string]: Json };
}

/** Reads the outer structure of a database. Throws `JsonError`, `foreign`. */
export function parseCpansa(text: string, { file }: ReadOptions = {}): CpansaDocument {
  const found = parseJson(text, { numbers: 'raw', ...(file === undefined ? {} : { file }) });
  if (isObject(found)) {
    const { dists } = found;
    if (isObject(dists)) return { ...found, dists };
  }
  const place = file === undefined ? {} : { file };
  throw new FormatError('foreign', 'no CPANSA database: expected an object with "dists"', place);
}

/** Whether the JSON looks like a database of CPANSA. */
export function isCpansa(value: Json): boolean {
  return isObject(value) && isObject(value.dists) && isObject(value.module2dist);
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One member of `dists` as JSON on one line. */
export function formatCpansaDistribution({ advisories, versions, main_module }: CpansaDistribution): string {
  const rows = advisories.map((row) => inOrder(row, ROW));
  const releases = versions.map((release) => inOrder(release, RELEASE));
  return JSON.stringify({ advisories: rows, versions: releases, main_module });
}

/** One member of the feed as JSON on one line. */
export function formatCpansaFeedMember(member: readonly CpansaFeedAdvisory[]): string {
  return JSON.stringify(member.map((advisory) => inOrder(advisory, FEED)));
}

/** A distribution's name and the JSON of its member. */
export type CpansaMember = readonly [distribution: string, json: string];

/** The whole database in pieces, from members that stand in the order of their names. */
export function* joinCpansa(
  { meta, module2dist }: Pick<CpansaDatabase, 'meta' | 'module2dist'>,
  members: Iterable<CpansaMember>,
): Generator<string> {
  yield `{"meta":${JSON.stringify(inOrder(meta, META))},\n"module2dist":`;
  yield `${JSON.stringify(inOrder(module2dist, []))},\n"dists":`;
  yield* joinMembers(members);
  yield '}\n';
}

/** The whole feed in pieces, from members that stand in the order of their names. */
export function* joinCpansaFeed(members: Iterable<CpansaMember>): Generator<string> {
  yield* joinMembers(members);
  yield '\n';
}

function* joinMembers(members: Iterable<CpansaMember>): Generator<string> {
  let between = '{\n';
  for (const [name, json] of members) {
    yield `${between}${JSON.stringify(name)}:${json}`;
    between = ',\n';
  }
  yield between === '{\n' ? '{}' : '}';
}

/** The database as JSON, one line for each distribution; the same database is always the same text. */
export function formatCpansa(database: CpansaDatabase): string {
  return [...joinCpansa(database, membersOf(database.dists, formatCpansaDistribution))].join('');
}

/** The feed as JSON, one line for each distribution; the same feed is always the same text. */
export function formatCpansaFeed(feed: CpansaFeed): string {
  return [...joinCpansaFeed(membersOf(feed, formatCpansaFeedMember))].join('');
}

function membersOf<T>(record: Readonly<Record<string, T>>, format: (member: T) => string): CpansaMember[] {
  const members = Object.entries(record).sort(([a], [b]) => compareText(a, b));
  return members.map(([name, member]) => [name, format(member)]);
}

const META = ['commit', 'repo', 'date', 'epoch', 'generator'];
const RELEASE = ['version', 'date', 'dual_lived'];
const FEED = ['cpansa_id', 'affected_versions', 'cves', 'description', 'references', 'reported', 'severity'];
const ROW = [
  'id',
  'distribution',
  'description',
  'cves',
  'github_security_advisory',
  'previous_id',
  'affected_versions',
  'fixed_versions',
  'references',
  'reported',
  'severity',
  'embedded_vulnerability',
];

/** Members in the order of the names; those not named follow in code unit order. */
function inOrder(value: object, names: readonly string[]): object {
  const rank = (key: string): number => (names.includes(key) ? names.indexOf(key) : names.length);
  const members = Object.entries(value);
  members.sort(([a], [b]) => rank(a) - rank(b) || compareText(a, b));
  return Object.fromEntries(members);
}
