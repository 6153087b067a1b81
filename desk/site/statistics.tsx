import type { JSX } from 'preact';
import { type Bar, Bars, Numbers, type Signal } from '../ui/index.ts';
import type { Page, Site, Statistics } from './model.ts';
import { page } from './page.tsx';
import { folders, href } from './paths.ts';
import { counted } from './words.ts';

const RATING_SIGNALS: Readonly<Record<string, Signal>> = {
  malicious: 'danger',
  critical: 'danger',
  high: 'danger',
  medium: 'warning',
  low: 'quiet',
};

/** Weaknesses that are shown; the others are one row. */
const WEAKNESSES = 20;

/** `/stats/`: pictures, each in one with its table. */
export function statisticsPage(site: Site, statistics: Statistics): Page {
  const { advisories, distributions, embedded, perYear, perRating, perWeakness, perState } = statistics;
  return page(
    site,
    {
      path: folders.statistics,
      title: 'Statistics',
      description: `${counted(advisories, 'advisory', 'advisories')} in numbers.`,
      section: folders.statistics,
    },
    <>
      <h1>Statistics</h1>
      <Numbers
        items={[
          ['advisories', advisories.toLocaleString('en')],
          ['distributions with an advisory', distributions.toLocaleString('en')],
          ['about an embedded library', embedded.toLocaleString('en')],
        ]}
      />
      <h2>By year</h2>
      <Bars
        caption="Advisories by year of the first report"
        name="Year"
        unit="Advisories"
        bars={perYear.map(([year, count]) => ({ label: year, count, href: href(site, folders.year(year)) }))}
      />
      <h2>By rating</h2>
      <p>Nobody has rated many of them. That is a fact about the sources, and no rating is made up here.</p>
      <Bars
        caption="Advisories by rating"
        name="Rating"
        unit="Advisories"
        bars={perRating.map(([label, count]) => ({ label, count, signal: RATING_SIGNALS[label] ?? 'quiet' }))}
      />
      <h2>By state</h2>
      <Bars caption="Advisories by state" name="State" unit="Advisories" bars={perState.map(toBar)} />
      <Weaknesses counts={perWeakness} />
    </>,
  );
}

function Weaknesses({ counts }: { readonly counts: Statistics['perWeakness'] }): JSX.Element | null {
  if (counts.length === 0) return null;
  return (
    <>
      <h2>By weakness</h2>
      <Bars
        caption="Advisories by weakness; many name none"
        name="Weakness"
        unit="Advisories"
        bars={weaknessBars(counts)}
      />
    </>
  );
}

function toBar([label, count]: readonly [string, number]): Bar {
  return { label, count };
}

function weaknessBars(perWeakness: Statistics['perWeakness']): Bar[] {
  const others = perWeakness.slice(WEAKNESSES);
  const rest = others.reduce((sum, [, count]) => sum + count, 0);
  const bars = perWeakness.slice(0, WEAKNESSES).map(toBar);
  return rest === 0 ? bars : [...bars, { label: `${others.length} others`, count: rest, signal: 'quiet' }];
}
