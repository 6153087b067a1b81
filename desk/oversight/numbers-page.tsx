/** Numbers about the desk: computed when they are asked for, never typed. */
import { encodeUtf8 } from 'cpansec/base';
import type { JSX } from 'preact';
import Type from 'typebox';
import { Bars, Numbers as Figures, SelectField, Table } from '../ui/index.ts';
import { type Plain, type Route, route } from '../web/index.ts';
import { type Numbers, numbersOf } from './count.ts';

const PERIODS = ['90', '365', 'all'] as const;
type Period = (typeof PERIODS)[number];

const query = Type.Object({ days: Type.Optional(Type.Enum([...PERIODS])) });
const counted = Type.Array(Type.Object({ what: Type.String(), count: Type.Integer() }));
const days = Type.Union([Type.Null(), Type.Number()]);
const tally = Type.Object({ cases: Type.Integer(), total: Type.Integer() });

const model = Type.Object({
  days: Type.Enum([...PERIODS]),
  states: counted,
  open: Type.Integer(),
  late: Type.Integer(),
  embargoed: Type.Integer(),
  backlog: counted,
  times: Type.Array(
    Type.Object({
      what: Type.String(),
      count: Type.Integer(),
      median: days,
      p90: days,
      waiting: Type.Integer(),
    }),
  ),
  extensions: tally,
  disputes: tally,
  sources: counted,
});

type Model = Plain<Type.Static<typeof model>>;

const act = 'statistics.read' as const;

function lengthOf(period: Period): number | null {
  return period === 'all' ? null : Number(period);
}

export const numbersRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/numbers',
    act,
    title: 'Numbers',
    query,
    model,
    handle: async ({ tx, query: { days: period = '365' } }) => ({
      model: { days: period, ...(await numbersOf(tx, lengthOf(period))) },
    }),
    page: numbersPage,
  }),
  route({
    method: 'GET',
    path: '/numbers.csv',
    act,
    title: 'Numbers as a table',
    query,
    model: Type.Object({}),
    handle: async ({ tx, query: { days: period = '365' } }) => {
      const bytes = encodeUtf8(csvOf(await numbersOf(tx, lengthOf(period))));
      return { download: { name: 'numbers.csv', mediaType: 'text/csv; charset=utf-8', bytes } };
    },
  }),
];

/** RFC 4180; every value is a number or a word of ours. */
function csvOf(numbers: Numbers): string {
  const { states, backlog, sources, times, extensions, disputes } = numbers;
  const counts = (name: string, all: Numbers['states']) => all.map(({ what, count }) => [name, what, count]);
  const rows: (string | number | null)[][] = [
    ['measure', 'what', 'count', 'median days', '90th percentile days', 'waiting'],
    ...counts('state', states),
    ...(['open', 'late', 'embargoed'] as const).map((what) => ['cases', what, numbers[what]]),
    ...counts('age of open cases', backlog),
    ...times.map(({ what, count, median, p90, waiting }) => ['time to', what, count, median, p90, waiting]),
    ['extensions', 'cases', extensions.cases],
    ['extensions', 'all', extensions.total],
    ['disputes', 'cases', disputes.cases],
    ['disputes', 'all', disputes.total],
    ...counts('reports by source', sources),
  ];
  return rows.map((row) => `${Array.from({ length: 6 }, (_, i) => row[i] ?? '').join(',')}\r\n`).join('');
}

const PERIOD_WORDS: Readonly<Record<Period, string>> = {
  '90': 'The last 90 days',
  '365': 'The last 365 days',
  all: 'All time',
};

function numbersPage(numbers: Model): JSX.Element {
  const { open, late, embargoed, states, backlog, sources, days: period } = numbers;
  const bars = (all: Model['states']) => all.map(({ what, count }) => ({ label: what, count }));
  return (
    <>
      <h1>Numbers</h1>
      <p class="lead">Of all cases of this desk, counted now. No case is named, and none is opened for it.</p>
      <Figures
        items={[
          ['Open cases', open],
          ['Late', late],
          ['Under an embargo', embargoed],
        ]}
      />
      <h2>Cases now</h2>
      <Bars caption="Cases by state" name="State" unit="Cases" bars={bars(states)} />
      <Bars caption="Open cases by age" name="Age" unit="Cases" bars={bars(backlog)} />
      <h2>{PERIOD_WORDS[period]}</h2>
      <Choose period={period} />
      <Times {...numbers} />
      <Extra {...numbers} />
      {sources.length === 0 ? (
        <p>No report came.</p>
      ) : (
        <Bars caption="Reports by source" name="Source" unit="Reports" bars={bars(sources)} />
      )}
      <p>
        <a href={`/numbers.csv?days=${period}`}>The same as CSV</a>, <a href="/policy">the policy in force</a>
      </p>
    </>
  );
}

function Choose({ period }: { readonly period: Period }): JSX.Element {
  const options = PERIODS.map((value) => ({ value, label: PERIOD_WORDS[value] }));
  return (
    <form action="/numbers" class="act no-print">
      <SelectField name="days" label="Period" options={options} value={period} />
      <button type="submit" class="second">
        Show
      </button>
    </form>
  );
}

function Times({ times }: Model): JSX.Element {
  return (
    <Table
      caption="Days from the report"
      columns={[
        { label: 'To the', kind: 'fixed' },
        { label: 'Cases', kind: 'number' },
        { label: 'Median', kind: 'number' },
        { label: '90 % within', kind: 'number' },
        { label: 'Waiting', kind: 'number' },
      ]}
      rows={times.map(({ what, count, median, p90, waiting }) => [
        what,
        count,
        median ?? 'none',
        p90 ?? 'none',
        waiting,
      ])}
    />
  );
}

function Extra({ extensions, disputes }: Model): JSX.Element {
  const words = ({ cases, total }: Model['disputes']): string =>
    `${total} in ${cases === 1 ? 'one case' : `${cases} cases`}`;
  return (
    <p>
      Extensions of an embargo: {words(extensions)}. Disputes: {words(disputes)}. Cases that were moved in are
      not timed.
    </p>
  );
}
