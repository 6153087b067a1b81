import type { JSX } from 'preact';
import type { Signal } from './signals.tsx';

export interface Bar {
  readonly label: string;
  readonly count: number;
  readonly signal?: Signal;
  readonly href?: string;
}

export interface BarsProps {
  readonly caption: string;
  /** What a bar is one of: `Year`. */
  readonly name: string;
  /** What is counted: `Advisories`. */
  readonly unit: string;
  readonly bars: readonly Bar[];
}

/** A picture and its table in one: each row has its number and its bar. */
export function Bars({ caption, name, unit, bars }: BarsProps): JSX.Element {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <div class="table bars">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{name}</th>
            <th scope="col" class="number">
              {unit}
            </th>
            <td />
          </tr>
        </thead>
        <tbody>{bars.map((bar) => barRow(bar, most))}</tbody>
      </table>
    </div>
  );
}

function barRow({ label, count, signal, href }: Bar, most: number): JSX.Element {
  return (
    <tr key={label}>
      <th scope="row" class="fixed">
        {href === undefined ? label : <a href={href}>{label}</a>}
      </th>
      <td class="number">{count.toLocaleString('en')}</td>
      <td class="bar">
        <svg aria-hidden="true" focusable="false">
          <rect
            class={signal === undefined ? undefined : `bar-${signal}`}
            width={`${Math.round((1000 * count) / most) / 10}%`}
            height="100%"
          />
        </svg>
      </td>
    </tr>
  );
}
