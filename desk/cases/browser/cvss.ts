/** The score while somebody chooses: the desk scores, the page shows it. */
import { type CvssVersion, vectorOf } from '../cvss-metrics.ts';

const form = document.querySelector<HTMLFormElement>('form[data-cvss]');
const told = form?.querySelector('[role=status]');
const place = form?.querySelector('[data-vector]');
let last = '';

form?.addEventListener('change', () => {
  const chosen: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) chosen[name] = String(value);
  const vector = vectorOf(form.dataset.cvss as CvssVersion, chosen); // our own page wrote it
  if (vector === null || vector === last) return;
  last = vector;
  if (place) place.textContent = vector;
  show(vector).catch(() => say('The desk did not answer; score it by the button.'));
});

async function show(vector: string): Promise<void> {
  const answer = await fetch('/cvss', {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify({ vector }),
  });
  const { score, rating } = await answer.json();
  // Of several on their way the last one counts.
  if (vector === last) say(answer.ok ? `${Number(score).toFixed(1)}, ${rating}` : 'Score it by the button.');
}

function say(words: string): void {
  if (told) told.textContent = words;
}
