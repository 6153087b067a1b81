/** The desk's own description of its API: made of the same declarations that check it (OpenAPI 3.1). */
import Type, { type TObject } from 'typebox';
import { type ActName, rules } from '../access/index.ts';
import { type Route, route } from './route.ts';

/** `GET /openapi.json`: what a program may ask, and with which token. */
export function openApiRoute(routes: readonly Route[], name: string): Route {
  return route({
    method: 'GET',
    path: '/openapi.json',
    act: 'desk.public',
    title: 'The API of this desk',
    model: Type.Object({
      openapi: Type.String(),
      info: Type.Record(Type.String(), Type.String()),
      components: Type.Unknown(),
      paths: Type.Unknown(),
    }),
    handle: async () => ({ model: describe(routes, name) }),
  });
}

interface Description {
  readonly openapi: string;
  readonly info: Readonly<Record<string, string>>;
  readonly components: unknown;
  readonly paths: unknown;
}

function describe(routes: readonly Route[], name: string): Description {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of routes) {
    const path = one.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one) };
  }
  return {
    openapi: '3.1.0',
    info: { title: name, version: '1', description: 'Ask for application/json: each page is also this API.' },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths,
  };
}

function operation({ title, act, params, query, body, model }: Route): unknown {
  const parameters = [...members(params, 'path'), ...members(query, 'query')];
  return {
    summary: title,
    'x-act': act,
    ...security(act),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: {
      200: { description: 'Done.', content: json(model) },
      404: { description: 'Nothing here, or nothing for whoever asks.' },
      ...(body === undefined && query === undefined ? {} : { 422: { description: 'Not as it must be.' } }),
    },
  };
}

/** No token does what asks for a person; what everybody may needs none. */
function security(act: ActName): { readonly security: readonly unknown[] } {
  const { anyone, scope } = rules[act];
  if (anyone === true) return { security: [] };
  return { security: scope === undefined ? [{}] : [{ token: [scope] }] };
}

function members(schema: TObject | undefined, place: 'path' | 'query'): unknown[] {
  const required: readonly string[] = schema?.required ?? [];
  return Object.entries(schema?.properties ?? {}).map(([name, member]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: member,
  }));
}

function json(schema: unknown): unknown {
  return { 'application/json': { schema } };
}
