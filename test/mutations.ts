/** JSON documents damaged at random: what a reader must refuse with its own error or take as it is. */
import fc from 'fast-check';

const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  '\u0000',
  '__proto__',
  'pkg:cpan/A::B',
  [],
  {},
  [[]],
  [null],
];

/**
 * The document with one to four of its members replaced, removed, doubled or moved. Made from the document's own
 * parts and from values that readers seldom expect.
 */
export function mutated(document: unknown): fc.Arbitrary<unknown> {
  const step = fc.tuple(fc.nat(), fc.nat({ max: 4 }), fc.nat());
  return fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => {
    const root = { document: structuredClone(document) };
    for (const [at, kind, other] of steps) mutate(root, at, kind, other);
    return root.document;
  });
}

function mutate(root: object, at: number, kind: number, other: number): void {
  const places = membersOf(root);
  if (places.length === 0) return;
  const [holder, key] = pick(places, at);
  const [otherHolder, otherKey] = pick(places, other);
  const parts = holder as Record<string, unknown>; // arrays too: their indices are keys
  if (kind === 0 && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (kind === 0) delete parts[key];
  else if (kind === 1) parts[key] = structuredClone(pick(ODD, other));
  else if (kind === 2) parts[key] = structuredClone((otherHolder as Record<string, unknown>)[otherKey]);
  else if (kind === 3) parts[key] = [parts[key], structuredClone(parts[key])];
  else parts[key] = String(parts[key]);
}

function membersOf(root: object): [holder: object, key: string][] {
  const places: [object, string][] = [];
  const queue: object[] = [root];
  for (let holder = queue.pop(); holder !== undefined; holder = queue.pop()) {
    for (const [key, value] of Object.entries(holder)) {
      places.push([holder, key]);
      if (typeof value === 'object' && value !== null) queue.push(value);
    }
  }
  return places;
}

function pick<T>(items: readonly T[], index: number): T {
  return items[index % items.length] as T; // callers look that there is one
}
