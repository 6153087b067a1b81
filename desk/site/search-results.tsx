/** What a search found; the same on the server and in the browser. */
import type { JSX } from 'preact';
import { type RecordItem, Records } from '../ui/index.ts';
import { folders, hrefBelow } from './paths.ts';
import type { SearchHit } from './search-index.ts';
import { counted, listed } from './words.ts';

export interface SearchResultsProps {
  /** The path part of the site's address. */
  readonly base: string;
  readonly query: string;
  readonly hits: readonly SearchHit[];
  /** Whether more was found than is given. */
  readonly more: boolean;
}

export function SearchResults({ base, query, hits, more }: SearchResultsProps): JSX.Element {
  if (hits.length === 0)
    return (
      <p>
        Nothing found for <span class="v">{query}</span>. A distribution that is not listed may simply have no
        advisory, or not be covered.
      </p>
    );
  return (
    <>
      <p class="quiet">
        {more ? `The first ${hits.length} for` : `${counted(hits.length, 'result')} for`}{' '}
        <span class="v">{query}</span>
      </p>
      <Records items={hits.map((hit) => itemOf(base, hit))} />
    </>
  );
}

function itemOf(base: string, hit: SearchHit): RecordItem {
  if (hit.kind === 'distribution') {
    return {
      key: hit.name,
      title: <a href={hrefBelow(base, folders.distribution(hit.name))}>{hit.name}</a>,
      facts: [
        'distribution',
        hit.advisories === 0 ? 'no advisory known' : counted(hit.advisories, 'advisory', 'advisories'),
      ],
    };
  }
  return {
    key: hit.id,
    title: <a href={hrefBelow(base, folders.advisory(hit.id))}>{hit.summary}</a>,
    facts: [hit.name, listed(hit.distributions, 3), ...(hit.reported === null ? [] : [hit.reported])],
  };
}
