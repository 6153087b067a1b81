/** The OpenAPI 3.1 document of the routes, made of the same schemas that check them. */
import type { RouteOptions } from 'fastify';

export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Record<string, { readonly description: string; readonly content?: Content }>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: unknown;
}

type Content = Record<string, { readonly schema: unknown }>;

/** What a route of ours declares; what has no summary stands in no document. */
declare module 'fastify' {
  interface FastifySchema {
    summary?: string;
    /** Media type of its good answer; JSON where none is said. */
    produces?: string;
  }
}

export function emptyOpenApi(version: string): OpenApi {
  return {
    openapi: '3.1.0',
    info: {
      title: 'CPAN security advisories',
      version,
      description: 'OSV queries over a public tree of advisories, and what the server says of itself.',
    },
    paths: {},
  };
}

export function addRoute({ paths }: OpenApi, { url, method, schema }: RouteOptions): void {
  if (schema?.summary === undefined) return;
  const path = url.replace(/:(\w+)/g, '{$1}');
  const operation: Operation = {
    summary: schema.summary,
    ...parametersOf(schema),
    ...(schema.body === undefined ? {} : { requestBody: { required: true, content: json(schema.body) } }),
    responses: responsesOf(schema),
  };
  for (const one of [method].flat()) {
    if (one === 'HEAD') continue;
    paths[path] = { ...paths[path], [one.toLowerCase()]: operation };
  }
}

type Schema = NonNullable<RouteOptions['schema']>;

function parametersOf({ params, querystring }: Schema): { parameters?: Parameter[] } {
  const parameters = [...members(params, 'path'), ...members(querystring, 'query')];
  return parameters.length === 0 ? {} : { parameters };
}

function members(schema: unknown, place: Parameter['in']): Parameter[] {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return [];
  const required = 'required' in schema && Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties ?? {}).map(([name, member]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: member,
  }));
}

function responsesOf({ response, produces = 'application/json' }: Schema): Operation['responses'] {
  const responses = Object.entries(response ?? {}).map(([status, schema]) => {
    const good = status.startsWith('2');
    const content = good ? { [produces]: { schema } } : json(schema);
    return [status.toUpperCase(), { description: good ? 'The answer.' : 'A refusal.', content }] as const;
  });
  return Object.fromEntries(responses);
}

function json(schema: unknown): Content {
  return { 'application/json': { schema } };
}
