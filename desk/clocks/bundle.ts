/**
 * What Article 14(2) of Regulation (EU) 2024/2847 asks to be told of a vulnerability that is exploited, in three
 * stages, with what is missing named. It is written for a person who tells it; nothing is sent.
 */
import type { CaseFile } from '../casefile/index.ts';
import type { Policy } from '../disclosure/index.ts';
import { reference } from '../reports/index.ts';

export const STAGES = ['warning', 'notification', 'final'] as const;
export type Stage = (typeof STAGES)[number];

export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  warning: 'early warning, 24 hours',
  notification: 'notification, 72 hours',
  final: 'final report, 14 days after a fix',
};

interface Asked {
  /** As the JSON calls it. */
  readonly name: string;
  /** What the article asks, in words. */
  readonly what: string;
  readonly stage: Stage;
  /** Whether it is asked only where it is known. */
  readonly where?: true;
  value(file: CaseFile): string;
}

/** Each stage asks for what those before it asked as well. */
const ASKED: readonly Asked[] = [
  {
    ...{ name: 'vulnerability', what: 'The vulnerability', stage: 'warning' },
    value: ({ state }) => state.cve ?? '',
  },
  {
    ...{ name: 'product', what: 'The product', stage: 'warning' },
    value: ({ content }) => content.distribution ?? '',
  },
  {
    ...{ name: 'aware_at', what: 'When the group became aware of the exploitation', stage: 'warning' },
    value: ({ facts }) => facts.exploitedKnown ?? '',
  },
  {
    ...{ name: 'exploited_since', what: 'Since when it is exploited', stage: 'warning', where: true },
    value: ({ facts }) => facts.exploitedSince ?? '',
  },
  {
    ...{ name: 'member_states', what: 'Member states in which the product is available', stage: 'warning' },
    where: true,
    value: ({ content }) => content.exploitation?.memberStates ?? '',
  },
  {
    ...{ name: 'nature_of_vulnerability', what: 'The general nature of the vulnerability' },
    stage: 'notification',
    value: ({ content }) => [content.title, ...content.weaknesses].filter((part) => part !== '').join('; '),
  },
  {
    ...{ name: 'nature_of_exploit', what: 'The general nature of the exploit', stage: 'notification' },
    value: ({ content }) => content.exploitation?.nature ?? '',
  },
  {
    ...{ name: 'measures_taken', what: 'Corrective or mitigating measures that were taken' },
    stage: 'notification',
    value: ({ content }) => content.exploitation?.measures ?? '',
  },
  {
    ...{ name: 'measures_of_users', what: 'Measures that users can take', stage: 'notification' },
    value: ({ content }) => content.exploitation?.userMeasures ?? '',
  },
  {
    ...{ name: 'sensitivity', what: 'How sensitive this information is', stage: 'notification', where: true },
    value: ({ content }) => content.exploitation?.sensitivity ?? '',
  },
  {
    ...{ name: 'description', what: 'A description of the vulnerability', stage: 'final' },
    value: ({ content }) => content.summary.trim(),
  },
  {
    ...{ name: 'affected', what: 'Affected versions', stage: 'final' },
    value: ({ content }) => content.affected.map(({ ranges }) => ranges.join(' or ')).join('; '),
  },
  {
    ...{ name: 'severity', what: 'Its severity', stage: 'final' },
    value: ({ content }) => content.severity.cvss ?? '',
  },
  {
    ...{ name: 'malicious_actor', what: 'Who exploits it', stage: 'final', where: true },
    value: ({ content }) => content.exploitation?.actor ?? '',
  },
  {
    ...{
      name: 'corrective_measure',
      what: 'The security update or other corrective measure',
      stage: 'final',
    },
    value: ({ content }) => content.affected.flatMap(({ fixed }) => fixed).join('; '),
  },
  {
    ...{ name: 'corrected_at', what: 'When the corrective measure was available', stage: 'final' },
    value: ({ facts }) => facts.fixAvailable ?? '',
  },
];

export interface BundleMember {
  readonly name: string;
  readonly what: string;
  /** Empty where it is missing. */
  readonly value: string;
}

export interface Bundle {
  readonly format: 'cpansec-exploitation-report/1';
  readonly stage: Stage;
  /** What the group is by the regulation. */
  readonly as: Policy['exploited']['as'];
  readonly reference: string;
  readonly written_at: string;
  /** When each stage was told, as the case knows. */
  readonly told: Readonly<Record<Stage, string | null>>;
  readonly members: readonly BundleMember[];
  /** What is asked and missing, in words. */
  readonly missing: readonly string[];
  /** What is asked only where it is known, and is not. */
  readonly unknown: readonly string[];
}

export function bundleOf(file: CaseFile, { exploited }: Policy, stage: Stage, now: string): Bundle {
  const upTo = STAGES.indexOf(stage);
  const asked = ASKED.filter((one) => STAGES.indexOf(one.stage) <= upTo);
  const empty = asked.filter((one) => one.value(file) === '');
  return {
    format: 'cpansec-exploitation-report/1',
    stage,
    as: exploited.as,
    reference: reference(file.id),
    written_at: now,
    told: file.facts.exploitedTold,
    members: asked.map(({ name, what, value }) => ({ name, what, value: value(file) })),
    missing: empty.filter(({ where }) => where !== true).map(({ what }) => what),
    unknown: empty.filter(({ where }) => where === true).map(({ what }) => what),
  };
}

/** The same to be read. */
export function bundleText(bundle: Bundle): string {
  const { stage, as, reference: ref, written_at, members, missing, unknown, told } = bundle;
  return [
    `Exploited vulnerability: ${STAGE_WORDS[stage]}`,
    `Regulation (EU) 2024/2847, Article 14. Told as a ${as}. Case ${ref}, written ${written_at}.`,
    `Missing: ${missing.length === 0 ? 'nothing' : missing.join('; ')}.`,
    ...(unknown.length === 0 ? [] : [`Not known: ${unknown.join('; ')}.`]),
    STAGES.map((one) => `${one}: ${told[one] ?? 'not told'}`).join(', '),
    ...members.map(
      ({ what, value }) => `${what}\n    ${(value === '' ? '(missing)' : value).replaceAll('\n', '\n    ')}`,
    ),
    'This was written for a person. Nothing was sent by it.',
    '',
  ].join('\n\n');
}
