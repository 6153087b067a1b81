/** Base metrics of CVSS 3.1 (section 2) and 4.0 (section 2), with the words of https://www.first.org/cvss/. */
export type CvssVersion = '3.1' | '4.0';

export interface Metric {
  readonly name: string;
  readonly words: string;
  readonly values: readonly (readonly [value: string, words: string])[];
}

const NONE_LOW_HIGH = [
  ['H', 'High'],
  ['L', 'Low'],
  ['N', 'None'],
] as const;

const impact = (name: string, words: string): Metric => ({ name, words, values: NONE_LOW_HIGH });

const VECTOR: Metric = {
  name: 'AV',
  words: 'Attack vector',
  values: [
    ['N', 'Network'],
    ['A', 'Adjacent'],
    ['L', 'Local'],
    ['P', 'Physical'],
  ],
};
const COMPLEXITY: Metric = {
  name: 'AC',
  words: 'Attack complexity',
  values: [
    ['L', 'Low'],
    ['H', 'High'],
  ],
};
const PRIVILEGES: Metric = {
  name: 'PR',
  words: 'Privileges required',
  values: [
    ['N', 'None'],
    ['L', 'Low'],
    ['H', 'High'],
  ],
};

export const METRICS: Readonly<Record<CvssVersion, readonly Metric[]>> = {
  '3.1': [
    VECTOR,
    COMPLEXITY,
    PRIVILEGES,
    {
      name: 'UI',
      words: 'User interaction',
      values: [
        ['N', 'None'],
        ['R', 'Required'],
      ],
    },
    {
      name: 'S',
      words: 'Scope',
      values: [
        ['U', 'Unchanged'],
        ['C', 'Changed'],
      ],
    },
    impact('C', 'Confidentiality'),
    impact('I', 'Integrity'),
    impact('A', 'Availability'),
  ],
  '4.0': [
    VECTOR,
    COMPLEXITY,
    {
      name: 'AT',
      words: 'Attack requirements',
      values: [
        ['N', 'None'],
        ['P', 'Present'],
      ],
    },
    PRIVILEGES,
    {
      name: 'UI',
      words: 'User interaction',
      values: [
        ['N', 'None'],
        ['P', 'Passive'],
        ['A', 'Active'],
      ],
    },
    impact('VC', 'Confidentiality of the vulnerable system'),
    impact('VI', 'Integrity of the vulnerable system'),
    impact('VA', 'Availability of the vulnerable system'),
    impact('SC', 'Confidentiality of other systems'),
    impact('SI', 'Integrity of other systems'),
    impact('SA', 'Availability of other systems'),
  ],
};

/** Null until every metric is chosen. */
export function vectorOf(
  version: CvssVersion,
  chosen: Readonly<Record<string, string | undefined>>,
): string | null {
  const parts = METRICS[version].map(({ name }) =>
    chosen[name] === undefined ? null : `${name}:${chosen[name]}`,
  );
  return parts.includes(null) ? null : [`CVSS:${version}`, ...parts].join('/');
}

/** The base metrics of a vector, whatever else is in it. */
export function chosenIn(vector: string | null): Record<string, string> {
  const pairs = (vector ?? '')
    .split('/')
    .slice(1)
    .map((part) => part.split(':'));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]));
}

export function versionOf(vector: string | null): CvssVersion {
  return vector?.startsWith('CVSS:3.1/') === true ? '3.1' : '4.0';
}
