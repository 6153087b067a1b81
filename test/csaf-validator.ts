/** Whether a CSAF 2.0 document is valid: the schema, strictly, and the standard's mandatory tests (section 6.1). */
import * as mandatory from '@secvisogram/csaf-validator-lib/mandatoryTests.js';
import { csaf_2_0_strict } from '@secvisogram/csaf-validator-lib/schemaTests.js';

export type CsafTest = (document: unknown) => CsafVerdict | Promise<CsafVerdict>;

interface CsafVerdict {
  readonly isValid: boolean;
  readonly errors?: readonly { readonly instancePath: string; readonly message: string }[];
}

const TESTS: readonly [name: string, test: CsafTest][] = [
  ['schema', csaf_2_0_strict],
  ...Object.entries(mandatory),
];

/** What is wrong with the document, each with the name of the test. */
export async function csafProblems(document: object): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, test] of TESTS) {
    const { isValid, errors = [] } = await test(document);
    if (!isValid) problems.push(...errors.map((one) => `${name}: ${one.instancePath} ${one.message}`));
    if (!isValid && errors.length === 0) problems.push(name);
  }
  return problems;
}
