/**
 * Results of a SARIF 2.1.0 log, as whoever works on them needs them: each with its rule and its first place. Logs
 * of all scanners are read: what the standard lets them leave out is null here.
 */
import {
  array,
  nullable,
  object,
  optional,
  record,
  type Shape,
  ShapeError,
  string,
  whole,
} from '../base/index.ts';
import { anyObject, type ReadOptions, readJson, readShape, type Source } from './document.ts';
import { FormatError } from './errors.ts';

export interface SarifFound {
  /** The scanner. */
  readonly tool: string;
  readonly ruleId: string | null;
  /** What the rule says of itself, in one line. */
  readonly rule: string | null;
  /** Of the rule and of the result: `external/cwe/cwe-079`. */
  readonly tags: readonly string[];
  readonly message: string;
  /** As the log has it: a URI, most often relative. */
  readonly uri: string | null;
  /** From 1. */
  readonly line: number | null;
  /** The function or method that it stands in. */
  readonly routine: string | null;
  /** What makes it the same result in the next run (sections 3.27.16 and 3.27.17). */
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly kind: string;
  readonly level: string | null;
  /** Somebody has decided on it already. */
  readonly suppressed: boolean;
  /** Of the run and of the result, the result's first. */
  readonly properties: Readonly<Record<string, unknown>>;
}

const words = optional(nullable(object({ text: optional(string) })));
const properties = optional(nullable(anyObject));

const ruleShape = object({
  id: string,
  shortDescription: words,
  fullDescription: words,
  messageStrings: optional(record(object({ text: string }))),
  defaultConfiguration: optional(object({ level: optional(string) })),
  properties,
});
type Rule = ReturnType<typeof ruleShape>;

const placeShape = object({
  physicalLocation: optional(
    object({
      artifactLocation: optional(object({ uri: optional(string), index: optional(whole(-1)) })),
      region: optional(object({ startLine: optional(whole(1)) })),
    }),
  ),
  logicalLocations: optional(array(object({ name: optional(string), fullyQualifiedName: optional(string) }))),
});

const resultShape = object({
  ruleId: optional(string),
  ruleIndex: optional(whole(-1)),
  rule: optional(object({ id: optional(string), index: optional(whole(-1)) })),
  kind: optional(string),
  level: optional(string),
  message: object({ text: optional(string), id: optional(string), arguments: optional(array(string)) }),
  locations: optional(array(placeShape)),
  fingerprints: optional(record(string)),
  partialFingerprints: optional(record(string)),
  suppressions: optional(nullable(array(object({ status: optional(string) })))),
  baselineState: optional(string),
  properties,
});
type Result = ReturnType<typeof resultShape>;

const runShape = object({
  tool: object({ driver: object({ name: string, rules: optional(array(ruleShape)) }) }),
  artifacts: optional(array(object({ location: optional(object({ uri: optional(string) })) }))),
  results: optional(nullable(array(resultShape))),
  properties,
});
type Run = ReturnType<typeof runShape>;

const version: Shape<'2.1.0'> = (value, path = '') => {
  if (value === '2.1.0') return value;
  throw new ShapeError(path, '2.1.0', value);
};
const logShape = object({ version, runs: array(runShape) });

const MOST_RESULTS = 100_000;

/** All results of all runs, in their order. Throws JsonError, FormatError `shape` and `bounds`. */
export function sarifResults(source: Source, options: ReadOptions = {}): SarifFound[] {
  const { runs } = readShape(readJson(source, options), logShape, options);
  const count = runs.reduce((sum, { results }) => sum + (results?.length ?? 0), 0);
  if (count > MOST_RESULTS)
    throw new FormatError('bounds', `${count} results, at most ${MOST_RESULTS}`, { ...options });
  return runs.flatMap((run) => (run.results ?? []).map((result) => foundOf(run, result)));
}

function foundOf(run: Run, result: Result): SarifFound {
  const rule = ruleOf(run, result);
  const [place] = result.locations ?? [];
  const at = place?.physicalLocation;
  const [logical] = place?.logicalLocations ?? [];
  return {
    tool: run.tool.driver.name,
    ruleId: result.ruleId ?? result.rule?.id ?? rule?.id ?? null,
    rule: rule?.shortDescription?.text ?? rule?.fullDescription?.text ?? null,
    tags: [...tagsOf(result.properties), ...tagsOf(rule?.properties)],
    message: messageOf(result, rule),
    uri: at?.artifactLocation?.uri ?? artifactUri(run, at?.artifactLocation?.index) ?? null,
    line: at?.region?.startLine ?? null,
    routine: logical?.fullyQualifiedName ?? logical?.name ?? null,
    fingerprints: { ...result.partialFingerprints, ...result.fingerprints },
    kind: result.kind ?? 'fail',
    level: result.level ?? rule?.defaultConfiguration?.level ?? null,
    suppressed: isSuppressed(result),
    properties: { ...rule?.properties, ...run.properties, ...result.properties },
  };
}

/** By index, else by id, of which a more exact one may stand in the result: `CA1000/1` (section 3.27.5). */
function ruleOf(run: Run, { ruleId, ruleIndex, rule }: Result): Rule | null {
  const rules = run.tool.driver.rules ?? [];
  const id = ruleId ?? rule?.id;
  return (
    rules[ruleIndex ?? rule?.index ?? -1] ??
    rules.find((one) => one.id === id) ??
    rules.find((one) => id?.startsWith(`${one.id}/`) === true) ??
    null
  );
}

/** The text itself, or the rule's own by its name, with what belongs into its places (section 3.11). */
function messageOf({ message: { text, id, arguments: given = [] } }: Result, rule: Rule | null): string {
  const own = id === undefined || !Object.hasOwn(rule?.messageStrings ?? {}, id) ? undefined : id;
  const template = text ?? (own === undefined ? undefined : rule?.messageStrings?.[own]?.text) ?? '';
  return template.replace(/\{(\d{1,3})\}/g, (whole, number) => given[Number(number)] ?? whole);
}

function artifactUri({ artifacts }: Run, index = -1): string | undefined {
  return artifacts?.[index]?.location?.uri;
}

/** One that was rejected or is under review does not count (section 3.35.3); what is gone is no result any more. */
function isSuppressed({ suppressions, baselineState }: Result): boolean {
  const decided = (suppressions ?? []).some(({ status = 'accepted' }) => status === 'accepted');
  return decided || baselineState === 'absent';
}

function tagsOf(bag: Readonly<Record<string, unknown>> | null | undefined): string[] {
  const tags = bag?.tags;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}
