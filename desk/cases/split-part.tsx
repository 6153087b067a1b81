import type { JSX } from 'preact';
import { Field } from '../ui/index.ts';
import { Act, Fold } from './case-act.tsx';
import type { CaseModel } from './case-model.ts';

/** A part of a case becomes one of its own. */
export function SplitOff({ id, phase, distribution }: CaseModel): JSX.Element | null {
  if (phase === 'closed') return null;
  return (
    <Fold name="Split off a part">
      <Act id={id} act="split" label="Make it a case of its own" second>
        <Field name="title" id="split-title" label="Title of the part" maxLength={200} />
        <Field
          name="distribution"
          id="split-distribution"
          label="Distribution"
          value={distribution ?? ''}
          required={false}
          maxLength={120}
        />
        <Field
          name="entries"
          label="Entries to copy"
          hint="Their numbers in the thread, apart by blanks: 1 4"
          required={false}
          maxLength={500}
        />
      </Act>
    </Fold>
  );
}
