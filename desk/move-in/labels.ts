/** What the labels of tickets mean: a table that whoever moves in may replace. `docs/formats/move-in.md`. */
import { boolean, type Json, object, oneOf, optional, record, type Shape, string } from 'cpansec/base';

const PHASES = ['triage', 'coordinate', 'publication'] as const;
const OUTCOMES = ['out-of-scope', 'not-a-vulnerability', 'withdrawn', 'spam'] as const;

export type MovedPhase = (typeof PHASES)[number];

/** All that applies is done; of phases the furthest counts. */
export interface LabelMeaning {
  /** How far the group is with it. */
  readonly phase?: MovedPhase | undefined;
  readonly close?: (typeof OUTCOMES)[number] | undefined;
  /** It is known to everybody already: nothing is held back. */
  readonly public?: boolean | undefined;
  /** A label of ours. */
  readonly label?: string | undefined;
  readonly task?: string | undefined;
}

export type LabelTable = Readonly<Record<string, LabelMeaning>>;

const LABELS_FORMAT = 'cpansec-labels/1';

const tableShape: Shape<{ format: typeof LABELS_FORMAT; labels: Record<string, LabelMeaning> }> = object({
  format: oneOf(LABELS_FORMAT),
  labels: record(
    object({
      phase: optional(oneOf(...PHASES)),
      close: optional(oneOf(...OUTCOMES)),
      public: optional(boolean),
      label: optional(string),
      task: optional(string),
    }),
  ),
});

/** Those of the group's workflow document of June 2026. */
export const DEFAULT_LABELS: LabelTable = {
  'OUT OF SCOPE': { close: 'out-of-scope' },
  'NOT A SECURITY ISSUE': { close: 'not-a-vulnerability' },
  'TODO Does this merit a CVE?': { phase: 'triage', task: 'Does this merit a CVE?' },
  'TODO Contact Maintainers': { phase: 'coordinate', task: 'Contact the maintainers' },
  'Ready to Publish': { phase: 'publication', label: 'ready to publish' },
  RETROACTIVE: { public: true, label: 'retroactive' },
  'HIGH PRIORITY': { label: 'high priority' },
  'Dual Life': { label: 'dual-life', task: 'A second record for perl (CWE-1395)' },
  'Upstream Vulnerability': { label: 'upstream vulnerability' },
};

/** Throws base's `ShapeError` with the path. */
export function labelTable(json: Json): LabelTable {
  return tableShape(json).labels;
}

export interface Meant {
  readonly phase: MovedPhase | null;
  readonly close: LabelMeaning['close'] | null;
  readonly public: boolean;
  readonly labels: readonly string[];
  readonly tasks: readonly string[];
  /** Labels that the table does not have; they are labels of the case. */
  readonly unknown: readonly string[];
}

/** Letters of either case and blanks make no difference. */
export function meantBy(labels: readonly string[], table: LabelTable): Meant {
  const known = new Map(Object.entries(table).map(([name, meaning]) => [keyOf(name), meaning]));
  const found = labels.map((label) => [label, known.get(keyOf(label))] as const);
  const meanings = found.flatMap(([, meaning]) => meaning ?? []);
  const unknown = found.filter(([, meaning]) => meaning === undefined).map(([label]) => label);
  const phases = meanings.flatMap(({ phase }) => (phase === undefined ? [] : [PHASES.indexOf(phase)]));
  return {
    phase: PHASES[Math.max(-1, ...phases)] ?? null,
    close: meanings.find(({ close }) => close !== undefined)?.close ?? null,
    public: meanings.some((meaning) => meaning.public === true),
    labels: [...new Set([...meanings.flatMap(({ label }) => label ?? []), ...unknown])],
    tasks: [...new Set(meanings.flatMap(({ task }) => task ?? []))],
    unknown,
  };
}

function keyOf(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}
