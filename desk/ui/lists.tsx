import type { ComponentChildren, JSX } from 'preact';

export interface RecordItem {
  readonly key: string;
  readonly title: ComponentChildren;
  /** Short facts in one line below the title. */
  readonly facts: readonly ComponentChildren[];
  /** Forms of what can be done with it. */
  readonly acts?: ComponentChildren;
}

/** Things to read one after another: a title and a line of facts each. */
export function Records({ items }: { readonly items: readonly RecordItem[] }): JSX.Element {
  return (
    <ul class="records">
      {items.map(({ key, title, facts, acts }) => (
        <li key={key}>
          <p class="title">{title}</p>
          <p class="facts">
            {facts.map((fact) => (
              <span>{fact}</span>
            ))}
          </p>
          {acts === undefined ? null : <div class="acts">{acts}</div>}
        </li>
      ))}
    </ul>
  );
}

export interface Link {
  readonly href: string;
  readonly label: string;
  /** Read out and shown after the label: a count. */
  readonly note?: string;
  readonly current?: boolean;
}

/** Many short links: in columns, or in a row where they are few. */
export function Links({
  items,
  row = false,
}: {
  readonly items: readonly Link[];
  readonly row?: boolean;
}): JSX.Element {
  return (
    <ul class={row ? 'row' : 'columns'}>
      {items.map(({ href, label, note, current }) => (
        <li key={href}>
          <a href={href} aria-current={current === true ? 'page' : undefined}>
            {label}
          </a>
          {note === undefined ? null : <span class="quiet small"> {note}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Neighbours on either side that a long list of pages names, and how many steps it makes of the whole. */
const NEIGHBOURS = 5;
const STEPS = 20;

/** Pages of one list by number, of very many a few dozen; nothing where there is one. */
export function Pager({
  hrefs,
  current,
}: {
  readonly hrefs: readonly string[];
  readonly current: number;
}): JSX.Element | null {
  if (hrefs.length < 2) return null;
  const step = Math.ceil(hrefs.length / STEPS);
  const named = (i: number): boolean =>
    Math.abs(i - current) <= NEIGHBOURS || i % step === 0 || i === hrefs.length - 1;
  const items = hrefs
    .map((href, i) => ({ href, label: `${i + 1}`, current: i === current }))
    .filter((_, i) => named(i));
  return (
    <nav aria-label="Pages of this list">
      <Links items={items} row />
    </nav>
  );
}
