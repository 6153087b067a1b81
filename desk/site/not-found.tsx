import { SearchForm } from '../ui/index.ts';
import type { Page, Site } from './model.ts';
import { islandData, page } from './page.tsx';
import { folders, href } from './paths.ts';
import { BrowseLinks } from './search.tsx';

/** `/404.html`, for every address that is none. With script it searches what the address names. */
export function notFoundPage(site: Site): Page {
  return page(
    site,
    {
      path: '404.html',
      title: 'Not found',
      description: 'There is no such page.',
      ownSearch: true,
      scripts: ['search.js'],
      robots: 'noindex',
    },
    <>
      <h1>There is no such page</h1>
      <p class="lead">
        No advisory, distribution or author of that name stands here. That is no statement that nothing is
        known about it under another name.
      </p>
      <SearchForm action={href(site, folders.search)} label="Search by distribution, module or CVE" large />
      <div id="results" aria-live="polite" data-from-address="" {...islandData(site)} />
      <h2>Or look through the lists</h2>
      <BrowseLinks site={site} />
    </>,
  );
}
