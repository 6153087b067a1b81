/** What is late and what is due soon, over all cases that a member sees. */
import type { JSX } from 'preact';
import Type from 'typebox';
import { memberOf } from '../cases/index.ts';
import { CLOCK_WORDS, type ClockKind } from '../disclosure/index.ts';
import { Instant, Links, Records, Tag } from '../ui/index.ts';
import { type Route, route } from '../web/index.ts';
import { MOST_CASES, type OpenClock, openClocks } from './open-clocks.ts';

/** Days ahead that are soon. */
const SOON = 7;
/** Lines of a page. */
const MOST = 200;

interface LateModel {
  /** Null for every kind. */
  readonly kind: ClockKind | null;
  readonly kinds: readonly { readonly kind: ClockKind; readonly late: number; readonly soon: number }[];
  readonly clocks: readonly OpenClock[];
  /** Lines that the page has no room for. */
  readonly more: number;
  /** Cases that were not looked into. */
  readonly left: number;
}

const text = Type.String();

const schema = Type.Object({
  kind: Type.Union([Type.Null(), text]),
  kinds: Type.Array(Type.Object({ kind: text, late: Type.Integer(), soon: Type.Integer() })),
  clocks: Type.Array(
    Type.Object({
      ...{ id: text, caseId: text, reference: text, title: text, kind: text, what: text, who: text },
      ...{ due: text, late: Type.Boolean(), why: text },
    }),
  ),
  more: Type.Integer(),
  left: Type.Integer(),
});

export const lateRoute: Route = route({
  method: 'GET',
  path: '/late',
  act: 'case.list',
  title: 'Late, and due soon',
  query: Type.Object({ clock: Type.Optional(Type.String({ maxLength: 40 })) }),
  model: Type.Unsafe<LateModel>(schema),
  scripts: ['keys.js', 'times.js'],
  handle: async (asked) => {
    const { clocks: all, left } = await openClocks(asked.tx, asked.vault, memberOf(asked), SOON);
    const kinds = kindsOf(all);
    const kind = kinds.find((one) => one.kind === asked.query.clock)?.kind ?? null;
    const clocks = all.filter((one) => kind === null || one.kind === kind);
    asked.note({ late: all.filter(({ late }) => late).length, soon: all.filter(({ late }) => !late).length });
    const more = Math.max(0, clocks.length - MOST);
    return { model: { kind, kinds, clocks: clocks.slice(0, MOST), more, left } };
  },
  page: latePage,
});

function kindsOf(clocks: readonly OpenClock[]): LateModel['kinds'] {
  const kinds = Object.keys(CLOCK_WORDS) as ClockKind[]; // the keys of the table are its type
  return kinds.flatMap((kind) => {
    const own = clocks.filter((one) => one.kind === kind);
    const late = own.filter((one) => one.late).length;
    return own.length === 0 ? [] : [{ kind, late, soon: own.length - late }];
  });
}

function latePage({ kind, kinds, clocks, more, left }: LateModel): JSX.Element {
  const late = clocks.filter((one) => one.late).length;
  return (
    <>
      <h1>Late, and due soon</h1>
      <p class="lead">
        {late === 0 ? 'Nothing is late.' : `${late} late.`} {clocks.length - late} due within {SOON} days.
      </p>
      {kinds.length < 2 && kind === null ? null : <Kinds kind={kind} kinds={kinds} />}
      <Records
        items={clocks.map((clock) => ({
          key: `${clock.caseId} ${clock.id}`,
          title: (
            <>
              {clock.late ? <Tag signal="danger">late</Tag> : null} {whatOf(clock)}:{' '}
              <a href={`/cases/${clock.caseId}`}>{clock.title === '' ? 'Untitled' : clock.title}</a>
            </>
          ),
          facts: [
            <>
              due <Instant at={clock.due} />
            </>,
            <code key="reference">{clock.reference}</code>,
            clock.why,
          ],
        }))}
      />
      {more === 0 ? null : <p>{more} more: choose a clock.</p>}
      {left === 0 ? null : (
        <p>
          The first {MOST_CASES} cases were looked into, and {left} were not.
        </p>
      )}
      <p>
        <a href="/calendar">Have these in your calendar</a>
      </p>
    </>
  );
}

function whatOf({ what, who }: OpenClock): string {
  return who === 'team' ? what : `${what} (theirs)`;
}

function Kinds({ kind, kinds }: Pick<LateModel, 'kind' | 'kinds'>): JSX.Element {
  const items = kinds.map((one) => ({
    href: `/late?clock=${one.kind}`,
    label: CLOCK_WORDS[one.kind],
    note: one.late === 0 ? `${one.soon} soon` : `${one.late} late`,
    current: one.kind === kind,
  }));
  return (
    <nav aria-label="By clock">
      <Links items={[{ href: '/late', label: 'all', current: kind === null }, ...items]} />
    </nav>
  );
}
