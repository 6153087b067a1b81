/** What of a model somebody sees: what its schema declares, and of that what is not for others alone. */
import type { TSchema } from 'typebox';
import type { Seer } from '../access/index.ts';

/** A schema as JSON has it, with our own keyword. */
interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly const?: unknown;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  /** Who sees the value; without it everybody who may ask. */
  readonly seen?: readonly Seer[];
}

/** The value with nothing but what the schema declares for this seer. */
export function seenBy(seer: Seer, schema: TSchema, value: unknown): unknown {
  return seen(seer, schema as Node, value); // a TypeBox schema is its own JSON
}

function seen(seer: Seer, node: Node, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  // `Unknown` declares all of it.
  if (Object.keys(node).length === 0) return value;
  if (node.anyOf !== undefined) {
    const fitting = node.anyOf.find((one) => fits(one, value));
    return fitting === undefined ? undefined : seen(seer, fitting, value);
  }
  if (Array.isArray(value))
    return node.items === undefined ? [] : value.map((item) => seen(seer, node.items ?? {}, item));
  const [rest] = Object.values(node.patternProperties ?? {});
  const kept: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    const schema = node.properties?.[name] ?? rest;
    if (schema === undefined || schema.seen?.includes(seer) === false) continue;
    kept.push([name, seen(seer, schema, member)]);
  }
  return Object.fromEntries(kept);
}

/** Which of several objects a value is: by its constants. */
function fits(node: Node, value: object): boolean {
  if (Array.isArray(value)) return node.type === 'array';
  if (node.type === 'array' || node.type === 'null') return false;
  return Object.entries(node.properties ?? {}).every(
    ([name, { const: wanted }]) =>
      wanted === undefined || (value as Record<string, unknown>)[name] === wanted, // an object of JSON
  );
}
