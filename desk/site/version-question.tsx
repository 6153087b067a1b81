/** The question of an advisory's page that a script can answer. */
import type { RangedEntry } from 'cpansec/advisories';
import type { JSX } from 'preact';
import { Tag } from '../ui/index.ts';
import { fixAbove, judgeVersion } from './judge-version.ts';

export interface VersionQuestionProps {
  readonly distributions: readonly string[];
  /** The one that is asked about, its entries and first fixed releases. */
  readonly distribution: string;
  readonly entries: readonly RangedEntry[];
  readonly fixedIn: readonly string[];
  readonly version: string;
  readonly onDistribution: (distribution: string) => void;
  readonly onVersion: (version: string) => void;
}

export function VersionQuestion(props: VersionQuestionProps): JSX.Element {
  const { distributions, distribution, version, onDistribution, onVersion } = props;
  return (
    <>
      <h2>Is my version affected?</h2>
      {distributions.length < 2 ? null : (
        <div class="field">
          <label for="own-distribution">Distribution</label>
          <select
            id="own-distribution"
            value={distribution}
            onChange={(event) => onDistribution(event.currentTarget.value)}
          >
            {distributions.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </div>
      )}
      <div class="field">
        <label for="own-version">Your version of {distribution}</label>
        <input
          id="own-version"
          value={version}
          autocomplete="off"
          spellcheck={false}
          size={14}
          onInput={(event) => onVersion(event.currentTarget.value)}
        />
      </div>
      <p role="status">
        <Answer {...props} />
      </p>
    </>
  );
}

function Answer({ entries, version, distribution, fixedIn }: VersionQuestionProps): JSX.Element | null {
  const own = version.trim();
  const verdict = judgeVersion(entries, own);
  if (verdict === null) return null;
  if (verdict === 'unreadable') return <Tag signal="warning">{own} is no version that Perl can read.</Tag>;
  if (verdict === 'unknown')
    return (
      <Tag signal="warning">It cannot be told for {own}: the advisory names no range that can be read.</Tag>
    );
  if (verdict === 'not-affected')
    return <Tag signal="good">{`${distribution} ${own} is not affected by this advisory.`}</Tag>;
  const fix = fixAbove(fixedIn, own);
  const then = fix === null ? 'No release above it fixes it.' : `The next release that fixes it is ${fix}.`;
  return <Tag signal="danger">{`${distribution} ${own} is affected. ${then}`}</Tag>;
}
