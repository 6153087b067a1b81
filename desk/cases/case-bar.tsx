/** What stands above every page of a case, always: reference, label, end of the embargo, who sees it. */
import type { JSX } from 'preact';
import { Instant, type Signal, spanWords, Tag } from '../ui/index.ts';

export interface Bar {
  readonly id: string;
  readonly reference: string;
  readonly tlp: string;
  readonly phase: string;
  readonly outcome: string | null;
  readonly cve: string | null;
  readonly restricted: boolean;
  readonly embargo: { readonly state: string; readonly end: string | null };
  readonly members: readonly { readonly name: string; readonly part: string }[];
}

/** Names that the bar says; all of them stand on the page. */
const NAMES = 3;

export function CaseBar({ now, ...bar }: Bar & { readonly now: string }): JSX.Element {
  const { id, reference, tlp, phase, outcome, cve } = bar;
  return (
    <section class="case-bar" aria-label="Always in sight">
      <span>
        <a href={`/cases/${id}`}>
          <code>{reference}</code>
        </a>{' '}
        {cve === null ? null : <code>{cve}</code>}
      </span>
      <Tlp label={tlp} />
      <span>{outcome === null ? phase : `${phase}: ${outcome}`}</span>
      <Embargo {...bar.embargo} now={now} />
      <Seers {...bar} />
    </section>
  );
}

const TLP_SIGNALS: Readonly<Record<string, Signal>> = {
  'TLP:RED': 'danger',
  'TLP:AMBER+STRICT': 'warning',
  'TLP:AMBER': 'warning',
  'TLP:GREEN': 'good',
};

export function Tlp({ label }: { readonly label: string }): JSX.Element {
  return <Tag signal={TLP_SIGNALS[label] ?? 'quiet'}>{label}</Tag>;
}

function Embargo({ state, end, now }: Bar['embargo'] & { readonly now: string }): JSX.Element {
  if (end === null) return <span>{EMBARGO_WORDS[state] ?? state}</span>;
  const left = Date.parse(end) - Date.parse(now);
  return (
    <span>
      {state === 'EXITED' ? 'Embargo ended' : 'Embargo until'} <Instant at={end} />
      <span class="own-zone" data-own-zone={end} />
      {state === 'EXITED' ? null : (
        <span class="countdown" data-until={end}>
          {left > 0 ? `${spanWords(left)} left` : 'over'}
        </span>
      )}
    </span>
  );
}

export const EMBARGO_WORDS: Readonly<Record<string, string>> = {
  NONE: 'No embargo',
  PROPOSED: 'Embargo proposed',
  ACTIVE: 'Embargo active',
  REVISE: 'Another end is proposed',
  EXITED: 'Embargo ended',
};

function Seers({ id, members, restricted }: Bar): JSX.Element {
  const names = members.filter(({ part }) => part === 'member').map(({ name }) => name);
  const more = names.length - NAMES;
  return (
    <span>
      Seen by {names.slice(0, NAMES).join(', ')}
      {more > 0 ? (
        <>
          {' '}
          and <a href={`/cases/${id}#access`}>{more} more</a>
        </>
      ) : null}
      {restricted ? ', and nobody else' : ''}
    </span>
  );
}
