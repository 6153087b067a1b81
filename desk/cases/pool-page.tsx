/** The pool of reserved CVE ids: how many are left of each year, and which case has which. */
import type { JSX } from 'preact';
import { Area, Notice, Pager, type Signal, Table, Tag } from '../ui/index.ts';
import type { ServicesState } from './cve-services.ts';
import { type PoolForms, ServicesPart } from './pool-services.tsx';

export interface CveLine {
  readonly cve: string;
  readonly state: string;
  /** The case that has it, for members of that case. */
  readonly case: { readonly id: string; readonly reference: string } | null;
}

export interface PoolModel extends PoolForms {
  /** Newest first. */
  readonly years: readonly {
    readonly year: number;
    readonly free: number;
    readonly taken: number;
    readonly retired: number;
    readonly rejected: number;
  }[];
  /** Fewer free ids of this year are a warning. */
  readonly low: number;
  readonly thisYear: number;
  /** The year whose ids are shown. */
  readonly year: number;
  readonly page: number;
  readonly pages: number;
  readonly lines: readonly CveLine[];
  /** Null where the desk has no CVE Services. */
  readonly services: ServicesState | null;
}

export function poolPage(model: PoolModel): JSX.Element {
  const { year, page, pages, lines, services } = model;
  return (
    <>
      <h1>Reserved CVE ids</h1>
      <Stock {...model} />
      <Years {...model} />
      {lines.length === 0 ? null : <Ids year={year} lines={lines} services={services} />}
      <Pager
        hrefs={Array.from(
          { length: pages },
          (_, i) => `/cve-ids?year=${year}${i === 0 ? '' : `&page=${i + 1}`}`,
        )}
        current={page - 1}
      />
      {services === null ? null : <ServicesPart {...model} services={services} />}
      <Add {...model} />
    </>
  );
}

function Stock({ years, low, thisYear, services }: PoolModel): JSX.Element {
  const free = years.find(({ year }) => year === thisYear)?.free ?? 0;
  const left = `${free === 0 ? 'No id' : free === 1 ? 'One id' : `${free} ids`} of ${thisYear}`;
  if (free >= low) return <p class="lead">{left} are free.</p>;
  return (
    <Notice signal="warning">
      <p>
        {left} {free === 1 || free === 0 ? 'is' : 'are'} free, and the policy wants {low}: reserve more with
        CVE Services{services === null ? ', and note them below' : ''}.
      </p>
    </Notice>
  );
}

function Years({ years, low, thisYear }: PoolModel): JSX.Element | null {
  if (years.length === 0) return null;
  return (
    <Table
      caption="Ids of each year"
      columns={[
        { label: 'Year', kind: 'fixed' },
        { label: 'Free', kind: 'number' },
        { label: 'Taken', kind: 'number' },
        { label: 'To be rejected', kind: 'number' },
        { label: 'Rejected', kind: 'number' },
      ]}
      rows={years.map(({ year, free, taken, retired, rejected }) => [
        <a key="year" href={`/cve-ids?year=${year}`}>
          {year}
        </a>,
        year === thisYear && free < low ? (
          <Tag key="free" signal="warning">
            {`${free}, few`}
          </Tag>
        ) : (
          free
        ),
        taken,
        retired,
        rejected,
      ])}
    />
  );
}

const STATES: Readonly<Record<string, readonly [words: string, signal: Signal]>> = {
  free: ['free', 'good'],
  taken: ['taken', 'quiet'],
  retired: ['given up: reject it', 'warning'],
  rejected: ['rejected', 'quiet'],
};

function Ids({ year, lines, services }: Pick<PoolModel, 'year' | 'lines' | 'services'>): JSX.Element {
  return (
    <Table
      caption={`Ids of ${year}`}
      columns={[
        { label: 'Id', kind: 'fixed' },
        { label: 'State', kind: 'fixed' },
        { label: 'Case', kind: 'fixed' },
        { label: 'Act', kind: 'fixed' },
      ]}
      rows={lines.map(({ cve, state, case: of }) => {
        const [words, signal] = STATES[state] ?? [state, 'quiet'];
        return [
          <code key="cve">{cve}</code>,
          <Tag key="state" signal={signal}>
            {words}
          </Tag>,
          of === null ? '' : <a href={`/cases/${of.id}`}>{of.reference}</a>,
          state === 'free' ? (
            <One path="drop" cve={cve} words="Take out" />
          ) : state === 'retired' && services !== null ? (
            <One path="reject" cve={cve} words="Reject" />
          ) : (
            ''
          ),
        ];
      })}
    />
  );
}

interface OneProps {
  readonly path: 'drop' | 'reject';
  readonly cve: string;
  readonly words: string;
}

function One({ path, cve, words }: OneProps): JSX.Element {
  return (
    <form method="post" action={`/cve-ids/${path}`}>
      <input type="hidden" name="cve" value={cve} />
      <button type="submit" class="second">
        {words}
        <span class="hidden-visually"> {cve}</span>
      </button>
    </form>
  );
}

function Add({ typed, problems }: PoolModel): JSX.Element {
  return (
    <section aria-labelledby="add">
      <h2 id="add">Put ids in</h2>
      <form method="post" action="/cve-ids">
        <Area
          name="ids"
          label="Ids that were reserved"
          hint="One a line, or a range: CVE-2026-12300 to CVE-2026-12349. What is there already stays as it is."
          value={typed.ids}
          problem={problems.ids ?? undefined}
          maxLength={40_000}
          rows={4}
        />
        <button type="submit">Put them in</button>
      </form>
    </section>
  );
}
