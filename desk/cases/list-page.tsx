import type { JSX } from 'preact';
import { Pager, Table, Tag } from '../ui/index.ts';
import type { ListModel } from './case-model.ts';
import { PAGE_SIZE } from './list.ts';

const PHASES: readonly (readonly [value: string, label: string])[] = [
  ['open', 'open'],
  ['report', 'new reports'],
  ['triage', 'in triage'],
  ['coordinate', 'coordinated'],
  ['publication', 'being published'],
  ['follow-up', 'followed up'],
  ['closed', 'closed'],
  ['all', 'all'],
];

export function listPage({ lines, total, filter }: ListModel): JSX.Element {
  return (
    <>
      <h1>Cases</h1>
      <p class="lead">{total === 0 ? 'None of your cases fits.' : `${total} of your cases.`}</p>
      <form method="get" action="/cases" class="filter">
        <label>
          Words <input name="q" type="search" value={filter.q} />
        </label>
        <label>
          Which{' '}
          <select name="phase">
            {PHASES.map(([value, label]) => (
              <option key={value} value={value} selected={value === filter.phase}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Order{' '}
          <select name="sort">
            <option value="due" selected={filter.sort === 'due'}>
              promised soonest first
            </option>
            <option value="changed" selected={filter.sort === 'changed'}>
              changed last first
            </option>
          </select>
        </label>
        <button type="submit">Show</button>
      </form>
      {lines.length === 0 ? null : <Lines lines={lines} />}
      <Pager hrefs={pagesOf(total, filter)} current={filter.page - 1} />
    </>
  );
}

function pagesOf(total: number, { q, phase, sort }: ListModel['filter']): string[] {
  const pages = Math.ceil(total / PAGE_SIZE);
  return Array.from(
    { length: pages },
    (_, i) => `/cases?${new URLSearchParams({ q, phase, sort, page: `${i + 1}` })}`,
  );
}

export function Lines({ lines }: Pick<ListModel, 'lines'>): JSX.Element {
  return (
    <Table
      caption="Your cases"
      columns={[
        { label: 'Case', kind: 'long' },
        { label: 'Reference', kind: 'fixed' },
        { label: 'Distribution' },
        { label: 'Phase' },
        { label: 'Promised by', kind: 'fixed' },
        { label: 'Embargo ends', kind: 'fixed' },
        { label: 'TLP', kind: 'fixed' },
      ]}
      rows={lines.map(({ id, title, reference, distribution, phase, dueAt, late, embargoEndsAt, tlp }) => [
        <a key={id} href={`/cases/${id}`}>
          {title === '' ? 'Untitled' : title}
        </a>,
        <code key="reference">{reference}</code>,
        distribution ?? 'not known',
        phase,
        dueAt === null ? '' : <Due key="due" at={dueAt} late={late} />,
        embargoEndsAt === null ? '' : instantWords(embargoEndsAt),
        tlp,
      ])}
    />
  );
}

function Due({ at, late }: { readonly at: string; readonly late: boolean }): JSX.Element {
  return (
    <>
      <time dateTime={at}>{instantWords(at)}</time> {late ? <Tag signal="danger">late</Tag> : null}
    </>
  );
}

/** `2026-11-25 12:00 UTC`. */
export function instantWords(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}
