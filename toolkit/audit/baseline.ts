/** An earlier report of ours as a baseline: what it holds already is not new. */
import {
  array,
  nullable,
  object,
  oneOf,
  optional,
  type Place,
  PlacedError,
  parseJson,
  quoteFound,
  string,
} from '../base/index.ts';
import { AuditError } from './errors.ts';
import { type Finding, REPORT_SCHEMA, type Suppressed, UNKNOWN_REASONS } from './report.ts';

export interface Baseline {
  readonly file: string;
  /** What {@link baselineKey} gives for its findings, those included that its own baseline answered. */
  readonly known: ReadonlySet<string>;
}

/** What of a finding tells it from another one. */
type Told = Pick<Finding, 'status'> & {
  readonly distribution: { readonly name: string } | null;
  readonly advisory: { readonly id: string } | null;
  readonly unknown?: { readonly reason: string; readonly text: string } | undefined;
  readonly places: readonly Place[];
};

const told = object({
  status: oneOf('malicious', 'vulnerable', 'unknown'),
  distribution: nullable(object({ name: string })),
  advisory: nullable(object({ id: string })),
  unknown: optional(object({ reason: oneOf(...UNKNOWN_REASONS), text: string })),
  places: array(object({ file: optional(string) })),
});
const report = object({
  schema: string,
  findings: array(told),
  suppressed: array(object({ finding: told, by: object({ kind: string }) })),
});

/** Reads a JSON report. Throws `baseline-schema` for what is none, or one of another version. */
export function parseBaseline(text: string, file: string): Baseline {
  const { schema, findings, suppressed } = read(text, file);
  if (schema !== REPORT_SCHEMA) {
    const problem = `a report of schema ${quoteFound(schema)}, expected ${quoteFound(REPORT_SCHEMA)}`;
    throw new AuditError('baseline-schema', problem, { file });
  }
  const older = suppressed.filter(({ by }) => by.kind === 'baseline').map(({ finding }) => finding);
  return { file, known: new Set([...findings, ...older].map(baselineKey)) };
}

function read(text: string, file: string): ReturnType<typeof report> {
  try {
    return report(parseJson(text, { file }));
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    throw new AuditError(
      'baseline-schema',
      `no report of cpansec: ${cause.problem}`,
      { ...cause.place, file },
      { cause },
    );
  }
}

/**
 * Equal for the same news: a vulnerable distribution and its advisory, whatever the version; what is unknown,
 * by what and why; a line that could not be read, by its file and text, whatever its number.
 */
export function baselineKey({ status, distribution, advisory, unknown, places }: Told): string {
  if (status !== 'unknown') return JSON.stringify([distribution?.name, advisory?.id]);
  if (distribution !== null)
    return JSON.stringify([distribution.name, advisory?.id ?? null, unknown?.reason]);
  return JSON.stringify([places[0]?.file ?? null, unknown?.reason, unknown?.text]);
}

/** Whether the baseline has it: the finding itself, or the same one when it was still called vulnerable. */
export function baselineAnswer(finding: Finding, { file, known }: Baseline): Suppressed['by'] | null {
  const old = known.has(baselineKey(finding)) || known.has(baselineKey({ ...finding, status: 'vulnerable' }));
  return old ? { kind: 'baseline', place: { file } } : null;
}
