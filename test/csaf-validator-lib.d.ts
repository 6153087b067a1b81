/** What the tests use of the BSI's validator, which comes without types. */
declare module '@secvisogram/csaf-validator-lib/schemaTests.js' {
  export const csaf_2_0_strict: import('./csaf-validator.ts').CsafTest;
}
declare module '@secvisogram/csaf-validator-lib/mandatoryTests.js' {
  const tests: Readonly<Record<string, import('./csaf-validator.ts').CsafTest>>;
  export = tests;
}
declare module '@secvisogram/csaf-validator-lib/cwe.js' {
  export const weaknesses: readonly { readonly id: string; readonly name: string }[];
}
