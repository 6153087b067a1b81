import type { JSX } from 'preact';
import { CodeBlock, Definitions, Table } from '../ui/index.ts';
import type { DataPage, Page, Site } from './model.ts';
import { page } from './page.tsx';
import { feedPaths, folders, href } from './paths.ts';
import { counted, instantWords } from './words.ts';

/** `/data/`: everything to take away, how fresh it is, and under which licence. */
export function dataPage(site: Site, model: DataPage): Page {
  const { serial, covered, licence } = model;
  return page(
    site,
    {
      path: folders.data,
      title: 'Data',
      description: 'All advisories in every format, with digests, to take away.',
      section: folders.data,
    },
    <>
      <h1>Data</h1>
      <p class="lead">Everything on this site is a file that you may take, mirror and build on.</p>
      <Definitions
        items={[
          ['Newest change', site.built === null ? 'none yet' : instantWords(site.built)],
          ['Tree', `number ${serial}`],
          ['Covered', covered === null ? 'all of CPAN' : counted(covered, 'distribution')],
          ['Licence', licence],
        ]}
      />
      <h2>Files</h2>
      <Files site={site} model={model} />
      <Updating site={site} />
      <h2>One advisory</h2>
      <p>
        Each advisory has its machine formats beside its page: <code>advisories/ID.json</code> is the record,{' '}
        <code>.osv.json</code>, <code>.cve.json</code>, <code>.csaf.json</code>, <code>.openvex.json</code>,{' '}
        <code>.cdx.json</code> and <code>.md</code> say the same for other readers. A format that cannot hold
        the record is not there.
      </p>
      <h2>Feeds</h2>
      <p>
        <a href={href(site, feedPaths('').atom)}>Atom</a> and{' '}
        <a href={href(site, feedPaths('').json)}>JSON Feed</a> of all advisories; each distribution and each
        author has its own, linked from its page. Entries keep their address, and their date of change moves
        when the record changes.
      </p>
    </>,
  );
}

function Files({ site, model }: { readonly site: Site; readonly model: DataPage }): JSX.Element {
  return (
    <Table
      caption="Files of the whole set"
      columns={[{ label: 'File' }, { label: 'Size', kind: 'number' }, { label: 'What it is' }]}
      rows={model.files.map(({ path, size, about }) => [
        <a class="v" href={href(site, path)}>
          {path}
        </a>,
        size === null ? '' : sizeWords(size),
        about,
      ])}
    />
  );
}

function Updating({ site }: { readonly site: Site }): JSX.Element {
  return (
    <>
      <h2>A copy that stays current</h2>
      <p>
        <code>manifest.json</code> alone says what the tree is: a digest for every file. Read it, then
        everything by digest, and what you have is one consistent state whatever is published meanwhile. For
        audits the toolkit does this:
      </p>
      <CodeBlock label="Commands" text={`cpansec db update ${site.base}\ncpansec audit`} />
    </>
  );
}

/** `4.1 MB`. */
function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let size = bytes / 1000;
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
