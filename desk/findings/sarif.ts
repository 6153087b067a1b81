/** Findings of a SARIF log. What is too long for a finding is cut: no scanner writes for us. */
import { sha256, toHex } from 'cpansec/base';
import { distInfo } from 'cpansec/cpan';
import { type SarifFound, sarifResults } from 'cpansec/formats';
import { type Finding, MOST } from './finding.ts';

/** What every result is about where the log does not say. */
export interface Subject {
  readonly distribution?: string | undefined;
  readonly version?: string | undefined;
}

export interface Unplaced {
  /** Where it stands among all results of the log, from 1. */
  readonly result: number;
  readonly why: string;
}

export interface SarifFindings {
  readonly findings: readonly Finding[];
  /** Results that are no findings, and such of which nobody can tell what they are about. */
  readonly unplaced: readonly Unplaced[];
}

/** Results that say that all is well, or that nothing was looked at (section 3.27.9). */
const NO_FINDINGS: ReadonlySet<string> = new Set(['pass', 'notApplicable', 'informational']);

/** Throws JsonError, FormatError. */
export function sarifFindings(log: object, subject: Subject = {}): SarifFindings {
  const findings: Finding[] = [];
  const unplaced: Unplaced[] = [];
  for (const [i, found] of sarifResults(log).entries()) {
    const result = findingOf(found, subject);
    if (typeof result === 'string') unplaced.push({ result: i + 1, why: result });
    else findings.push(result);
  }
  return { findings, unplaced };
}

/** Or why it is none. */
function findingOf(found: SarifFound, subject: Subject): Finding | string {
  if (NO_FINDINGS.has(found.kind)) return `it says ${found.kind}`;
  if (found.suppressed) return 'it is suppressed';
  const { distribution, version, file } = placeOf(found, subject);
  if (distribution === undefined) return 'it does not say of which distribution it is';
  const { message, rule, ruleId, routine, line } = found;
  const title = cut(oneLine(rule ?? message), MOST.title) || cut(oneLine(ruleId ?? ''), MOST.title);
  const description = cut(message.trim() === '' ? title : message, MOST.description);
  if (title === '') return 'it has no words';
  return {
    source: cut(oneLine(found.tool), MOST.source) || 'SARIF',
    fingerprint: fingerprintOf(found, distribution),
    distribution,
    title,
    description,
    ...known({ version, file, routine: short(routine, MOST.routine) }),
    ...known({ weakness: weaknessOf(found.tags), severity: severityOf(found), proof: undefined }),
    ...(line === null ? {} : { line }),
  };
}

type Placed = Subject & { readonly file: string | undefined };

/** By the properties of the result or its run, by whoever imports it, by the directory of the release. */
function placeOf({ properties, uri }: SarifFound, subject: Subject): Placed {
  const path = uri === null ? undefined : cut(oneLine(pathOf(uri)), MOST.file);
  const [, top, rest] = /^(?:[^/]+\/)*?([A-Za-z][^/]*-v?\d[^/]*)\/(.+)$/.exec(path ?? '') ?? [];
  const released = top === undefined ? null : distInfo(`${top}.tar.gz`);
  const distribution = name(properties.distribution) ?? subject.distribution ?? name(released?.dist);
  const own = released?.dist === distribution ? released?.version : undefined;
  const version = word(properties.version) ?? subject.version ?? word(own);
  return { distribution, version, file: rest ?? path };
}

function name(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim().replaceAll('::', '-') : '';
  return /^[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/.test(text) && text.length <= MOST.distribution
    ? text
    : undefined;
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.+-]{1,60}$/.test(value) ? value : undefined;
}

/** A relative reference as a path; of others the part that is one. */
function pathOf(uri: string): string {
  const path = uri.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/[^/]*)?/i, '').replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path).replace(/^(?:\.?\/)+/, '');
  } catch {
    return path; // a stray % is no escape
  }
}

/** The scanner's own where it has one; else what it says, and where. */
function fingerprintOf(
  { fingerprints, ruleId, uri, line, message }: SarifFound,
  distribution: string,
): string {
  const own = Object.entries(fingerprints).sort(([a], [b]) => (a < b ? -1 : 1));
  const of = own.length > 0 ? own : [line, message];
  return toHex(sha256(new TextEncoder().encode(JSON.stringify([distribution, ruleId, uri, of]))));
}

function weaknessOf(tags: readonly string[]): string | undefined {
  const numbers = tags.map((tag) => /\bcwe[-/_:]0*(\d{1,5})\b/i.exec(tag)?.[1]);
  const first = numbers.find((number) => number !== undefined);
  return first === undefined ? undefined : `CWE-${first}`;
}

function severityOf({ properties, level }: SarifFound): string | undefined {
  const score = properties['security-severity'];
  if (typeof score === 'string' || typeof score === 'number')
    return cut(oneLine(String(score)), MOST.severity);
  return level === null ? undefined : cut(oneLine(level), MOST.severity);
}

function short(text: string | null, most: number): string | undefined {
  return text === null ? undefined : cut(oneLine(text), most);
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim();
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function known<T extends Record<string, string | undefined>>(members: T): Partial<T> {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(given) as Partial<T>; // some of its members
}
