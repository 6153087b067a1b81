/** What docs/integrations/vers proposes to VERS: the definition of `cpan`, and its tests as ours say them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { FormatError, formatVers, parseVers } from '../../toolkit/formats/index.ts';
import { assertGolden } from '../golden.ts';
import { sharedJson, withoutShared } from '../shared.ts';
import { specFiles } from '../vers-spec.ts';
import { versOrder, versVectors } from '../vers-vectors.ts';

const folder = new URL('../../docs/integrations/vers/', import.meta.url);
const files = specFiles(versVectors, problemOf);

/** What our parser says against a text, without the text. */
function problemOf(text: string): string {
  try {
    parseVers(text, versOrder);
  } catch (error) {
    if (error instanceof FormatError && error.code === 'vers') return error.message.replace(/^.*?": /, '');
    if (error instanceof FormatError) return 'no CPAN version';
    throw error;
  }
  throw new Error(`read: ${text}`);
}

test('the files of the test suite are made from our vectors', () => {
  for (const [name, text] of files) assertGolden(fileURLToPath(new URL(name, folder)), text);
});

interface Definition {
  readonly vers_examples: string[];
  readonly native_and_vers_equivalent_examples: { native_range: string; vers_range: string }[];
}

const definition = JSON.parse(readFileSync(new URL('cpan-definition.json', folder), 'utf8')) as Definition;

test('examples of the definition are canonical, and conversions are those of the vectors', () => {
  const ours = new Map(versVectors.requirements.map(({ requirement, vers }) => [requirement, vers]));
  for (const text of definition.vers_examples)
    assert.equal(formatVers(parseVers(text, versOrder), versOrder), text);
  for (const { native_range, vers_range } of definition.native_and_vers_equivalent_examples)
    assert.equal(vers_range, ours.get(native_range), native_range);
});

const SCHEMAS = 'schemas/vers';

test('definition and tests are valid by the schemas of VERS', { skip: withoutShared(SCHEMAS) }, () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: true });
  addFormats.default(ajv);
  const check = (schema: string, data: unknown): void => {
    const known = ajv.getSchema(schema) ?? ajv.compile(schemaOf(schema));
    assert.ok(known(data), ajv.errorsText(known.errors));
  };
  check('vers-type-definition.schema-0.2.json', definition);
  for (const text of files.values()) check('vers-test.schema-0.2.json', JSON.parse(text));
});

/** Under its own name: the schemas' `$schema` ends in a `#` that ajv does not know. */
function schemaOf(name: string): object {
  const { $schema: _, ...schema } = sharedJson<Record<string, unknown>>(`${SCHEMAS}/${name}`);
  return { ...schema, $id: name };
}
