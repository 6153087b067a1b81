import type { ComponentChildren, JSX } from 'preact';
import { CodeBlock, Links, Notice, Pager, Table, VersionLine } from '../ui/index.ts';
import { AdvisoryLines } from './lines.tsx';
import type { DistributionPage, Page, Site } from './model.ts';
import { page } from './page.tsx';
import { parts } from './paged.ts';
import { address, badgePaths, feedPaths, folders, href } from './paths.ts';
import { type VersionRow, versionRows } from './version-rows.ts';
import { counted, nameOf } from './words.ts';

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

/** The page's question in one sentence. */
export function verdict({
  distribution,
  advisories,
  lowestSafe,
  covered,
  releases,
}: DistributionPage): string {
  if (advisories.length === 0)
    return covered
      ? `No advisory is known for ${distribution}.`
      : `No advisory for ${distribution} is here, and nobody has said that all of them are: it may have some.`;
  const newest = releases[0];
  if (lowestSafe !== null)
    return newest?.version === lowestSafe
      ? `Use ${lowestSafe}, the newest: no advisory is known for it.`
      : `Use ${lowestSafe} or newer: no advisory is known for it, nor for any release above it.`;
  if (newest === undefined) return `Which releases of ${distribution} there are is not known here.`;
  const open = newest.open.length;
  const why =
    open > 0
      ? `${counted(open, 'advisory affects', 'advisories affect')} it`
      : 'not every advisory can be judged';
  return `No release of ${distribution} is known to be safe. The newest is ${newest.version}; ${why}.`;
}

/** Open advisories of the newest release that are named at once; all are in the table. */
const NAMED = 8;

function Verdict({ site, model }: { readonly site: Site; readonly model: DistributionPage }): JSX.Element {
  const { advisories, lowestSafe, covered } = model;
  if (advisories.length > 0 && lowestSafe === null)
    return (
      <Notice signal="warning">
        <p>{verdict(model)}</p>
        <OpenOfNewest site={site} model={model} />
      </Notice>
    );
  return (
    <>
      <p class="lead">{verdict(model)}</p>
      {covered || advisories.length === 0 ? null : (
        <p class="quiet">
          The index does not cover this distribution wholly: there may be more than is listed here.
        </p>
      )}
    </>
  );
}

function OpenOfNewest({
  site,
  model,
}: {
  readonly site: Site;
  readonly model: DistributionPage;
}): JSX.Element | null {
  const open = model.releases[0]?.open ?? [];
  const lines = model.advisories.filter(({ id }) => open.includes(id));
  if (lines.length === 0 || lines.length > NAMED) return null;
  return (
    <ul>
      {lines.map((line) => (
        <li key={line.id}>
          <a href={href(site, folders.advisory(line.id))}>{nameOf(line)}</a>
        </li>
      ))}
    </ul>
  );
}

/** All releases on one line: affected by any advisory, by none, or not to be told. */
function Line({
  model: { distribution, releases, lowestSafe },
}: {
  readonly model: DistributionPage;
}): JSX.Element {
  const line = releases.toReversed().map(({ version, open, unknown }) => ({
    version,
    affected: open.length > 0 ? true : unknown ? null : false,
  }));
  return (
    <VersionLine
      name={distribution}
      releases={line}
      fixedIn={lowestSafe === null ? [] : [lowestSafe]}
      mark="lowest safe version"
      table={false}
    />
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

function Versions({
  site,
  model,
  rows,
}: {
  readonly site: Site;
  readonly model: DistributionPage;
  readonly rows: readonly VersionRow[];
}): JSX.Element {
  const names = new Map(model.advisories.map((line) => [line.id, nameOf(line)]));
  const link = (id: string): JSX.Element => (
    <a href={href(site, folders.advisory(id))}>{names.get(id) ?? id}</a>
  );
  return (
    <Table
      caption="Newest first; neighbours that nothing tells apart share a row"
      columns={[
        { label: 'Version', kind: 'fixed' },
        { label: 'Released', kind: 'fixed' },
        { label: 'Known against it', kind: 'number' },
        { label: 'What changes' },
      ]}
      rows={rows.map((row) => [
        <span class="v">{row.first === row.last ? row.first : `${row.last} – ${row.first}`}</span>,
        row.date ?? '',
        againstWords(row),
        changes(row, link),
      ])}
    />
  );
}

function againstWords({ open, unknown }: VersionRow): string {
  if (unknown) return open === 0 ? 'could not tell' : `${open} or more`;
  return open === 0 ? 'nothing' : `${open}`;
}

function changes({ ends, begins }: VersionRow, link: (id: string) => JSX.Element): ComponentChildren {
  const list = (word: string, ids: readonly string[]): ComponentChildren =>
    ids.length === 0 ? null : (
      <>
        {word} {ids.map((id, i) => [i === 0 ? '' : ', ', link(id)])}
      </>
    );
  const both = ends.length > 0 && begins.length > 0;
  return [list('fixes', ends), both ? '; ' : null, list('first affected by', begins)];
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
