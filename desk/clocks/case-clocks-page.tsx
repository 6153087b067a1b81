/** All clocks of a case: what each counts from, whether it was met, and what ends it. */
import type { JSX } from 'preact';
import { Act, CaseBar, type CaseModel, Fold } from '../cases/index.ts';
import { Field, Instant, Notice, Records, Tag } from '../ui/index.ts';

export interface CaseClock {
  readonly id: string;
  readonly what: string;
  readonly who: string;
  readonly due: string;
  readonly state: 'running' | 'met' | 'late' | 'paused';
  readonly done: string | null;
  readonly why: string;
  /** Whether somebody can say here that it was done. */
  readonly byHand: boolean;
}

export interface CaseClocksModel {
  readonly case: CaseModel;
  readonly clocks: readonly CaseClock[];
  readonly fixAvailable: string | null;
  readonly problems: Readonly<Record<string, string>>;
}

const SIGNALS = { running: 'quiet', met: 'good', late: 'danger', paused: 'warning' } as const;

export function caseClocksPage(
  { case: file, clocks, fixAvailable, problems }: CaseClocksModel,
  { now }: { readonly now: string },
): JSX.Element {
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>Clocks of a case</h1>
      {Object.keys(problems).length === 0 ? null : (
        <Notice signal="warning">
          <p>{Object.values(problems).join(' ')}</p>
        </Notice>
      )}
      <Records
        items={clocks.map((clock) => ({
          key: clock.id,
          title: (
            <>
              <Tag signal={SIGNALS[clock.state]}>{clock.state}</Tag> {clock.what}
              {clock.who === 'team' ? '' : ' (theirs)'}
            </>
          ),
          facts: [
            <>
              due <Instant at={clock.due} />
            </>,
            clock.done === null ? 'not done' : <Done key="done" at={clock.done} />,
            clock.why,
          ],
          ...(clock.done === null && clock.byHand ? { acts: <ByHand id={file.id} clock={clock.id} /> } : {}),
        }))}
      />
      <section aria-labelledby="fix">
        <h2 id="fix">A fix</h2>
        <p>{fixAvailable === null ? 'There is none.' : <Done at={fixAvailable} />}</p>
        <Fold name="There is a fix">
          <Act id={file.id} act="fixed" label="Note it">
            <Field name="version" label="In which version" required={false} maxLength={60} />
            <When id="fixed-at" />
          </Act>
        </Fold>
      </section>
      <p>
        <a href={`/cases/${file.id}/exploitation`}>It is exploited: what is known, and who was told</a>
      </p>
    </>
  );
}

function Done({ at }: { readonly at: string }): JSX.Element {
  return (
    <>
      done <Instant at={at} />
    </>
  );
}

function ByHand({ id, clock }: { readonly id: string; readonly clock: string }): JSX.Element {
  return (
    <Fold name="It was done">
      <Act id={id} act="clocks/done" label="Note it" second>
        <input type="hidden" name="clock" value={clock} />
        <When id={`at-${clock}`} />
      </Act>
    </Fold>
  );
}

export function When({ id }: { readonly id: string }): JSX.Element {
  return (
    <Field
      name="at"
      id={id}
      label="When, UTC"
      hint="2026-11-25T12:00:00Z; empty for now."
      required={false}
      maxLength={30}
    />
  );
}
