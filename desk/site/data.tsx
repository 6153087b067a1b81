import type { JSX } from 'preact';
import { CodeBlock, Definitions, Table } from '../ui/index.ts';
import type { DataPage, Page, Site } from './model.ts';
import { page } from './page.tsx';
import { feedPaths, folders, href, RECORD_SCHEMA_PATH } from './paths.ts';
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
      <h2>The log</h2>
      <p>
        What was published, here and on CPAN, is listed in a{' '}
        <a href={href(site, folders.verify)}>transparency log</a>, of which nothing can be taken back
        unnoticed: a change that nobody was told of shows.
      </p>
      <h2>One advisory</h2>
      <p>
        Each advisory has its machine formats beside its page. A format that cannot hold the record is not
        there.
      </p>
      <Formats site={site} />
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

/** Endings of an advisory's address, with the schema that each is valid by: an address, or a path of the tree. */
const FORMATS: readonly (readonly [ending: string, name: string, schema: string | null])[] = [
  ['.json', 'the record itself', RECORD_SCHEMA_PATH],
  ['.osv.json', 'OSV 1.7.5', 'https://github.com/ossf/osv-schema/tree/main/validation'],
  ['.cve.json', 'CVE Record 5.2', 'https://github.com/CVEProject/cve-schema/tree/main/schema'],
  ['.csaf.json', 'CSAF 2.0', 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json'],
  ['.openvex.json', 'OpenVEX 0.2.0', 'https://github.com/openvex/spec/blob/main/openvex_json_schema.json'],
  ['.cdx.json', 'CycloneDX 1.6', 'https://cyclonedx.org/schema/bom-1.6.schema.json'],
  ['.md', 'Markdown', null],
];

function Formats({ site }: { readonly site: Site }): JSX.Element {
  return (
    <Table
      caption="Formats of one advisory"
      columns={[{ label: 'File', kind: 'fixed' }, { label: 'Format, and its schema' }]}
      rows={FORMATS.map(([ending, name, schema]) => [
        <code>advisories/ID{ending}</code>,
        schema === null ? name : <a href={/^https:/.test(schema) ? schema : href(site, schema)}>{name}</a>,
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
        everything by digest, and what you have is one consistent state whatever is published meanwhile. Which
        manifest is the newest is signed, in <code>tuf/</code>, and logged, in <code>log/</code>. For audits
        the toolkit checks all of this, by a root that you get by another way than this site:
      </p>
      <CodeBlock label="Commands" text={`cpansec db update ${site.base} --root root.json\ncpansec audit`} />
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
