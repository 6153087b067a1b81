/** A CVSS vector in words: https://www.first.org/cvss/v3.1/specification-document, …/v4.0/specification-document. */
import { scoreCvss } from 'cpansec/formats';
import type { JSX } from 'preact';

const EXTENT = { H: 'high', L: 'low', N: 'none' };

/** Base metrics of versions 3.1 and 4.0, in the words of the specification. */
const METRICS: Readonly<Record<string, readonly [name: string, values: Readonly<Record<string, string>>]>> = {
  AV: ['attack vector', { N: 'network', A: 'adjacent', L: 'local', P: 'physical' }],
  AC: ['attack complexity', EXTENT],
  AT: ['attack requirements', { N: 'none', P: 'present' }],
  PR: ['privileges required', EXTENT],
  UI: ['user interaction', { N: 'none', R: 'required', P: 'passive', A: 'active' }],
  S: ['scope', { U: 'unchanged', C: 'changed' }],
  C: ['confidentiality', EXTENT],
  I: ['integrity', EXTENT],
  A: ['availability', EXTENT],
  VC: ['confidentiality of the system', EXTENT],
  VI: ['integrity of the system', EXTENT],
  VA: ['availability of the system', EXTENT],
  SC: ['confidentiality of others', EXTENT],
  SI: ['integrity of others', EXTENT],
  SA: ['availability of others', EXTENT],
};

/** `attack vector network`; a metric that is not of the base stays as it is. */
export function cvssWords(vector: string): string[] {
  return vector.split('/').flatMap((part) => {
    const [metric = '', value = ''] = part.split(':');
    if (metric === 'CVSS') return [];
    const known = Object.hasOwn(METRICS, metric) ? METRICS[metric] : undefined;
    const word = known !== undefined && Object.hasOwn(known[1], value) ? known[1][value] : undefined;
    return [known === undefined || word === undefined ? part : `${known[0]} ${word}`];
  });
}

/** The score, and the vector as it is and in words. One that does not parse is shown all the same. */
export function CvssFact({ vector }: { readonly vector: string }): JSX.Element {
  const score = scoreOf(vector);
  if (score === null) return <code> {vector}</code>;
  return (
    <details>
      <summary>CVSS score {score}</summary>
      <code>{vector}</code>
      <br />
      {cvssWords(vector).join(', ')}
    </details>
  );
}

function scoreOf(vector: string): number | null {
  try {
    return scoreCvss(vector).score;
  } catch {
    return null;
  }
}
