import type { JSX } from 'preact';
import { Field } from '../ui/index.ts';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel } from './case-model.ts';
import { RangeLine } from './range-line.tsx';

export interface RangeModel {
  readonly case: CaseModel;
  readonly releases: readonly string[];
  readonly ranges: string;
  readonly fixed: string;
}

/** Ranges to be tried: nothing here is kept. */
export function rangePage(
  { case: file, releases, ranges, fixed }: RangeModel,
  { now }: { readonly now: string },
): JSX.Element {
  const distribution = file.distribution ?? 'the distribution';
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>Affected versions</h1>
      <form
        method="post"
        action={`/cases/${file.id}/ranges`}
        data-distribution={distribution}
        data-releases={releases.join(' ')}
      >
        <Field
          name="ranges"
          label="Affected"
          hint="In the grammar of the advisories: >=1.0,<1.24 || >=2.0"
          value={ranges}
          required={false}
          maxLength={500}
        />
        <Field name="fixed" label="Fixed" hint=">=1.24" value={fixed} required={false} maxLength={500} />
        <button type="submit" class="second">
          Draw it
        </button>
      </form>
      <div data-line>
        <RangeLine distribution={distribution} releases={releases} ranges={ranges} fixed={fixed} />
      </div>
      <p>
        Nothing is kept here. <a href={`/cases/${file.id}/details`}>Edit the details</a> when it is right.
      </p>
    </>
  );
}
