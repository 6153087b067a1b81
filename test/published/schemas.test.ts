/** Every document of the tree is valid by the schema of its own standard. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { csafProblems } from '../csaf-validator.ts';
import {
  csafValidators,
  cveValidator,
  cycloneDxValidator,
  openVexValidator,
  osvValidator,
  type Validator,
  withoutSchema,
} from '../schemas.ts';
import { rounds } from '../sizes.ts';
import { type PublishedTree, trees } from './tree.ts';

/** Paths of each standard's documents, with the validator that its schema makes. */
const STANDARDS: readonly (readonly [
  standard: string,
  paths: RegExp,
  validator: () => Validator,
  without: false | string,
])[] = [
  ['OSV', /^osv\/CPAN\/.*\.json$|^advisories\/.*\.osv\.json$/, osvValidator, withoutSchema.osv],
  ['CVE', /^cve\/.*\.json$|^advisories\/.*\.cve\.json$/, cveValidator, withoutSchema.cve],
  ['OpenVEX', /^advisories\/.*\.openvex\.json$/, openVexValidator, withoutSchema.openVex],
  ['CycloneDX', /^advisories\/.*\.cdx\.json$/, cycloneDxValidator, withoutSchema.cycloneDx],
  [
    'CSAF',
    /^csaf\/white\/\d{4}\/.*\.json$|^advisories\/.*\.csaf\.json$/,
    () => csafValidators().document,
    withoutSchema.csaf,
  ],
  [
    "CSAF's provider",
    /^\.well-known\/csaf\/provider-metadata\.json$/,
    () => csafValidators().provider,
    withoutSchema.csaf,
  ],
];

function problems(tree: PublishedTree, paths: readonly string[], errors: Validator): string[] {
  return paths.flatMap((path) => {
    const said = errors(tree.json(path));
    return said === '' ? [] : [`${path}: ${said}`];
  });
}

for (const [name, published, skip] of trees) {
  for (const [standard, pattern, validator, without] of STANDARDS)
    test(`${name}: every ${standard} document is valid`, { skip: skip || without }, async () => {
      const tree = await published();
      const paths = tree.matching(pattern);
      assert.notEqual(paths.length, 0);
      assert.deepEqual(problems(tree, paths, validator()), []);
      console.log(`${name}: ${paths.length} ${standard} documents are valid`);
    });

  test(`${name}: every record is valid by the schema of the tree`, { skip }, async () => {
    const tree = await published();
    const paths = tree.matching(/^advisories\/[^/]+(?<!\.(?:osv|cve|csaf|openvex|cdx))\.json$/);
    assert.notEqual(paths.length, 0);
    const validate = new Ajv2020().compile(tree.json('schema/cpansec-advisory-1.json'));
    assert.deepEqual(
      paths.filter((path) => !validate(tree.json(path))),
      [],
    );
  });

  test(`${name}: CSAF documents pass the mandatory tests of its standard`, { skip }, async () => {
    const tree = await published();
    const paths = tree.matching(/^csaf\/white\/\d{4}\/.*\.json$/);
    const step = Math.ceil(paths.length / rounds(10, 500));
    for (const path of paths.filter((_, i) => i % step === 0 || /99\d{3}/.test(paths[i] ?? '')))
      assert.deepEqual(await csafProblems(tree.json(path)), [], path);
  });

  test(`${name}: every JSON of the tree parses`, { skip }, async () => {
    const tree = await published();
    const paths = tree.matching(/\.json$/);
    for (const path of paths) tree.json(path);
    console.log(`${name}: ${paths.length} JSON files parse`);
  });
}
