import type { JSX } from 'preact';
import { Links, SearchForm } from '../ui/index.ts';
import type { Page, Site } from './model.ts';
import { islandData, page } from './page.tsx';
import { basePath, folders, href } from './paths.ts';
import type { SearchHit } from './search-index.ts';
import { SearchResults } from './search-results.tsx';

/** Where a tree has the {@link Site} as JSON, for a server that makes the page of an answer. */
export const SEARCH_SITE_PATH = 'search/site.json';

/** What a server found for a query. */
export interface SearchAnswer {
  readonly query: string;
  readonly hits: readonly SearchHit[];
  /** Whether more was found than is given. */
  readonly more: boolean;
}

/**
 * `/search/`: with an answer, what a server found; with null the static page, which searches by script and offers
 * the lists without.
 */
export function searchPage(site: Site, answer: SearchAnswer | null): Page {
  return page(
    site,
    {
      path: folders.search,
      title: answer === null || answer.query === '' ? 'Search' : `Search: ${answer.query}`,
      description: 'Search advisories by distribution, module, CVE, id or package URL.',
      ownSearch: true,
      scripts: ['search.js'],
      ...(answer === null ? {} : { robots: 'noindex' as const }),
    },
    <>
      <h1>Search</h1>
      <SearchForm
        action={href(site, folders.search)}
        label="Distribution, module, CVE, CPANSA id, package URL or words"
        large
        value={answer?.query ?? ''}
      />
      <div id="results" aria-live="polite" {...islandData(site)}>
        {answer === null || answer.query.trim() === '' ? (
          <p class="quiet">Without script, find what you look for in the lists below.</p>
        ) : (
          <SearchResults base={basePath(site)} query={answer.query} hits={answer.hits} more={answer.more} />
        )}
      </div>
      <h2>Or look through the lists</h2>
      <BrowseLinks site={site} />
    </>,
  );
}

/** The lists that lead to everything. */
export function BrowseLinks({ site }: { readonly site: Site }): JSX.Element {
  return (
    <Links
      row
      items={[
        { href: href(site, folders.recent), label: 'Recent advisories' },
        { href: href(site, folders.advisories), label: 'Advisories by year' },
        { href: href(site, folders.distributions), label: 'Distributions from A to Z' },
        { href: href(site, folders.patches), label: 'Patches' },
      ]}
    />
  );
}
