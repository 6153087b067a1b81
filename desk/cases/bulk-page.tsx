/** What was done with many cases, and what was not. */
import type { JSX } from 'preact';
import type { BulkResult } from './bulk.ts';

export function bulkPage({ done, refused }: BulkResult): JSX.Element {
  return (
    <>
      <h1>{done.length === 1 ? 'One case was done' : `${done.length} cases were done`}</h1>
      <p class="lead">
        {refused.length === 0
          ? 'Nothing was refused.'
          : `${refused.length} stayed as they were; the reason stands beside each.`}
      </p>
      {refused.length === 0 ? null : (
        <>
          <h2>Refused</h2>
          <ul>
            {refused.map(({ id, reference, title, why }) => (
              <li key={id}>
                {id === '' ? null : <a href={`/cases/${id}`}>{title}</a>} <code>{reference}</code> {why}
              </li>
            ))}
          </ul>
        </>
      )}
      {done.length === 0 ? null : (
        <>
          <h2>Done</h2>
          <ul>
            {done.map(({ id, reference, title }) => (
              <li key={id}>
                <a href={`/cases/${id}`}>{title}</a> <code>{reference}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <a class="button" href="/cases">
          Back to the cases
        </a>
      </p>
    </>
  );
}
