/** What waits on a case, and what can be done about it now. */
import type { JSX } from 'preact';
import { Field, Instant, Radios, SelectField, Tag } from '../ui/index.ts';
import { Act, Fold } from './case-act.tsx';
import type { CaseModel as Model } from './case-model.ts';

export function Waits(model: Model): JSX.Element {
  const { clocks, needs, phase } = model;
  return (
    <section aria-labelledby="now">
      <h2 id="now">What waits</h2>
      {clocks.length + needs.length === 0 ? <p>Nothing is promised, nothing is open.</p> : null}
      <ul class="waits">
        {clocks.map(({ what, due, state, why }) => (
          <li key={what}>
            {state === 'late' ? <Tag signal="danger">late</Tag> : null} <strong>{what}</strong> by{' '}
            <Instant at={due} />
            <span class="quiet small">{why}</span>
          </li>
        ))}
        {needs.map((need) => (
          <li key={need}>{need}</li>
        ))}
      </ul>
      <p>
        <a href={`/cases/${model.id}/clocks`}>All clocks, and what ends them</a>
      </p>
      {phase === 'report' ? <Act id={model.id} act="take" label="Take it on" /> : null}
      {phase === 'triage' ? <Triage {...model} /> : null}
      {phase === 'coordinate' && model.cve === null && model.kind !== 'incident' ? <NoId {...model} /> : null}
      {model.cve !== null &&
      (phase === 'coordinate' || (phase === 'closed' && model.outcome !== 'published')) ? (
        <GiveBack id={model.id} cve={model.cve} />
      ) : null}
      {PUBLISHING.has(phase) ? (
        <p>
          <a href={`/publications?case=${model.id}`}>
            {phase === 'follow-up' ? 'Correct or withdraw what is public' : 'Publish it: the checklist'}
          </a>
        </p>
      ) : null}
      {['report', 'triage'].includes(phase) && model.kind !== 'incident' ? (
        <BeginIncident {...model} />
      ) : null}
      {['report', 'triage', 'coordinate'].includes(phase) ? <Close {...model} /> : null}
    </section>
  );
}

const PUBLISHING: ReadonlySet<string> = new Set(['coordinate', 'publication', 'follow-up']);

/** For coordinators and the CNA, as the desk says to whoever else tries. */
function BeginIncident({ id }: Model): JSX.Element {
  return (
    <p>
      <a href={`/cases/${id}/incident/begin`}>It is no flaw: somebody did it by intent</a>
    </p>
  );
}

function NoId({ id, cveYear }: Model): JSX.Element {
  return (
    <>
      <Act id={id} act="cve/take" label="Take a CVE id out of the pool">
        <Field
          name="year"
          label="Year of the first public report"
          value={`${cveYear}`}
          keyboard="numeric"
          maxLength={4}
        />
      </Act>
      <Fold name="Note an id that was reserved elsewhere">
        <Act id={id} act="reserve" label="Note the id">
          <Field name="cve" label="CVE id that was reserved" hint="CVE-2026-12345" maxLength={30} />
        </Act>
      </Fold>
    </>
  );
}

function GiveBack({ id, cve }: { readonly id: string; readonly cve: string }): JSX.Element {
  return (
    <Fold name={`Give ${cve} back`}>
      <Act id={id} act="cve/give-back" label="Give it back">
        <Field
          name="why"
          id="give-back-why"
          label="Why"
          hint="Another case gets it only if nobody outside has heard of it."
          maxLength={2000}
        />
      </Act>
    </Fold>
  );
}

function Triage({ id, votes }: Model): JSX.Element {
  return (
    <>
      <p>
        Is it a vulnerability? <strong>{votes.yes} yes</strong>, {votes.no} no; {votes.needed} yes are enough.
      </p>
      <Act id={id} act="vote" label="Vote" second={votes.yes >= votes.needed}>
        <Radios
          name="vote"
          legend="Your vote"
          chosen="yes"
          options={[
            { value: 'yes', label: 'It is one' },
            { value: 'no', label: 'It is none' },
          ]}
        />
        <Radios
          name="interest"
          legend="Have you an interest in it?"
          hint="You wrote it, look after it, or somebody who does pays you."
          required
          options={[
            { value: 'no', label: 'No' },
            { value: 'yes', label: 'Yes' },
          ]}
        />
        <Field name="why" id="vote-why" label="Why" maxLength={2000} />
      </Act>
      {votes.yes >= votes.needed ? <Act id={id} act="accept" label="Accept it as a vulnerability" /> : null}
      <Fold name="It needs a proof of concept">
        <p>The reporter is asked by a letter, and the clocks stand still until they answer.</p>
        <Act id={id} act="proof" label="Ask the reporter" second />
      </Fold>
    </>
  );
}

export const OUTCOMES: readonly { readonly value: string; readonly label: string }[] = [
  { value: 'out-of-scope', label: 'out of scope' },
  { value: 'not-a-vulnerability', label: 'not a vulnerability' },
  { value: 'withdrawn', label: 'withdrawn' },
  { value: 'spam', label: 'spam' },
];

const HANDLERS: typeof OUTCOMES = [
  { value: '', label: 'none of these' },
  { value: 'perl', label: 'the perl security team' },
  { value: 'upstream', label: 'the developers of a library' },
  { value: 'distributor', label: 'a distributor' },
  { value: 'author', label: 'the authors of software that is not on CPAN' },
  { value: 'management', label: 'whoever is responsible for the matter' },
];

function Close({ id }: Model): JSX.Element {
  return (
    <Fold name="Close it">
      <Act id={id} act="close" label="Close the case">
        <SelectField name="outcome" label="As" options={OUTCOMES} />
        <SelectField
          name="handler"
          label="Out of scope: whose it is; the reporter is told"
          options={HANDLERS}
        />
        <Field name="why" id="close-why" label="Why" maxLength={2000} />
      </Act>
    </Fold>
  );
}
