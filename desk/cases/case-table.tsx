/** Cases to scan: one line each. */
import type { JSX } from 'preact';
import { instantWords, Tag } from '../ui/index.ts';
import { Tlp } from './case-bar.tsx';
import type { CaseLine } from './list.ts';

export interface LinesProps {
  readonly lines: readonly CaseLine[];
  /** What they are, in words; read out when their region is reached. */
  readonly caption: string;
  /** Whether each can be ticked, for the form around the table. */
  readonly pick?: boolean;
}

export function Lines({ lines, caption, pick = false }: LinesProps): JSX.Element {
  const columns = [
    'Case',
    'Distribution',
    'Phase',
    'Promised by',
    'Embargo ends',
    'TLP, labels',
    'Reference',
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="table cases wide" aria-label={caption} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {pick ? <td /> : null}
            {columns.map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.id} line={line} pick={pick} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ line, pick }: { readonly line: CaseLine; readonly pick: boolean }): JSX.Element {
  const { id, reference, kind, distribution, phase, dueAt, late, embargoEndsAt, tlp, labels } = line;
  const title = line.title === '' ? 'Untitled' : line.title;
  return (
    <tr data-case={id}>
      {pick ? (
        <td class="pick">
          <label>
            <input type="checkbox" name="case" value={id} form="bulk" />
            <span class="hidden-visually">Choose {title}</span>
          </label>
        </td>
      ) : null}
      <th scope="row" class="title">
        {kind === 'incident' ? <Tag signal="danger">incident</Tag> : null}{' '}
        <a href={`/cases/${id}`}>{title}</a>
      </th>
      <td>
        <span class="cut">{distribution ?? ''}</span>
      </td>
      <td>{phase}</td>
      <td data-name="promised by">{dueAt === null ? null : <Due at={dueAt} late={late} />}</td>
      <td data-name="embargo until">
        {embargoEndsAt === null ? null : <time dateTime={embargoEndsAt}>{instantWords(embargoEndsAt)}</time>}
      </td>
      <td>
        <Tlp label={tlp} /> {labels.length === 0 ? null : <span class="quiet">{labels.join(', ')}</span>}
      </td>
      <td>
        <code>{reference}</code>
      </td>
    </tr>
  );
}

function Due({ at, late }: { readonly at: string; readonly late: boolean }): JSX.Element {
  return (
    <>
      {late ? <Tag signal="danger">late</Tag> : null} <time dateTime={at}>{instantWords(at)}</time>
    </>
  );
}
