import { Links, Pager } from '../ui/index.ts';
import { AdvisoryLines } from './lines.tsx';
import type { AdvisoryIndexPage, AdvisoryLine, AliasPage, Page, Site, YearPage } from './model.ts';
import { page } from './page.tsx';
import { parts } from './paged.ts';
import { address, folders, href, pathPart } from './paths.ts';
import { counted } from './words.ts';

/** Lines of one page. */
const PER_PAGE = 80;
/** Lines of the page of recent ones. */
const RECENT = 60;

/** `/advisories/`: the ways into the list. */
export function advisoryIndexPage(site: Site, { years, advisories }: AdvisoryIndexPage): Page {
  return page(
    site,
    {
      path: folders.advisories,
      title: 'Advisories',
      description: `${counted(advisories, 'advisory', 'advisories')} by year.`,
      section: folders.advisories,
    },
    <>
      <h1>Advisories</h1>
      <p class="lead">
        {counted(advisories, 'advisory', 'advisories')},{' '}
        <a href={href(site, folders.recent)}>the newest first</a> or by year of the first report.
      </p>
      <Links
        items={years.map(([year, count]) => ({
          href: href(site, folders.year(year)),
          label: year,
          note: `${count}`,
        }))}
      />
    </>,
  );
}

/** `/advisories/recent/`: those that changed last; the first sixty of what is given. */
export function recentPage(site: Site, lines: readonly AdvisoryLine[]): Page {
  return page(
    site,
    {
      path: folders.recent,
      title: 'Recent advisories',
      description: 'Advisories that are new or changed, newest first.',
      section: folders.advisories,
    },
    <>
      <h1>Recent advisories</h1>
      <AdvisoryLines site={site} lines={lines.slice(0, RECENT)} />
      <p>
        <a href={href(site, folders.advisories)}>All by year</a>
      </p>
    </>,
  );
}

/** `/advisories/year/YYYY/`, and `2/`, `3/` … below it where one page does not hold them. */
export function yearPages(site: Site, { year, advisories }: YearPage): Page[] {
  return parts(advisories, PER_PAGE, folders.year(year)).map(({ items, number, folder, folders: all }) =>
    page(
      site,
      {
        path: folder,
        title: `${titleOfYear(year)}${number === 0 ? '' : `, page ${number + 1}`}`,
        description: `${titleOfYear(year)}: ${counted(advisories.length, 'advisory', 'advisories')}.`,
        section: folders.advisories,
      },
      <>
        <h1>{titleOfYear(year)}</h1>
        <p>{counted(advisories.length, 'advisory', 'advisories')}, newest first.</p>
        <AdvisoryLines site={site} lines={items} />
        <Pager hrefs={all.map((one) => href(site, one))} current={number} />
      </>,
    ),
  );
}

function titleOfYear(year: string): string {
  return /^\d{4}$/.test(year) ? `Advisories of ${year}` : 'Advisories without a year';
}

/** Top folders that no alias may take. */
const RESERVED: ReadonlySet<string> = new Set([
  ...Object.values(folders).flatMap((folder) =>
    typeof folder === 'string' ? [folder.split('/')[0] ?? ''] : [],
  ),
  ...['assets', 'author', 'badge', 'cpansa', 'csaf', 'cve', 'feed', 'index', 'objects', 'osv', 'vex', 'v1'],
]);

/**
 * `/ALIAS/`: leads to the advisory of that alias, or lists several. Null when the alias is a folder of the site,
 * or when no advisory has it.
 */
export function aliasPage(site: Site, { alias, advisories }: AliasPage): Page | null {
  if (RESERVED.has(pathPart(alias).toLowerCase())) return null;
  const [first, ...others] = advisories;
  if (first === undefined) return null;
  return others.length === 0 ? redirect(site, alias, first) : severalPage(site, alias, advisories);
}

function redirect(site: Site, alias: string, { id, summary }: AdvisoryLine): Page {
  const target = folders.advisory(id);
  const head = (
    <>
      <meta http-equiv="refresh" content={`0; url=${href(site, target)}`} />
      <link rel="canonical" href={address(site, target)} />
    </>
  );
  return page(
    site,
    { path: folders.alias(alias), title: alias, description: summary, head, robots: 'noindex' },
    <>
      <h1>{alias}</h1>
      <p>
        This is advisory <a href={href(site, target)}>{id}</a>: {summary}.
      </p>
    </>,
  );
}

function severalPage(site: Site, alias: string, advisories: readonly AdvisoryLine[]): Page {
  return page(
    site,
    {
      path: folders.alias(alias),
      title: alias,
      description: `${counted(advisories.length, 'advisory', 'advisories')} named ${alias}.`,
    },
    <>
      <h1>{alias}</h1>
      <p class="lead">{counted(advisories.length, 'advisory has', 'advisories have')} this name.</p>
      <AdvisoryLines site={site} lines={advisories} />
    </>,
  );
}
