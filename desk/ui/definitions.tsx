import type { ComponentChildren, JSX } from 'preact';

/** Terms and what they are here. */
export type Definition = readonly [term: string, meaning: ComponentChildren];

export function Definitions({ items }: { readonly items: readonly Definition[] }): JSX.Element {
  return (
    <dl class="defs">
      {items.map(([term, meaning]) => [<dt key={term}>{term}</dt>, <dd key={`${term} is`}>{meaning}</dd>])}
    </dl>
  );
}

/** Few large numbers, each with what it counts. */
export function Numbers({ items }: { readonly items: readonly Definition[] }): JSX.Element {
  return (
    <dl class="numbers">
      {items.map(([term, number]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{number}</dd>
        </div>
      ))}
    </dl>
  );
}
