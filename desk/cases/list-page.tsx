/** The list: what is asked for stands in the address, so that it can be kept and sent on. */
import type { JSX } from 'preact';
import { PRODUCT_STATUSES } from '../casefile/index.ts';
import { Choices, Field, Links, Pager, SelectField } from '../ui/index.ts';
import { BULK_ACTS, MAX_BULK } from './bulk.ts';
import { Fold } from './case-act.tsx';
import type { ListModel } from './case-model.ts';
import { Lines } from './case-table.tsx';
import { PAGE_SIZE } from './list.ts';
import { STATUS_WORDS } from './product-words.ts';

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

const PRODUCTS = [
  { value: '', label: 'any' },
  ...PRODUCT_STATUSES.map((value) => ({ value, label: `one is ${STATUS_WORDS[value]}` })),
];

const WHOSE = [
  { value: '', label: 'anybody’s' },
  { value: 'yes', label: 'assigned to me' },
];

const ORDERS = [
  { value: 'due', label: 'promised soonest first' },
  { value: 'changed', label: 'changed last first' },
];

export function listPage({ lines, total, filter, views }: ListModel): JSX.Element {
  return (
    <>
      <h1>Cases</h1>
      <Views views={views} filter={filter} />
      <form method="get" action="/cases" class="filter">
        <Field name="q" label="Words" value={filter.q} required={false} maxLength={200} />
        <SelectField name="phase" label="Which" options={PHASES} value={filter.phase} />
        <SelectField name="product" label="Products" options={PRODUCTS} value={filter.product} />
        <SelectField name="mine" label="Whose" options={WHOSE} value={filter.mine} />
        <SelectField name="sort" label="Order" options={ORDERS} value={filter.sort} />
        <button type="submit">Show</button>
      </form>
      <p class="wide">{leadOf(total, filter)}</p>
      {lines.length === 0 ? null : <Lines lines={lines} caption="Your cases" pick />}
      <Pager hrefs={pagesOf(total, filter)} current={filter.page - 1} />
      {lines.length === 0 ? null : <Bulk total={total} filter={filter} />}
      <Keep filter={filter} views={views} />
      <p>
        <a href="/incidents/new">Open an incident</a>, for coordinators and the CNA.
      </p>
    </>
  );
}

/** Filters that the member keeps, the one that is shown marked. */
function Views({ views, filter }: Pick<ListModel, 'views' | 'filter'>): JSX.Element | null {
  if (views.length === 0) return null;
  const here = addressOf({ ...filter, page: 1 });
  return (
    <nav aria-label="Filters that you keep">
      <Links row items={views.map(({ name, href }) => ({ href, label: name, current: href === here }))} />
    </nav>
  );
}

function Keep({
  views,
  filter: { q, phase, product, mine, sort },
}: Pick<ListModel, 'views' | 'filter'>): JSX.Element {
  return (
    <Fold name="Keep this filter">
      <form method="post" action="/views" class="filter">
        {Object.entries({ q, phase, product, mine, sort }).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Field name="name" label="Under which name?" maxLength={60} />
        <button type="submit">Keep it</button>
      </form>
      {views.map(({ id, name }) => (
        <form key={id} method="post" action="/views/delete">
          <input type="hidden" name="view" value={id} />
          <button type="submit" class="second">
            Forget {name}
          </button>
        </form>
      ))}
    </Fold>
  );
}

const BULK_WORDS: Readonly<Record<(typeof BULK_ACTS)[number], string>> = {
  take: 'take them on',
  assign: 'assign them',
  label: 'label them',
  spam: 'close them as spam',
  'not-a-vulnerability': 'close them: not a vulnerability',
  duplicate: 'merge them: duplicates of',
};

/** One thing for every ticked case; what it does not need may stay empty. */
function Bulk({ total, filter }: Pick<ListModel, 'total' | 'filter'>): JSX.Element {
  const { page: _, ...kept } = filter;
  return (
    <form method="post" action="/cases/bulk" id="bulk" class="filter">
      <SelectField
        name="act"
        label="With the ticked cases"
        options={BULK_ACTS.map((value) => ({ value, label: BULK_WORDS[value] }))}
      />
      {total <= PAGE_SIZE || total > MAX_BULK ? null : (
        <>
          {Object.entries(kept).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <Choices
            name="all"
            legend="Or"
            options={[{ value: 'yes', label: `all ${total.toLocaleString('en')} that fit the filter` }]}
          />
        </>
      )}
      <Field name="to" label="Assign to" hint="me, or a member’s name" required={false} maxLength={100} />
      <Field name="why" label="Why" required={false} maxLength={2000} />
      <Field name="label" label="Label" required={false} maxLength={60} />
      <Field name="of" label="Duplicates of" required={false} maxLength={40} />
      <button type="submit">Do it</button>
    </form>
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
export function addressOf({ q, phase, sort, product, mine, page }: ListModel['filter']): string {
  const query = new URLSearchParams({
    ...(q === '' ? {} : { q }),
    ...(phase === 'open' ? {} : { phase }),
    ...(product === '' ? {} : { product }),
    ...(mine === '' ? {} : { mine }),
    ...(sort === 'due' ? {} : { sort }),
    ...(page === 1 ? {} : { page: `${page}` }),
  });
  return query.size === 0 ? '/cases' : `/cases?${query}`;
}

function pagesOf(total: number, filter: ListModel['filter']): string[] {
  const pages = Math.ceil(total / PAGE_SIZE);
  return Array.from({ length: pages }, (_, i) => addressOf({ ...filter, page: i + 1 }));
}
