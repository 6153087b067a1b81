/** The list: what is asked for stands in the address, so that it can be kept and sent on. */
import type { JSX } from 'preact';
import { Field, Pager, SelectField } from '../ui/index.ts';
import type { ListModel } from './case-model.ts';
import { Lines } from './case-table.tsx';
import { PAGE_SIZE } from './list.ts';

const PHASES = [
  { value: 'open', label: 'open' },
  { value: 'report', label: 'new reports' },
  { value: 'triage', label: 'in triage' },
  { value: 'coordinate', label: 'coordinated' },
  { value: 'publication', label: 'being published' },
  { value: 'follow-up', label: 'followed up' },
  { value: 'closed', label: 'closed' },
  { value: 'all', label: 'all' },
];

const ORDERS = [
  { value: 'due', label: 'promised soonest first' },
  { value: 'changed', label: 'changed last first' },
];

export function listPage({ lines, total, filter }: ListModel): JSX.Element {
  return (
    <>
      <h1>Cases</h1>
      <form method="get" action="/cases" class="filter">
        <Field name="q" label="Words" value={filter.q} required={false} maxLength={200} />
        <SelectField name="phase" label="Which" options={PHASES} value={filter.phase} />
        <SelectField name="sort" label="Order" options={ORDERS} value={filter.sort} />
        <button type="submit">Show</button>
      </form>
      <p class="wide">{leadOf(total, filter)}</p>
      {lines.length === 0 ? null : <Lines lines={lines} caption="Your cases" />}
      <Pager hrefs={pagesOf(total, filter)} current={filter.page - 1} />
    </>
  );
}

function leadOf(total: number, { page }: ListModel['filter']): string {
  if (total === 0) return 'None of your cases fits.';
  const counted = `${total.toLocaleString('en')} of your cases`;
  if (total <= PAGE_SIZE) return `${counted}.`;
  const [first, last] = [(page - 1) * PAGE_SIZE + 1, Math.min(total, page * PAGE_SIZE)];
  return `${counted}, ${first} to ${last} here.`;
}

/** The address of a filter, without what is the default. */
export function addressOf({ q, phase, sort, page }: ListModel['filter']): string {
  const query = new URLSearchParams({
    ...(q === '' ? {} : { q }),
    ...(phase === 'open' ? {} : { phase }),
    ...(sort === 'due' ? {} : { sort }),
    ...(page === 1 ? {} : { page: `${page}` }),
  });
  return query.size === 0 ? '/cases' : `/cases?${query}`;
}

function pagesOf(total: number, filter: ListModel['filter']): string[] {
  const pages = Math.ceil(total / PAGE_SIZE);
  return Array.from({ length: pages }, (_, i) => addressOf({ ...filter, page: i + 1 }));
}
