/** The vectors of `vers:cpan` in the form of VERS's own test suite (vers-test.schema-0.2). */
import type { VersVectors } from './vers-vectors.ts';

/** One test of the suite. */
interface SpecTest {
  readonly description: string;
  readonly test_group: 'required';
  readonly test_type: 'comparison' | 'containment' | 'equality' | 'from_native' | 'parse' | 'validate';
  readonly input: unknown;
  readonly expected_output?: unknown;
  readonly expected_failure: boolean;
  readonly expected_message: string | null;
}

/** Files of the suite by name; `problem` says why a text is no canonical range. */
export function specFiles(vectors: VersVectors, problem: (text: string) => string): Map<string, string> {
  return new Map([
    ['cpan_version_cmp_test.json', file([...comparisons(vectors), ...equalities(vectors)])],
    ['cpan_range_containment_test.json', file(containments(vectors))],
    ['cpan_range_validate_test.json', file([...validations(vectors), ...refusals(vectors, problem)])],
    ['cpan_range_from_native_test.json', file(conversions(vectors))],
  ]);
}

function file(tests: readonly SpecTest[]): string {
  const schema = 'https://packageurl.org/schemas/vers-test.schema-0.2.json';
  return `${JSON.stringify({ $schema: schema, tests }, null, 2)}\n`;
}

function passing(
  test_type: SpecTest['test_type'],
  description: string,
  input: unknown,
  expected_output: unknown,
): SpecTest {
  const rest = { expected_output, expected_failure: false, expected_message: null };
  return { description, test_group: 'required', test_type, input, ...rest };
}

/** Each list backwards, to be sorted. */
function comparisons({ ascending }: VersVectors): SpecTest[] {
  return ascending.map((versions) => {
    const input = { input_type: 'cpan', versions: [...versions].reverse() };
    return passing('comparison', `CPAN versions in order: ${versions.join(' < ')}.`, input, versions);
  });
}

/** Each with the first of its list, and the last of an ascending list with its first. */
function equalities({ equal, ascending }: VersVectors): SpecTest[] {
  const test = (a: string, b: string, same: boolean): SpecTest => {
    const input = { input_type: 'cpan', versions: [a, b] };
    return passing(
      'equality',
      `CPAN versions ${a} and ${b} are ${same ? 'equal' : 'not equal'}.`,
      input,
      same,
    );
  };
  return [
    ...equal.flatMap(([first = '', ...others]) => others.map((other) => test(first, other, true))),
    ...ascending.map((versions) => test(versions[0] ?? '', versions.at(-1) ?? '', false)),
  ];
}

function containments({ ranges }: VersVectors): SpecTest[] {
  return ranges.flatMap(({ vers, ...versions }) => {
    const test = (version: string, within: boolean): SpecTest => {
      const description = `CPAN version ${version} is ${within ? 'inside' : 'outside'}.`;
      return passing('containment', description, { vers, version }, within);
    };
    return [...versions.in.map((one) => test(one, true)), ...versions.out.map((one) => test(one, false))];
  });
}

function validations({ ranges }: VersVectors): SpecTest[] {
  return ranges.map(({ vers }) => passing('validate', 'A canonical CPAN range.', vers, vers));
}

function refusals({ invalid }: VersVectors, problem: (text: string) => string): SpecTest[] {
  return invalid.map((input) => ({
    description: 'No canonical CPAN range.',
    test_group: 'required',
    test_type: 'parse',
    input,
    expected_failure: true,
    expected_message: problem(input),
  }));
}

function conversions({ requirements }: VersVectors): SpecTest[] {
  const data_source = 'https://metacpan.org/pod/CPAN::Meta::Spec#Version-Ranges';
  return requirements.map(({ requirement, vers }) =>
    passing(
      'from_native',
      'A version range of a META file or cpanfile.',
      { type: 'cpan', data_source, native_range: requirement },
      vers,
    ),
  );
}
