import type { ComponentChildren, JSX } from 'preact';
import { CodeBlock, Links, Pager } from '../ui/index.ts';
import { Verdict, verdict } from './distribution-verdict.tsx';
import { Line, Versions } from './distribution-versions.tsx';
import { AdvisoryLines } from './lines.tsx';
import type { DistributionPage, Page, Site } from './model.ts';
import { page } from './page.tsx';
import { parts } from './paged.ts';
import { address, badgePaths, feedPaths, folders, href } from './paths.ts';
import { type VersionRow, versionRows } from './version-rows.ts';
import { counted } from './words.ts';

/** Advisories and rows of versions on the first page; the others have pages below it. */
const ADVISORIES = 40;
const ROWS = 60;
/** On a page of nothing else. */
const ROWS_PER_PAGE = 150;

/**
 * `/dist/DIST/`: the lowest safe version, the releases one by one, all advisories. Where these do not fit there are
 * `advisories/` and `versions/` below it, each in pages.
 */
export function distributionPages(site: Site, model: DistributionPage): Page[] {
  const rows = versionRows(model.releases);
  return [mainPage(site, model, rows), ...advisoryPages(site, model), ...versionPages(site, model, rows)];
}

function mainPage(site: Site, model: DistributionPage, rows: readonly VersionRow[]): Page {
  const { distribution, advisories, mainModule } = model;
  const folder = folders.distribution(distribution);
  const feeds = feedPaths(folder);
  return page(
    site,
    {
      path: folder,
      title: distribution,
      description: verdict(model),
      section: folders.distributions,
      alternates: [
        { label: `Advisories of ${distribution}`, path: feeds.atom, mediaType: 'application/atom+xml' },
        { label: `Advisories of ${distribution}`, path: feeds.json, mediaType: 'application/feed+json' },
      ],
    },
    <>
      <p class="eyebrow">
        {mainModule === null ? (
          'Distribution'
        ) : (
          <>
            Distribution of <span class="v">{mainModule}</span>
          </>
        )}
      </p>
      <h1>{distribution}</h1>
      <Verdict site={site} model={model} />
      {advisories.length === 0 ? null : (
        <>
          <h2>Version by version</h2>
          <Line model={model} />
          <Versions site={site} model={model} rows={rows.slice(0, ROWS)} />
          <More site={site} show={rows.length > ROWS} folder={`${folder}versions/`} label="All versions" />
          <h2>{counted(advisories.length, 'advisory', 'advisories')}</h2>
          <AdvisoryLines site={site} lines={advisories.slice(0, ADVISORIES)} />
          <More
            site={site}
            show={advisories.length > ADVISORIES}
            folder={`${folder}advisories/`}
            label="All advisories"
          />
        </>
      )}
      <Patches site={site} model={model} />
      <TakeAway site={site} model={model} />
    </>,
  );
}

function More({
  site,
  show,
  folder,
  label,
}: {
  readonly site: Site;
  readonly show: boolean;
  readonly folder: string;
  readonly label: string;
}): JSX.Element | null {
  return show ? (
    <p>
      <a href={href(site, folder)}>{label}</a>
    </p>
  ) : null;
}

function Patches({
  site,
  model,
}: {
  readonly site: Site;
  readonly model: DistributionPage;
}): JSX.Element | null {
  if (model.patches.length === 0) return null;
  return (
    <>
      <h2>Patches</h2>
      <ul>
        {model.patches.map((path) => (
          <li key={path}>
            <a href={href(site, path)}>{path.split('/').slice(-2).join('/')}</a>
          </li>
        ))}
      </ul>
    </>
  );
}

function TakeAway({ site, model }: { readonly site: Site; readonly model: DistributionPage }): JSX.Element {
  const { distribution } = model;
  const folder = folders.distribution(distribution);
  const feeds = feedPaths(folder);
  const badge = badgePaths(distribution);
  const code = `[![${distribution} security](${address(site, badge.svg)})](${address(site, folder)})`;
  return (
    <div class="no-print">
      <h2>Follow it</h2>
      <Links
        row
        items={[
          { href: href(site, feeds.atom), label: 'Atom feed' },
          { href: href(site, feeds.json), label: 'JSON feed' },
          { href: href(site, `${folder.slice(0, -1)}.json`), label: 'JSON' },
          { href: `https://metacpan.org/dist/${encodeURIComponent(distribution)}`, label: 'MetaCPAN' },
        ]}
      />
      <h2>Badge</h2>
      <p>
        <img src={href(site, badge.svg)} alt={`Badge: security of ${distribution}`} height={20} />
      </p>
      <CodeBlock label="Markdown of the badge" text={code} />
    </div>
  );
}

function advisoryPages(site: Site, { distribution, advisories }: DistributionPage): Page[] {
  if (advisories.length <= ADVISORIES) return [];
  const folder = `${folders.distribution(distribution)}advisories/`;
  return parts(advisories, 80, folder).map((part) =>
    subPage(
      site,
      { distribution, part, what: 'Advisories' },
      <AdvisoryLines site={site} lines={part.items} />,
    ),
  );
}

function versionPages(site: Site, model: DistributionPage, rows: readonly VersionRow[]): Page[] {
  if (model.advisories.length === 0 || rows.length <= ROWS) return [];
  const { distribution } = model;
  return parts(rows, ROWS_PER_PAGE, `${folders.distribution(distribution)}versions/`).map((part) =>
    subPage(
      site,
      { distribution, part, what: 'Versions' },
      <Versions site={site} model={model} rows={part.items} />,
    ),
  );
}

interface SubPage {
  readonly distribution: string;
  readonly what: string;
  readonly part: { readonly number: number; readonly folder: string; readonly folders: readonly string[] };
}

function subPage(site: Site, { distribution, what, part }: SubPage, content: ComponentChildren): Page {
  const own = folders.distribution(distribution);
  const title = `${what} of ${distribution}${part.number === 0 ? '' : `, page ${part.number + 1}`}`;
  return page(
    site,
    { path: part.folder, title, description: `${title}.`, section: folders.distributions },
    <>
      <p class="eyebrow">
        <a href={href(site, own)}>{distribution}</a>
      </p>
      <h1>{title}</h1>
      {content}
      <Pager hrefs={part.folders.map((one) => href(site, one))} current={part.number} />
    </>,
  );
}
