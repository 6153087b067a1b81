/**
 * Outside standards by their own schemas, where those are at hand. Each gives a function that says what is wrong
 * with a document, or the empty text.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { sharedJson, withoutShared } from './shared.ts';

export type Validator = (document: unknown) => string;

const OSV = 'schemas/osv/osv-schema-1.7.5.schema.json';
const CVE = 'schemas/cve/CVE_Record_Format_5.2.0_bundled.derived.json';
const OPENVEX = 'schemas/openvex/openvex_json_schema.json';
const CYCLONEDX = 'metadata/cyclonedx';
const CSAF = 'schemas/csaf';

/** For a test's `skip`, by standard. */
export const withoutSchema: Readonly<
  Record<'osv' | 'cve' | 'openVex' | 'cycloneDx' | 'csaf', false | string>
> = {
  osv: withoutShared(OSV),
  cve: withoutShared(CVE),
  openVex: withoutShared(OPENVEX),
  cycloneDx: withoutShared(CYCLONEDX),
  csaf: withoutShared(CSAF),
};

function validator(validate: ValidateFunction): Validator {
  return (document) => (validate(document) ? '' : JSON.stringify(validate.errors));
}

/** OSV 1.7.5 with the ecosystem and the prefix that are not registered yet. */
export function osvValidator(): Validator {
  const schema = sharedJson<{ $defs: Record<'prefix' | 'ecosystemWithSuffix', { pattern: string }> }>(OSV);
  const { prefix, ecosystemWithSuffix } = schema.$defs;
  prefix.pattern = prefix.pattern.replace('(ASB-A|', '(ASB-A|CPANSA|');
  ecosystemWithSuffix.pattern = ecosystemWithSuffix.pattern.replace('^(', '^(CPAN|');
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return validator(ajv.compile(schema));
}

/** CVE 5.2.0, bundled. */
export function cveValidator(): Validator {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  return validator(ajv.compile(sharedJson<object>(CVE)));
}

export function openVexValidator(): Validator {
  const ajv = new Ajv2020({ strict: false, formats: { iri: true } });
  addFormats.default(ajv);
  return validator(ajv.compile(sharedJson<object>(OPENVEX)));
}

/** CycloneDX 1.6. */
export function cycloneDxValidator(): Validator {
  const formats = { 'iri-reference': true, 'idn-email': true } as const;
  const ajv = new Ajv({ strict: false, formats, logger: false });
  addFormats.default(ajv);
  for (const other of ['spdx', 'jsf-0.82'])
    ajv.addSchema(sharedJson<object>(`${CYCLONEDX}/${other}.schema.json`));
  return validator(ajv.compile(sharedJson<object>(`${CYCLONEDX}/bom-1.6.schema.json`)));
}

/** CSAF 2.0: documents, and the metadata of a provider. The schemas of CVSS are taken on trust. */
export function csafValidators(): { readonly document: Validator; readonly provider: Validator } {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  for (const version of ['2.0', '3.0', '3.1'])
    ajv.addSchema({}, `https://www.first.org/cvss/cvss-v${version}.json`);
  const document = ajv.compile(sharedJson<object>(`${CSAF}/csaf_json_schema.json`));
  const provider = ajv.compile(sharedJson<object>(`${CSAF}/provider_json_schema.json`));
  return { document: validator(document), provider: validator(provider) };
}
