/** Where to read on. */
import type { Reference } from 'cpansec/advisories';
import type { JSX } from 'preact';

/** References in sight, and those that the page has at all; the record has every one. */
const IN_SIGHT = 12;
const REFERENCES = 60;

export function References({
  references,
}: {
  readonly references: readonly Reference[];
}): JSX.Element | null {
  if (references.length === 0) return null;
  const sorted = references.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, REFERENCES);
  const more = sorted.slice(IN_SIGHT);
  return (
    <section>
      <h2>References</h2>
      <ReferenceList references={sorted.slice(0, IN_SIGHT)} />
      {more.length === 0 ? null : (
        <details>
          <summary>{more.length} more</summary>
          <ReferenceList references={more} />
        </details>
      )}
      {references.length > REFERENCES ? (
        <p class="quiet">{references.length - REFERENCES} more are in the machine formats below.</p>
      ) : null}
    </section>
  );
}

/** What helps first: what ends it, who says so, then all others as they are given. */
function rankOf({ type }: Reference): number {
  const place = ['fix', 'patch', 'advisory', 'report'].indexOf(type);
  return place < 0 ? 4 : place;
}

function ReferenceList({ references }: { readonly references: readonly Reference[] }): JSX.Element {
  return (
    <ul>
      {references.map(({ type, url }) => (
        <li key={url}>
          <WebLink url={url} /> <span class="quiet small">{type}</span>
        </li>
      ))}
    </ul>
  );
}

/** Only web addresses become links. */
function WebLink({ url }: { readonly url: string }): JSX.Element {
  return /^https?:\/\//i.test(url) ? (
    <a href={url} rel="noreferrer">
      {url}
    </a>
  ) : (
    <span>{url}</span>
  );
}
