/**
 * JUnit XML as continuous integration servers read it. There is no standard; this keeps to what they have in
 * common (https://github.com/testmoapp/junitxml): suites of cases, each passed, failed, in error or skipped.
 */

export interface JunitReport {
  readonly name: string;
  readonly suites: readonly JunitSuite[];
}

export interface JunitSuite {
  readonly name: string;
  /** RFC 3339. */
  readonly timestamp?: string | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
  readonly cases: readonly JunitCase[];
}

export interface JunitCase {
  readonly name: string;
  readonly classname: string;
  readonly file?: string | undefined;
  /** Counts from 1. */
  readonly line?: number | undefined;
  readonly outcome: JunitOutcome;
}

export type JunitOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly message: string }
  | {
      readonly kind: 'failure' | 'error';
      readonly type: string;
      readonly message: string;
      readonly text: string;
    };

/** The report as XML 1.0 in UTF-8. The numbers of tests, failures, errors and skips are counted here. */
export function formatJunit({ name, suites }: JunitReport): string {
  const all = suites.flatMap(({ cases }) => cases);
  const content = suites.flatMap(formatSuite);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...element('testsuites', { name, ...counts(all) }, content),
    '',
  ].join('\n');
}

function formatSuite({ name, timestamp, properties = {}, cases }: JunitSuite): string[] {
  const pairs = Object.entries(properties).flatMap(([key, value]) =>
    element('property', { name: key, value }, []),
  );
  const head = pairs.length === 0 ? [] : element('properties', {}, pairs);
  return element('testsuite', { name, ...counts(cases), timestamp }, [...head, ...cases.flatMap(formatCase)]);
}

function formatCase({ name, classname, file, line, outcome }: JunitCase): string[] {
  return element('testcase', { name, classname, file, line }, formatOutcome(outcome));
}

function formatOutcome(outcome: JunitOutcome): string[] {
  if (outcome.kind === 'passed') return [];
  if (outcome.kind === 'skipped') return element('skipped', { message: outcome.message }, []);
  const { kind, type, message, text } = outcome;
  // On one line, so that the text stays as it is.
  return [`<${kind}${attributes({ message, type })}>${escapeXml(text)}</${kind}>`];
}

function counts(cases: readonly JunitCase[]): Record<string, number> {
  const count = (kind: JunitOutcome['kind']): number =>
    cases.filter(({ outcome }) => outcome.kind === kind).length;
  return {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

function element(tag: string, members: Attributes, content: readonly string[]): string[] {
  const start = `<${tag}${attributes(members)}`;
  if (content.length === 0) return [`${start}/>`];
  return [`${start}>`, ...content, `</${tag}>`];
}

function attributes(members: Attributes): string {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return present
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replace(/[\t\n]/g, reference)}"`)
    .join('');
}

/**
 * Text for XML 1.0: markup characters and carriage returns as references. What XML cannot hold, and control and
 * direction characters that it can but a terminal should not see, become U+FFFD.
 */
export function escapeXml(text: string): string {
  return text
    .replace(
      /[^\t\n\r\u0020-\u007e\u00a0-\ufffd\u{10000}-\u{10ffff}]|\p{Surrogate}|[\u202a-\u202e\u2066-\u2069]/gu,
      '\ufffd',
    )
    .replace(/[&<>"'\r]/g, reference);
}

function reference(char: string): string {
  return NAMES.get(char) ?? `&#${char.charCodeAt(0)};`;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);
