/** Releases in version order on one line: what is affected, what fixes it, where the reader stands. */
import type { JSX } from 'preact';
import { Table } from './table.tsx';

/** `affected`, not affected, or null when that cannot be told. */
export interface LineRelease {
  readonly version: string;
  readonly affected: boolean | null;
}

export interface VersionLineProps {
  /** What the line is of: `Mojolicious`. */
  readonly name: string;
  /** In version order. */
  readonly releases: readonly LineRelease[];
  /** Versions that end it, each the first of its branch. */
  readonly fixedIn: readonly string[];
  /** The reader's version. Where it is no release it stands between its neighbours: `at` says before which. */
  readonly reader?: { readonly version: string; readonly at: number };
  /** What the marked points are; default `first fixed release`. */
  readonly mark?: string;
  /** Whether its table follows; not where the page has one that says more. Default true. */
  readonly table?: boolean;
}

/** Neighbours of one state. */
export interface Run {
  readonly affected: boolean | null;
  readonly first: number;
  readonly last: number;
}

export function runsOf(releases: readonly LineRelease[]): Run[] {
  const runs: Run[] = [];
  for (const [i, { affected }] of releases.entries()) {
    const run = runs.at(-1);
    if (run?.affected === affected) runs[runs.length - 1] = { ...run, last: i };
    else runs.push({ affected, first: i, last: i });
  }
  return runs;
}

/** Ticks are told apart at this many places; more releases than that share theirs. */
const PLACES = 1000;

export function VersionLine(props: VersionLineProps): JSX.Element | null {
  const { name, releases, fixedIn, reader, mark = 'first fixed release', table = true } = props;
  if (releases.length === 0) return null;
  const runs = runsOf(releases);
  const fixed = fixedIn
    .map((version) => releases.findIndex((release) => release.version === version))
    .filter((i) => i >= 0);
  const x = (i: number): string => percent((i + 0.5) / releases.length);
  return (
    <figure>
      <svg class="vline" role="img" aria-label={describe(name, releases, runs)}>
        <line class="vline-base" x1="0" x2="100%" y1="24" y2="24" />
        <svg
          viewBox={`0 0 ${PLACES} 44`}
          preserveAspectRatio="none"
          width="100%"
          height="44"
          aria-hidden="true"
        >
          <path class="vline-ticks" d={ticks(releases.length)} />
        </svg>
        {runs.map((run) => runShape(run, releases.length))}
        {fixed.map((i) => (
          <circle key={i} class="vline-fixed" cx={x(i)} cy="24" r="6" />
        ))}
        {reader === undefined ? null : <Flag x={x(reader.at)} />}
      </svg>
      <Ends releases={releases} />
      <Legend runs={runs} mark={fixed.length > 0 ? mark : null} reader={reader?.version} />
      {table ? <RunsTable name={name} releases={releases} runs={runs} /> : null}
    </figure>
  );
}

function ticks(count: number): string {
  const places = new Set<number>();
  for (let i = 0; i < count; i++) places.add(Math.round(((i + 0.5) / count) * PLACES));
  return [...places].map((place) => `M${place} 18v12`).join('');
}

function runShape({ affected, first, last }: Run, count: number): JSX.Element | null {
  if (affected === false) return null;
  const [from, to] = [percent(first / count), percent((last + 1) / count)];
  if (affected === null) return <line key={first} class="vline-unknown" x1={from} x2={to} y1="24" y2="24" />;
  const width = percent((last + 1 - first) / count);
  return <rect key={first} class="vline-affected" x={from} width={width} y="19" height="10" rx="2" />;
}

function percent(part: number): string {
  return `${Math.round(part * PLACES) / 10}%`;
}

function Flag({ x }: { readonly x: string }): JSX.Element {
  return (
    <svg x={x} y="0" overflow="visible" class="vline-flag" aria-hidden="true">
      <path d="M0 1v36" />
      <path d="M0 1l12 4.5L0 10z" />
    </svg>
  );
}

function Ends({ releases }: { readonly releases: readonly LineRelease[] }): JSX.Element {
  return (
    <div class="vline-ends" aria-hidden="true">
      <span class="v">{releases[0]?.version}</span>
      {releases.length > 1 ? <span class="v">{releases.at(-1)?.version}</span> : null}
    </div>
  );
}

function Legend({
  runs,
  mark,
  reader,
}: {
  readonly runs: readonly Run[];
  readonly mark: string | null;
  readonly reader: string | undefined;
}): JSX.Element {
  const has = (state: boolean | null): boolean => runs.some(({ affected }) => affected === state);
  return (
    <figcaption class="legend">
      {has(true) ? (
        <span>
          <svg aria-hidden="true" focusable="false">
            <rect class="vline-affected" width="16" height="10" y="1" rx="2" />
          </svg>
          affected
        </span>
      ) : null}
      {has(null) ? (
        <span>
          <svg aria-hidden="true" focusable="false">
            <line class="vline-unknown" x2="16" y1="6" y2="6" />
          </svg>
          could not tell
        </span>
      ) : null}
      {mark === null ? null : (
        <span>
          <svg aria-hidden="true" focusable="false">
            <circle class="vline-fixed" cx="8" cy="6" r="4.5" />
          </svg>
          {mark}
        </span>
      )}
      <span>
        <svg aria-hidden="true" focusable="false">
          <path class="vline-ticks" d="M8 0v12" />
        </svg>
        release
      </span>
      {reader === undefined ? null : (
        <span>
          <svg aria-hidden="true" focusable="false" class="vline-flag">
            <path d="M4 0v12M4 0l8 3-8 3z" />
          </svg>
          your version, {reader}
        </span>
      )}
    </figcaption>
  );
}

function stateOf(affected: boolean | null): string {
  return affected === null ? 'could not tell' : affected ? 'affected' : 'not affected';
}

function spanOf(releases: readonly LineRelease[], { first, last }: Run): string {
  const [from, to] = [releases[first]?.version ?? '', releases[last]?.version ?? ''];
  return first === last ? from : `${from} to ${to}`;
}

function describe(name: string, releases: readonly LineRelease[], runs: readonly Run[]): string {
  const parts = runs.slice(0, 6).map((run) => `${spanOf(releases, run)} ${stateOf(run.affected)}`);
  return `${name}: ${parts.join(', ')}${runs.length > 6 ? ', and more' : ''}`;
}

function RunsTable({
  name,
  releases,
  runs,
}: {
  readonly name: string;
  readonly releases: readonly LineRelease[];
  readonly runs: readonly Run[];
}): JSX.Element {
  return (
    <details>
      <summary>The same as a table</summary>
      <Table
        caption={`Releases of ${name}`}
        columns={[{ label: 'Versions' }, { label: 'State' }, { label: 'Releases', kind: 'number' }]}
        rows={runs.map((run) => [
          <span class="v">{spanOf(releases, run)}</span>,
          stateOf(run.affected),
          run.last - run.first + 1,
        ])}
      />
    </details>
  );
}
