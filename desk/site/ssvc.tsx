/** What SSVC decides, and of what: https://certcc.github.io/SSVC/. One that does not parse is shown all the same. */
import { decide, FormatError, parseSsvc } from 'cpansec/formats';
import type { JSX } from 'preact';

export function SsvcFact({ vector }: { readonly vector: string }): JSX.Element {
  const decided = decisionOf(vector);
  if (decided === null) return <code>{vector}</code>;
  return (
    <details>
      <summary>
        {decided.outcome}: {decided.meaning}
      </summary>
      <code>{vector}</code>
      <br />
      {decided.answers.join(', ')}
    </details>
  );
}

function decisionOf(vector: string): { outcome: string; meaning: string; answers: string[] } | null {
  try {
    const { table, answers } = parseSsvc(vector);
    const { outcome } = decide(table, answers);
    const said = table.points.map(({ id, name, values }) => {
      const value = values.find(({ key }) => key === answers[id]);
      return `${name} ${value?.name}`;
    });
    return outcome === null ? null : { outcome: outcome.name, meaning: outcome.meaning, answers: said };
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
