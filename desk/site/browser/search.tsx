/** Search while one types, and of what an address that is none names. */
import { render } from 'preact';
import { openSearch } from '../search-reader.ts';
import { SearchResults } from '../search-results.tsx';
import { readJsonBelow } from './read-json.ts';

const PAUSE = 150;

const results = document.getElementById('results');
const input = document.getElementById('q');
if (results !== null && input instanceof HTMLInputElement) start(results, input);

function start(results: HTMLElement, input: HTMLInputElement): void {
  const base = results.dataset.base ?? '';
  const search = openSearch(readJsonBelow(base));
  let turn = 0;
  results.replaceChildren();

  const show = async (query: string): Promise<void> => {
    const own = ++turn;
    if (query.trim() === '') return render(null, results);
    try {
      const { hits, more } = await search.find(query);
      if (own === turn) render(<SearchResults base={base} query={query} hits={hits} more={more} />, results);
    } catch {
      if (own === turn)
        render(<p>The search index could not be read. The lists below lead to everything.</p>, results);
    }
  };

  let waiting: ReturnType<typeof setTimeout> | undefined;
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (results.dataset.fromAddress === undefined) keepInAddress(input.value);
      void show(input.value);
    }, PAUSE);
  });
  input.value = results.dataset.fromAddress === undefined ? asked() : named(base);
  void show(input.value);
}

function asked(): string {
  return new URLSearchParams(location.search).get('q') ?? '';
}

/** So that the page can be shared and found again. */
function keepInAddress(query: string): void {
  history.replaceState(null, '', query === '' ? location.pathname : `?${new URLSearchParams({ q: query })}`);
}

/** The last part of the address that says something. */
function named(base: string): string {
  const below = location.pathname.startsWith(`${base}/`)
    ? location.pathname.slice(base.length)
    : location.pathname;
  const part =
    below
      .split('/')
      .filter((one) => one !== '' && one !== 'index.html')
      .at(-1) ?? '';
  return decoded(part).replace(/\.(?:html|json|md|svg|atom)$/, '');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
