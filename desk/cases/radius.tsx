/** Who depends on what a case is about: everybody who has to move when it becomes public. */
import type { Radius } from 'cpansec/dependants';
import type { JSX } from 'preact';
import Type from 'typebox';
import { Definitions, Instant, Table } from '../ui/index.ts';
import { type Route, route } from '../web/index.ts';
import { caseOf } from './case-of.ts';
import { Rings } from './radius-rings.tsx';

/** A graph of who depends on whom, over all of CPAN. */
export interface RadiusOps {
  /** Of when the graph is. */
  readonly asOf: string;
  /** Everything that depends on the distribution, the most depended on first; null when the graph lacks it. */
  radius(distribution: string): Radius | null;
}

/** Distributions of the table. */
const MOST = 100;
/** Depths that are told apart. */
const DEPTHS = 30;

const nullableText = Type.Union([Type.Null(), Type.String()]);

const model = Type.Object({
  case: Type.String(),
  distribution: nullableText,
  asOf: nullableText,
  radius: Type.Union([
    Type.Null(),
    Type.Object({
      total: Type.Integer(),
      perDepth: Type.Array(Type.Integer()),
      undescribed: Type.Integer(),
      reached: Type.Array(
        Type.Object({
          distribution: Type.String(),
          version: nullableText,
          depth: Type.Integer(),
          relation: Type.String(),
          dependants: Type.Integer(),
          chain: Type.Array(Type.String()),
        }),
      ),
    }),
  ]),
});

interface RadiusModel {
  readonly case: string;
  readonly distribution: string | null;
  /** Null where the desk has no graph. */
  readonly asOf: string | null;
  readonly radius: Reach | null;
}

interface Reach {
  readonly total: number;
  readonly perDepth: readonly number[];
  readonly undescribed: number;
  readonly reached: readonly {
    readonly distribution: string;
    readonly version: string | null;
    readonly depth: number;
    readonly relation: string;
    readonly dependants: number;
    readonly chain: readonly string[];
  }[];
}

export function radiusRoutes(ops: RadiusOps | null): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/cases/:case/radius',
      act: 'case.read',
      title: 'Who depends on it',
      params: Type.Object({ case: Type.String() }),
      model,
      handle: async ({ tx, vault, params: { case: id } }) => {
        const { distribution } = (await caseOf(tx, vault, id)).content;
        const found = distribution === null ? null : (ops?.radius(distribution) ?? null);
        return {
          model: {
            case: id,
            distribution,
            asOf: ops?.asOf ?? null,
            radius: found === null ? null : reachOf(found),
          },
        };
      },
      page: radiusPage,
    }),
  ];
}

function reachOf({ total, perDepth, undescribed, reached }: Radius): Reach {
  return {
    total,
    perDepth: perDepth.slice(0, DEPTHS),
    undescribed,
    reached: reached.slice(0, MOST).map(({ chain, relation, ...one }) => ({
      ...one,
      relation: `${relation.phase} ${relation.relationship}`,
      chain: chain.map(({ distribution }) => distribution),
    })),
  };
}

function radiusPage({ case: id, distribution, asOf, radius }: RadiusModel): JSX.Element {
  return (
    <>
      <h1>Who depends on {distribution ?? 'it'}</h1>
      <p>
        <a href={`/cases/${id}`}>Back to the case</a>
      </p>
      {radius === null || asOf === null ? (
        <p>{whyNot(distribution, asOf)}</p>
      ) : (
        <Reached {...radius} distribution={distribution ?? ''} asOf={asOf} />
      )}
    </>
  );
}

function whyNot(distribution: string | null, asOf: string | null): string {
  if (asOf === null) return 'The desk has no graph of dependencies: whoever runs it opens it with --graph.';
  if (distribution === null) return 'The case does not say of which distribution it is.';
  return `The graph does not have ${distribution}. Whether anybody depends on it is not known.`;
}

type ReachedProps = Reach & { readonly distribution: string; readonly asOf: string };

function Reached({ distribution, asOf, total, perDepth, undescribed, reached }: ReachedProps): JSX.Element {
  const rows = reached.map((one) => [
    one.distribution,
    one.dependants.toLocaleString('en'),
    one.depth,
    one.relation,
    one.chain.join(' → '),
  ]);
  return (
    <>
      <Definitions
        items={[
          ['Depend on it', total.toLocaleString('en')],
          ['Of these directly', (perDepth[0] ?? 0).toLocaleString('en')],
          ['Graph of', <Instant key="as-of" at={asOf} />],
          ['Not described', `${undescribed.toLocaleString('en')}: what they ask for is not known`],
        ]}
      />
      <div class="beside">
        <Rings of={distribution} perDepth={perDepth} />
        <Table
          caption="How far"
          columns={[
            { label: 'Links', kind: 'number' },
            { label: 'Distributions', kind: 'number' },
          ]}
          rows={perDepth.map((count, i) => [i + 1, count.toLocaleString('en')])}
        />
      </div>
      <Table
        caption={`The ${reached.length} that most others depend on`}
        columns={[
          { label: 'Distribution', kind: 'fixed' },
          { label: 'Dependants', kind: 'number' },
          { label: 'Links', kind: 'number' },
          { label: 'By', kind: 'fixed' },
          { label: 'Chain', kind: 'long' },
        ]}
        rows={rows}
      />
    </>
  );
}

/** On the page of a case. */
export function RadiusLink({
  id,
  distribution,
}: {
  readonly id: string;
  readonly distribution: string | null;
}): JSX.Element | null {
  if (distribution === null) return null;
  return (
    <p>
      <a href={`/cases/${id}/radius`}>Who depends on {distribution}</a>
    </p>
  );
}
