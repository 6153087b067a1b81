/** What a scanner found: one place in one release of a distribution. `docs/formats/findings.md`. */
import { array, object, oneOf, optional, type Shape, ShapeError, string, whole } from 'cpansec/base';

export const FINDINGS_FORMAT = 'cpansec-findings/1';

/** What is not known is left out. */
export interface Finding {
  /** The scanner: `example-scan 2.1`. */
  readonly source: string;
  /** What makes it the same finding when it comes again, of this source. */
  readonly fingerprint: string;
  readonly distribution: string;
  readonly version?: string | undefined;
  readonly title: string;
  readonly description: string;
  /** Within the release: `lib/Foo/Bar.pm`. */
  readonly file?: string | undefined;
  readonly routine?: string | undefined;
  readonly line?: number | undefined;
  /** `CWE-79`. */
  readonly weakness?: string | undefined;
  /** A word or a CVSS vector, as the scanner has it; nobody takes it over unread. */
  readonly severity?: string | undefined;
  /** How it was made to happen: input, output, a script. */
  readonly proof?: string | undefined;
}

/** Characters. */
export const MOST = {
  source: 120,
  fingerprint: 200,
  distribution: 120,
  version: 60,
  title: 200,
  description: 20_000,
  file: 300,
  routine: 200,
  severity: 200,
  proof: 50_000,
} as const;

/** Findings of one import. */
export const MAX_FINDINGS = 1000;

/** A text with something in it. */
const text =
  (most: number): Shape<string> =>
  (value, path = '') => {
    const found = string(value, path);
    if (found.trim() === '') throw new ShapeError(path, 'a text', value);
    if (found.length > most) throw new ShapeError(path, `at most ${most} characters`, value);
    return found;
  };

const oneLine =
  (most: number): Shape<string> =>
  (value, path = '') => {
    const found = text(most)(value, path);
    if (/[\p{Cc}\u2028\u2029]/u.test(found)) throw new ShapeError(path, 'one line of text', value);
    return found.trim();
  };

/** As PAUSE takes it. */
const distribution: Shape<string> = (value, path = '') => {
  const found = oneLine(MOST.distribution)(value, path);
  if (/^[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/.test(found)) return found;
  throw new ShapeError(path, 'the name of a distribution', value);
};

const weakness: Shape<string> = (value, path = '') => {
  const found = oneLine(20)(value, path);
  if (/^CWE-\d{1,5}$/.test(found)) return found;
  throw new ShapeError(path, 'a weakness, CWE-79', value);
};

const finding: Shape<Finding> = object({
  source: oneLine(MOST.source),
  fingerprint: oneLine(MOST.fingerprint),
  distribution,
  version: optional(oneLine(MOST.version)),
  title: oneLine(MOST.title),
  description: text(MOST.description),
  file: optional(oneLine(MOST.file)),
  routine: optional(oneLine(MOST.routine)),
  line: optional(whole(1)),
  weakness: optional(weakness),
  severity: optional(oneLine(MOST.severity)),
  proof: optional(text(MOST.proof)),
});

/** Throws base's `ShapeError` with the path. */
export const findingsShape: Shape<{ format: typeof FINDINGS_FORMAT; findings: Finding[] }> = object({
  format: oneOf(FINDINGS_FORMAT),
  findings: array(finding),
});
