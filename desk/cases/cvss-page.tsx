/** A CVSS calculator that works without script: choose, score, keep. */
import type { JSX } from 'preact';
import { Radios } from '../ui/index.ts';
import { type Bar, CaseBar } from './case-bar.tsx';
import { type CvssVersion, METRICS } from './cvss-metrics.ts';

export interface CvssModel {
  readonly bar: Bar;
  readonly version: CvssVersion;
  readonly chosen: Readonly<Record<string, string>>;
  readonly vector: string | null;
  /** Null until every metric is chosen. */
  readonly score: { readonly score: number; readonly rating: string } | null;
}

export function cvssPage(
  { bar, version, chosen, vector, score }: CvssModel,
  { now }: { readonly now: string },
): JSX.Element {
  const other = version === '3.1' ? '4.0' : '3.1';
  return (
    <>
      <CaseBar {...bar} now={now} />
      <h1>CVSS {version}</h1>
      <p>
        <a href={`/cases/${bar.id}/cvss?version=${other}`}>Score it by {other} instead</a>
      </p>
      <form method="post" action={`/cases/${bar.id}/cvss`} data-cvss={version}>
        <input type="hidden" name="version" value={version} />
        <div class="metrics">
          {METRICS[version].map(({ name, words, values }) => (
            <Radios
              key={name}
              name={name}
              legend={words}
              chosen={chosen[name]}
              options={values.map(([value, label]) => ({ value, label }))}
            />
          ))}
        </div>
        <p class="lead" role="status">
          {score === null ? 'Choose one of each.' : scoreWords(score)}
        </p>
        <p>
          <code data-vector>{vector ?? ''}</code>
        </p>
        <div class="acts">
          <button type="submit" name="do" value="score" class="second">
            Score it
          </button>
          <button type="submit" name="do" value="keep">
            Keep this vector
          </button>
        </div>
      </form>
    </>
  );
}

export function scoreWords({ score, rating }: { readonly score: number; readonly rating: string }): string {
  return `${score.toFixed(1)}, ${rating}`;
}
