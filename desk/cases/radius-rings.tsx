import type { JSX } from 'preact';

/** Depths that have a ring of their own; what is beyond is the last one's. */
const RINGS = 6;
const SIZE = 240;
/** Of the largest ring; the rest is margin. */
const MOST = 110;
const LABELS = SIZE + 20;
const LINE = 30;

export interface RingsProps {
  /** The distribution in the middle. */
  readonly of: string;
  /** How many at each depth, from 1. */
  readonly perDepth: readonly number[];
}

/** Rings about a distribution: the area within one is as large as the number that it reaches. */
export function Rings({ of, perDepth }: RingsProps): JSX.Element | null {
  const rings = ringsOf(perDepth);
  const total = rings.at(-1)?.within ?? 0;
  if (total === 0) return null;
  const middle = SIZE / 2;
  return (
    <figure>
      <svg
        class="rings"
        role="img"
        aria-label={`${of} in the middle; ${rings.map(({ words }) => words).join(', ')}`}
        viewBox={`0 0 ${SIZE + 180} ${SIZE}`}
        width={SIZE + 180}
        height={SIZE}
        fill="currentColor"
        stroke="currentColor"
      >
        {rings.toReversed().map(({ depth, within }) => (
          <circle
            key={depth}
            cx={middle}
            cy={middle}
            r={radiusOf(within, total)}
            fill-opacity="0.1"
            stroke-opacity="0.6"
          />
        ))}
        <circle cx={middle} cy={middle} r="3" />
        {rings.map(({ depth, within, words }, i) => (
          <g key={depth}>
            <line
              x1={middle + radiusOf(within, total)}
              y1={middle}
              x2={LABELS - 6}
              y2={LINE * (i + 1)}
              stroke-opacity="0.4"
            />
            <text x={LABELS} y={LINE * (i + 1) + 5} stroke="none" font-size="14">
              {words}
            </text>
          </g>
        ))}
      </svg>
      <figcaption class="quiet small">
        The area within a ring is as large as the number that it reaches.
      </figcaption>
    </figure>
  );
}

interface Ring {
  readonly depth: number;
  /** How many it reaches, those of smaller ones with it. */
  readonly within: number;
  readonly words: string;
}

function ringsOf(perDepth: readonly number[]): Ring[] {
  const own = perDepth.slice(0, RINGS);
  const beyond = perDepth.slice(RINGS).reduce((sum, count) => sum + count, 0);
  let within = 0;
  return own.map((count, i) => {
    const last = i === RINGS - 1 && beyond > 0;
    const here = count + (last ? beyond : 0);
    within += here;
    const links = i === 0 ? 'directly' : `by ${i + 1}${last ? ' or more' : ''} links`;
    return { depth: i + 1, within, words: `${here.toLocaleString('en')} ${links}` };
  });
}

function radiusOf(within: number, total: number): number {
  return Math.round(10 * MOST * Math.sqrt(within / total)) / 10;
}
