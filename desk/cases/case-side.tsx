/** What belongs to a case beside its thread: details, embargo, people, tasks, files, access. */
import { scoreCvss } from 'cpansec/formats';
import type { JSX } from 'preact';
import { TLP_LABELS, TLP_WORDS, type TlpLabel } from '../disclosure/index.ts';
import { Definitions, Field, Instant, Radios, SelectField, Table } from '../ui/index.ts';
import { Act, Fold, same } from './case-act.tsx';
import { EMBARGO_WORDS, Tlp } from './case-bar.tsx';
import type { CaseModel as Model } from './case-model.ts';
import { scoreWords } from './cvss-page.tsx';

export function Details(model: Model): JSX.Element {
  const { assigned, members } = model;
  const { id, distribution, modules, labels, weaknesses, cvss, ssvc, affected, openedAt } = model;
  return (
    <section aria-labelledby="details">
      <h2 id="details">Details</h2>
      <Definitions
        items={[
          ['Distribution', distribution ?? 'not known'],
          ['Modules', modules.join(', ') || 'none named'],
          ['Works on it', members.find((one) => one.id === assigned)?.name ?? 'nobody yet'],
          ['Labels', labels.join(', ') || 'none'],
          ['Weaknesses', weaknesses.join(', ') || 'none named'],
          ['CVSS', cvss === null ? 'not scored' : <Scored key="cvss" vector={cvss} />],
          ['SSVC', ssvc.length === 0 ? 'not decided' : <Decided key="ssvc" ssvc={ssvc} />],
          ['Affected', affected.map(({ ranges }) => ranges.join(' or ')).join('; ') || 'not known'],
          ['Opened', <Instant key="opened" at={openedAt} />],
        ]}
      />
      <ul class="row">
        <li>
          <a href={`/cases/${id}/details`}>Edit the details</a>
        </li>
        <li>
          <a href={`/cases/${id}/cvss`}>Score it</a>
        </li>
        <li>
          <a href={`/cases/${id}/ssvc`}>Decide by SSVC</a>
        </li>
        <li>
          <a href={`/cases/${id}/ranges`}>Draw the ranges</a>
        </li>
        <li>
          <a href={`/cases/${id}/credits`}>Credits</a>
        </li>
        <li>
          <a href={`/cases/${id}/draft`}>The advisory so far</a>
        </li>
      </ul>
      <Assign {...model} />
    </section>
  );
}

function Assign({ id, members, assigned }: Model): JSX.Element {
  const options = members
    .filter(({ part }) => part === 'member')
    .map(({ id: value, name }) => ({ value, label: name }));
  return (
    <Fold name="Say who works on it">
      <Act id={id} act="assign" label="Say so">
        <SelectField
          name="to"
          id="assign-to"
          label="Who"
          options={[{ value: '', label: 'nobody' }, ...options]}
          value={assigned ?? ''}
        />
      </Act>
    </Fold>
  );
}

function Scored({ vector }: { readonly vector: string }): JSX.Element {
  return (
    <>
      {scoreWords(scoreCvss(vector))} <code>{vector}</code>
    </>
  );
}

function Decided({ ssvc }: Pick<Model, 'ssvc'>): JSX.Element {
  return (
    <>
      {ssvc.map(({ table, title, outcomes, vector, published }) => (
        <div key={table}>
          {title}: {outcomes.join(' or ')}
          {published ? ', in the advisory' : ''} <code>{vector}</code>
        </div>
      ))}
    </>
  );
}

export function Embargo({ id, kind, embargo, public: pxa, phase }: Model): JSX.Element {
  return (
    <section aria-labelledby="embargo">
      <h2 id="embargo">Embargo</h2>
      <p>
        {EMBARGO_WORDS[embargo.state] ?? embargo.state}; {WORLD[pxa] ?? pxa}
      </p>
      {embargo.proposals.map((proposal) => (
        <Proposal key={proposal.id} {...proposal} id={id} proposal={proposal.id} />
      ))}
      {phase === 'closed' || phase === 'report' || kind === 'incident' ? null : (
        <Fold name="Propose an end">
          <Act id={id} act="embargo" label="Propose it">
            <Field name="end" label="End, UTC" hint="2026-12-09T12:00:00Z" maxLength={30} />
            <Field name="why" id="embargo-why" label="Why" maxLength={2000} />
          </Act>
        </Fold>
      )}
      {phase === 'closed' ? null : <Known id={id} />}
    </section>
  );
}

type ProposalProps = Model['embargo']['proposals'][number] & { readonly proposal: string };

function Proposal({ id, proposal, end, why, own }: ProposalProps): JSX.Element {
  return (
    <div>
      <p>
        {own ? 'Ours' : 'Proposed'}: until <Instant at={end} />. {why}
      </p>
      {own ? null : (
        <Act id={id} act="embargo/answer" label="Answer">
          <input type="hidden" name="proposal" value={proposal} />
          <Radios
            name="answer"
            legend="Answer"
            chosen="yes"
            options={[
              { value: 'yes', label: 'Accept' },
              { value: 'no', label: 'Reject' },
            ]}
          />
        </Act>
      )}
    </div>
  );
}

function Known({ id }: { readonly id: string }): JSX.Element {
  return (
    <Fold name="It became known">
      <Act id={id} act="observe" label="Note it; the embargo ends">
        <Radios
          name="what"
          legend="What was seen"
          chosen="P"
          options={[
            { value: 'P', label: 'It is public' },
            { value: 'X', label: 'An exploit is public' },
            { value: 'A', label: 'It is being exploited' },
          ]}
        />
      </Act>
    </Fold>
  );
}

/** Vultron's public states. */
const WORLD: Readonly<Record<string, string>> = {
  pxa: 'not public, no exploit, no attacks known.',
  Pxa: 'it is public.',
  PXa: 'it is public, and an exploit is.',
  pxA: 'not public, and exploited.',
  PxA: 'public and exploited.',
  PXA: 'public, with an exploit, and exploited.',
};

export function People({ id, participants, phase }: Model): JSX.Element {
  return (
    <section aria-labelledby="people">
      <h2 id="people">Who takes part</h2>
      {participants.length === 0 ? (
        <p>Nobody from outside.</p>
      ) : (
        <Table
          caption="Participants, and where each stands"
          columns={['Who', 'Part', 'Report', 'Embargo', 'Fix'].map((label) => ({ label, kind: 'fixed' }))}
          rows={participants.map(({ rm, consent, fix, signed, ...who }) => [
            calledIn(who),
            signed === '' ? who.role : `${who.role}, ${signed}`,
            stateWords(rm),
            stateWords(consent),
            fix === null ? '' : (FIX_WORDS[fix] ?? fix),
          ])}
        />
      )}
      {phase === 'coordinate' || phase === 'publication' ? (
        <>
          <LogAttempt id={id} />
          <AskIn id={id} />
          <p>
            <a href={`/cases/${id}/early-notice`}>Early notice to organisations</a>
          </p>
        </>
      ) : null}
    </section>
  );
}

/** Vultron's states of a fix: known to them, ready, deployed. */
const FIX_WORDS: Readonly<Record<string, string>> = {
  vfd: 'not known to them',
  Vfd: 'not yet',
  VFd: 'ready',
  VFD: 'released',
};

type Who = Pick<Model['participants'][number], 'id' | 'role' | 'name' | 'reporterName'>;

/** By name where the reader is told it, else by what tells participants of one case apart. */
function calledIn({ id, role, name = `${role} ${id.slice(0, 4)}`, reporterName = name }: Who): string {
  return reporterName;
}

/** `NO_EMBARGO` is no word. */
function stateWords(state: string): string {
  return state.toLowerCase().replaceAll('_', ' ');
}

function LogAttempt({ id }: { readonly id: string }): JSX.Element {
  return (
    <Fold name="Log an attempt to reach the maintainers">
      <Act id={id} act="attempts" label="Log it">
        <SelectField
          name="channel"
          label="By"
          options={['mail', 'private-report', 'tracker', 'other'].map(same)}
        />
        <Field name="address" id="attempt-address" label="Address" maxLength={500} />
        <SelectField
          name="outcome"
          id="attempt-outcome"
          label="What came of it"
          options={['sent', 'answered', 'bounced-permanent', 'bounced-transient'].map(same)}
        />
        <Field name="note" label="Note" required={false} maxLength={2000} />
      </Act>
    </Fold>
  );
}

function AskIn({ id }: { readonly id: string }): JSX.Element {
  return (
    <Fold name="Ask somebody in">
      <Act id={id} act="participants" label="Make their link">
        <Field name="name" label="Name" maxLength={120} />
        <Field name="address" label="Address" required={false} maxLength={254} />
        <SelectField name="role" label="As" options={['maintainer', 'distributor', 'observer'].map(same)} />
      </Act>
    </Fold>
  );
}

/** For coordinators. */
export function EndLink({ id, participants }: Model): JSX.Element | null {
  if (participants.length === 0) return null;
  return (
    <Fold name="End somebody’s link">
      <Act id={id} act="links/end" label="End it">
        <SelectField
          name="participant"
          label="Of"
          options={participants.map((one) => ({ value: one.id, label: `${calledIn(one)}, ${one.role}` }))}
        />
        <Radios
          name="instead"
          legend="In its place"
          chosen="letter"
          options={[
            { value: 'letter', label: 'A letter to them with a new one' },
            { value: 'nothing', label: 'Nothing: nobody comes in or is written to as them' },
          ]}
        />
      </Act>
    </Fold>
  );
}

export function Tasks({ id, tasks }: Model): JSX.Element {
  return (
    <section aria-labelledby="tasks">
      <h2 id="tasks">Tasks</h2>
      <ul class="tasks">
        {tasks.map(({ number, text, done }) => (
          <li key={number}>
            {done ? <s>{text}</s> : <span>{text}</span>}
            {done ? <span class="quiet small">done</span> : <Finish id={id} number={number} text={text} />}
          </li>
        ))}
      </ul>
      <Act id={id} act="tasks" label="Add it" second>
        <Field name="text" id="task" label="New task" maxLength={500} />
      </Act>
    </section>
  );
}

function Finish({
  id,
  number,
  text,
}: {
  readonly id: string;
  readonly number: number;
  readonly text: string;
}): JSX.Element {
  return (
    <form method="post" action={`/cases/${id}/tasks/done`}>
      <input type="hidden" name="task" value={number} />
      <button type="submit" class="second">
        Done<span class="hidden-visually">: {text}</span>
      </button>
    </form>
  );
}

export function Files({ id, files }: Model): JSX.Element {
  return (
    <section aria-labelledby="files">
      <h2 id="files">Files</h2>
      {files.length === 0 ? <p>None.</p> : null}
      <ul>
        {files.map(({ id: file, name, size, audience }) => (
          <li key={file}>
            <a href={`/cases/${id}/files/${file}`}>{name}</a>{' '}
            {/\.(?:patch|diff)$/.test(name) ? <a href={`/cases/${id}/files/${file}/diff`}>read it</a> : null}{' '}
            <span class="quiet small">
              {sizeWords(size)}, {audience}
            </span>
          </li>
        ))}
      </ul>
      <form method="post" action={`/cases/${id}/files`} enctype="multipart/form-data">
        <div class="field">
          <label for="file">Add a file for the team</label>
          <input id="file" name="file" type="file" required />
        </div>
        <button type="submit" class="second">
          Upload
        </button>
      </form>
    </section>
  );
}

function sizeWords(bytes: number): string {
  return bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
}

export function Alike({ id, alike, phase }: Model): JSX.Element | null {
  if (alike.length === 0) return null;
  return (
    <section aria-labelledby="alike">
      <h2 id="alike">Cases that are like it</h2>
      <ul>
        {alike.map(({ id: other, reference, title, score }) => (
          <li key={other}>
            <a href={`/cases/${other}`}>{title}</a> <code>{reference}</code>{' '}
            <span class="quiet small">{score} % alike</span>
            {phase === 'closed' ? null : (
              <Act id={id} act="merge" label={`Merge into ${reference}`} second>
                <input type="hidden" name="into" value={other} />
              </Act>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Access({ id, members, restricted, tlp }: Model): JSX.Element {
  return (
    <section aria-labelledby="access">
      <h2 id="access">Who can see this</h2>
      <p>{restricted ? 'These members, and nobody else:' : 'Members of the case:'}</p>
      <ul>
        {members.map(({ id: member, name, part }) => (
          <li key={member}>
            {name}
            {part === 'conflict' ? ', who has an interest and sees nothing' : ''}
          </li>
        ))}
      </ul>
      <p>
        <Tlp label={tlp} /> {TLP_WORDS[tlp as TlpLabel] ?? ''}
      </p>
      <Fold name="Change the label">
        <Act id={id} act="tlp" label="Change it">
          <SelectField name="tlp" label="New label" id="tlp" options={TLP_LABELS.map(same)} value={tlp} />
          <Field name="why" id="tlp-why" label="Why" maxLength={2000} />
        </Act>
      </Fold>
      <Fold name="I have an interest in this">
        <Act id={id} act="conflict" label="Leave the case">
          <Field name="why" id="conflict-why" label="Which" maxLength={500} />
        </Act>
      </Fold>
    </section>
  );
}
