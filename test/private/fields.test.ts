/** What goes out: nothing but what a model declares, and of that only what is for whoever asks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, type Relation, type Seer, seerOf } from '../../desk/access/index.ts';
import type { Route } from '../../desk/web/index.ts';
import { databases } from '../given-desk.ts';
import { assertGolden } from '../golden.ts';
import {
  givenWorld,
  memberOf,
  NOBODY,
  putInto,
  ROUTES,
  serving,
  signedIn,
  undoing,
  type Who,
} from './given.ts';
import { bodyOf, pathOf, type Schema, valuesFor } from './values.ts';

const GOLDEN = new URL('testdata/fields.txt', import.meta.url).pathname;
const SEERS: readonly Seer[] = [
  'coordinator',
  'cna',
  'triager',
  'auditor',
  'reporter',
  'participant',
  'anonymous',
];

/** Everything that the schema declares, and in each object something that it does not. */
function everything(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return everything(objectOf(schema.anyOf));
  if (schema.type === 'array') return [everything(schema.items ?? {})];
  if (schema.type === 'object') {
    const declared = Object.entries(schema.properties ?? {});
    const values = declared.map(([name, one]) => [name, everything(one)] as const);
    const any = schema.patternProperties === undefined ? [['undeclared', 'undeclared'] as const] : [];
    return Object.fromEntries([...values, ...any]);
  }
  return { string: 'text', integer: 1, number: 1, boolean: true }[schema.type ?? ''] ?? null;
}

function objectOf(all: readonly Schema[]): Schema {
  return all.find(({ type }) => type === 'object') ?? all.find(({ type }) => type !== 'null') ?? {};
}

/** The same, written once more: what this seer is to get. */
function wanted(schema: Schema, seer: Seer): unknown {
  if (schema.anyOf !== undefined && schema.const === undefined) return wanted(objectOf(schema.anyOf), seer);
  if (schema.type === 'array') return [wanted(schema.items ?? {}, seer)];
  if (schema.type !== 'object') return everything(schema);
  const shown = Object.entries(schema.properties ?? {}).filter(
    ([, { seen }]) => seen?.includes(seer) !== false,
  );
  return Object.fromEntries(shown.map(([name, one]) => [name, wanted(one, seer)]));
}

interface Restricted {
  readonly at: string;
  readonly seen: readonly string[];
  /** Only there the server looks for it. */
  readonly property: boolean;
}

function restricted(schema: Schema, at: string, property: boolean): Restricted[] {
  const here = schema.seen === undefined ? [] : [{ at, seen: schema.seen, property }];
  return [
    ...here,
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
      restricted(one, `${at}.${name}`, true),
    ),
    ...(schema.items === undefined ? [] : restricted(schema.items, `${at}[]`, false)),
    ...(schema.anyOf ?? []).flatMap((one) => restricted(one, at, false)),
    ...Object.values(schema.patternProperties ?? {}).flatMap((one) => restricted(one, `${at}{}`, false)),
  ];
}

test('a field that is for some alone is declared where the server looks for it', () => {
  const lines: string[] = [];
  for (const { method, path, model } of ROUTES)
    for (const { at, seen, property } of restricted(model as Schema, '', false)) {
      assert.ok(property, `${method} ${path} ${at}: only a property can be for some alone`);
      for (const seer of seen)
        assert.ok((SEERS as readonly string[]).includes(seer), `${path} ${at}: ${seer}`);
      lines.push(`${method.padEnd(4)} ${path} ${at.slice(1)}: ${seen.join(', ')}\n`);
    }
  assertGolden(GOLDEN, lines.join(''));
});

/** Routes that give everything that they declare, and more. */
const careless: readonly Route[] = ROUTES.map((route) => ({
  ...route,
  handle: async () => ({ model: everything(route.model as Schema) }),
}));

test('as each of them only what is theirs goes out, of every route', async (t) => {
  const { store } = await (databases[0] ?? assert.fail()).given(t);
  const world = await givenWorld(t, store);
  const people: [Who, Relation][] = [
    [NOBODY, 'none'],
    [world.own.reporter, 'reporter'],
    [world.own.agreed, 'participant'],
  ];
  for (const role of ['coordinator', 'cna', 'triager', 'auditor'] as const) {
    const who = await signedIn(store, role, { proved: true });
    await putInto(store, world.own.id, memberOf(who).id, 'member');
    people.push([who, 'member']);
  }
  const { ask } = serving(t, undoing(store), careless);
  let compared = 0;
  for (const route of ROUTES)
    for (const [who, relation] of people) {
      if (decide(who.principal, route.act, relation) !== 'yes') continue;
      const url = pathOf(route, valuesFor(route, world));
      const told = await ask(who, route.method, url, route.method === 'POST' ? { json: bodyOf(route) } : {});
      assert.equal(told.status, 200, `${url}: ${told.body}`);
      const seer = seerOf(who.principal);
      assert.deepEqual(JSON.parse(told.body), wanted(route.model as Schema, seer), `${url} as ${seer}`);
      compared++;
    }
  assert.ok(compared > ROUTES.length, `${compared} answers`);
});
