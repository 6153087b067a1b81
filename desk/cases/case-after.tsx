/** What is left once a case is public or closed. */
import type { JSX } from 'preact';
import type { CaseModel } from './case-model.ts';

export function Afterwards({
  id,
  after,
  phase,
  public: pxa,
}: Pick<CaseModel, 'id' | 'after' | 'phase' | 'public'>): JSX.Element | null {
  if (!pxa.startsWith('P') && phase !== 'closed') return null;
  const { disputes, amendments } = after;
  const facts = [
    disputes === 0 ? 'nobody’s objection is open' : counted(disputes, 'dispute'),
    ...(amendments === 0 ? [] : [`${counted(amendments, 'change')} of the record`]),
  ];
  return (
    <section aria-labelledby="after">
      <h2 id="after">Afterwards</h2>
      <ul>
        {phase === 'follow-up' || phase === 'closed' ? (
          <li>
            <a href={`/cases/${id}/follow-up`}>Follow-up</a>: products, the patch upstream, lessons
          </li>
        ) : null}
        <li>
          <a href={`/cases/${id}/disputes`}>Disputes and corrections</a>: {facts.join(', ')}
        </li>
      </ul>
    </section>
  );
}

function counted(count: number, what: string): string {
  return `${count} open ${what}${count === 1 ? '' : 's'}`;
}
