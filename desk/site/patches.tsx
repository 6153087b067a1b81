import { CodeBlock, Pager, Table } from '../ui/index.ts';
import type { Page, PatchLine, Site } from './model.ts';
import { page } from './page.tsx';
import { parts } from './paged.ts';
import { folders, href } from './paths.ts';
import { counted } from './words.ts';

const PER_PAGE = 150;

/** `/patches/`: every patch, by distribution and version, and how one is applied; `2/` … below it. */
export function patchesPages(site: Site, patches: readonly PatchLine[]): Page[] {
  return parts(patches, PER_PAGE, folders.patches).map(({ items, number, folder, folders: all }) =>
    page(
      site,
      {
        path: folder,
        title: `Patches${number === 0 ? '' : `, page ${number + 1}`}`,
        description: 'Patches for releases that have no fixed successor.',
      },
      <>
        <h1>Patches</h1>
        <p class="lead">
          {patches.length === 0
            ? 'There is no patch yet.'
            : `${counted(patches.length, 'patch', 'patches')} for releases that cannot wait for a fixed one.`}
        </p>
        {items.length === 0 ? null : (
          <Table
            caption="Patches by distribution and version"
            columns={[
              { label: 'Distribution' },
              { label: 'Version', kind: 'fixed' },
              { label: 'Patch' },
              { label: 'Advisory' },
            ]}
            rows={items.map(({ path, distribution, version, advisory }) => [
              <a href={href(site, folders.distribution(distribution))}>{distribution}</a>,
              <span class="v">{version}</span>,
              <a href={href(site, path)}>{path.split('/').at(-1)}</a>,
              advisory === null ? '' : <a href={href(site, folders.advisory(advisory))}>{advisory}</a>,
            ])}
          />
        )}
        <Pager hrefs={all.map((one) => href(site, one))} current={number} />
        <h2>How to apply one</h2>
        <p>
          In the unpacked release of exactly that version. Read the patch before you apply it, and run the
          tests after.
        </p>
        <CodeBlock
          label="Commands"
          text={'cd Example-Dist-1.02\npatch -p1 < CVE-2026-99991-r1.patch\nperl Makefile.PL && make test'}
        />
      </>,
    ),
  );
}
