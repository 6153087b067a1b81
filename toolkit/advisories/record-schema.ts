/**
 * The record as a JSON Schema (2020-12), for readers that are not ours. What it takes, {@link recordShape} takes, but
 * for the names of all entries together, which no schema can count.
 */
import { OPENVEX_JUSTIFICATIONS, VEX_STATUSES } from '../formats/index.ts';
import {
  INDICATOR_TYPES,
  MAX_ENTRIES,
  MAX_INDICATOR,
  MAX_INDICATORS,
  MAX_NAMES,
  MAX_PRODUCTS,
  RECORD_FORMAT,
} from './record.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const texts: Schema = { type: 'array', items: text };
const name: Schema = { type: 'string', pattern: '^[!-~]{1,200}$' };
const names: Schema = { type: 'array', items: name, maxItems: MAX_NAMES };
const date: Schema = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' };

function oneOf(...words: readonly string[]): Schema {
  return { enum: words };
}

/** Members that it does not name are let be, as everywhere in the format. */
function object(required: Readonly<Record<string, Schema>>, optional: Schema = {}): Schema {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

const cause: Schema = {
  ...object({ kind: oneOf('own', 'embedded') }),
  if: { properties: { kind: { const: 'embedded' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: object({ library: text }, { libraryVersion: text }),
};

const source = object(
  { database: oneOf('cpansa', 'osv', 'cve'), row: text, affected: texts, fixed: texts },
  { severity: text, other: { type: 'object' } },
);

const entry = object(
  { distribution: name, ranges: texts, fixed: texts, cause },
  { modules: texts, aliases: names, source },
);

const reference = object({
  type: oneOf('advisory', 'article', 'discussion', 'evidence', 'fix', 'package', 'patch', 'report', 'web'),
  url: text,
});

const credit = object({
  name: text,
  role: oneOf('finder', 'reporter', 'analyst', 'coordinator', 'developer', 'reviewer', 'other'),
});

const product = object(
  { name: text, status: oneOf(...VEX_STATUSES), on: date },
  {
    purl: text,
    justification: oneOf(...OPENVEX_JUSTIFICATIONS),
    version: text,
    noFixPlanned: { type: 'boolean' },
  },
);

const indicator = object(
  { type: oneOf(...INDICATOR_TYPES), value: { type: 'string', minLength: 1, maxLength: MAX_INDICATOR } },
  { note: text },
);

const severity = object(
  {},
  { rating: oneOf('low', 'medium', 'high', 'critical'), vector: text, source: text },
);

/** Without an `$id`: who publishes it knows its address. */
export const RECORD_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: RECORD_FORMAT,
  description: 'What is said of one vulnerability, or of malicious releases, in distributions of CPAN.',
  ...object(
    {
      format: { const: RECORD_FORMAT },
      id: name,
      aliases: names,
      reported: { anyOf: [date, { type: 'null' }] },
      summary: text,
      affected: { ...list(entry), maxItems: MAX_ENTRIES },
      references: list(reference),
      history: list(object({ on: date, change: text })),
    },
    {
      details: text,
      severity,
      ssvc: text,
      weaknesses: texts,
      malicious: object({ indicators: { ...list(indicator), maxItems: MAX_INDICATORS } }),
      products: { ...list(product), maxItems: MAX_PRODUCTS },
      credits: list(credit),
      withdrawn: object({ on: date, kind: oneOf('withdrawn', 'rejected'), reason: text }),
      disputed: object({ on: date, reason: text }),
      flags: list(object({ rule: text, at: text, found: text })),
    },
  ),
};
