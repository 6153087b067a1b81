/** Values that a route takes: made from its schemas, so that a new route needs no line here unless it is particular. */
import assert from 'node:assert/strict';
import type { Route } from '../../desk/web/index.ts';
import type { World } from './given.ts';

/** A schema as JSON has it. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly seen?: readonly string[];
}

/** By name of the field, where any word would not do. */
const WORDS: Readonly<Record<string, unknown>> = {
  address: 'somebody@example.org',
  end: '2999-11-09T12:00:00Z',
  cve: 'CVE-2999-0002',
  ids: 'CVE-2999-0009',
  audience: 'team',
  why: 'For a reason.',
  cvss: '',
  ranges: '<2',
  weaknesses: 'CWE-79',
  days: 7,
  digest: '0'.repeat(64),
};

export function sampleOf(schema: Schema, name = ''): unknown {
  if (name in WORDS) return WORDS[name];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return sampleOf(schema.anyOf[0] ?? {}, name);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((one) => [one, sampleOf(schema.properties?.[one] ?? {}, one)]),
      );
    case 'array':
      return schema.items === undefined || (schema.minItems ?? 0) === 0 ? [] : [sampleOf(schema.items, name)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return 'words';
    default:
      return null;
  }
}

export function bodyOf({ body }: Route): Record<string, unknown> {
  return body === undefined ? {} : (sampleOf(body as Schema) as Record<string, unknown>); // of an object
}

export type Values = Readonly<Record<string, string>>;

/** The path with its parameters filled in, and what the query must have. */
export function pathOf({ path, query }: Route, values: Values): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? assert.fail(`${path}: say in values.ts what ${name} is`)),
  );
  const needed = query === undefined ? {} : (sampleOf(query as Schema) as Record<string, string>); // of an object
  return Object.keys(needed).length === 0 ? filled : `${filled}?${new URLSearchParams(needed)}`;
}

/** What the parameters of a path are, for a case that is there. */
export function valuesFor({ path }: Route, { own, team, job }: World): Values {
  const file = path.startsWith('/my-report')
    ? own.files.reporter
    : path.startsWith('/my-part')
      ? own.files.maintainer
      : own.files.team;
  const member = team.cna.principal.kind === 'member' ? team.cna.principal.id : '';
  const secret = /=(.*)/.exec(own.reporter.headers.cookie ?? '')?.[1] ?? '';
  // No publication is there, and whoever may ask for one learns no more than that.
  const ids = { organisation: own.id, publication: own.id };
  return { case: own.id, file, member, secret, job, name: 'announcement', ...ids };
}
