import type { ComponentChildren, JSX } from 'preact';

export interface Column {
  readonly label: string;
  /** `number`: right-aligned; `fixed`: not broken; `long`: text that is never squeezed; text otherwise. */
  readonly kind?: 'number' | 'fixed' | 'long';
}

export interface TableProps {
  /** What the table is, in words; read out when its region is reached. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly ComponentChildren[])[];
}

/** A table for comparing, in a region that scrolls by keyboard where it is wider than the screen. */
export function Table({ caption, columns, rows }: TableProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="table" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, kind }) => (
              <th key={label} scope="col" class={kind}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{rows.map((cells) => row(cells, columns))}</tbody>
      </table>
    </section>
  );
}

function row(cells: readonly ComponentChildren[], columns: readonly Column[]): JSX.Element {
  const [heading, ...rest] = cells;
  return (
    <tr>
      <th scope="row" class={columns[0]?.kind}>
        {heading}
      </th>
      {rest.map((cell, i) => (
        <td key={columns[i + 1]?.label} class={columns[i + 1]?.kind}>
          {cell}
        </td>
      ))}
    </tr>
  );
}
