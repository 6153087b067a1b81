import type { JSX } from 'preact';

export interface SearchFormProps {
  /** Where the form goes, by GET with `q`. */
  readonly action: string;
  readonly label: string;
  readonly value?: string;
  /** The page's main thing: large, with its label in sight. */
  readonly large?: boolean;
  readonly hint?: string;
}

export function SearchForm({ action, label, value, large = false, hint }: SearchFormProps): JSX.Element {
  const id = large ? 'q' : 'q-head';
  return (
    <search class={large ? 'search search-large' : 'search'}>
      <form action={action} method="get">
        <label for={id} class={large ? undefined : 'hidden-visually'}>
          {label}
        </label>
        <div class="line">
          <input
            id={id}
            name="q"
            type="search"
            value={value}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            placeholder={large ? undefined : 'Search'}
            aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          />
          <button type="submit">Search</button>
        </div>
        {hint === undefined ? null : (
          <p class="quiet small" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </form>
    </search>
  );
}
