/** A case on one page: what it is and who sees it, what waits, what was said, and every act as a real button. */
import type { ComponentChildren, JSX } from 'preact';
import { Area, Definitions, Field, Notice, Radios, SelectField, Table, Tag } from '../ui/index.ts';
import type { CaseModel as Model } from './case-model.ts';
import { instantWords } from './list-page.tsx';

export function casePage(model: Model): JSX.Element {
  return (
    <>
      <h1>{model.title === '' ? 'Untitled' : model.title}</h1>
      <Head {...model} />
      <Now {...model} />
      <Said {...model} />
      <Details {...model} />
      <Embargo {...model} />
      <People {...model} />
      <Tasks {...model} />
      <Files {...model} />
      <Alike {...model} />
      <Access {...model} />
    </>
  );
}

/** On every page of a case, always: reference, TLP, end of the embargo, who sees it. */
function Head(model: Model): JSX.Element {
  const { reference, tlp, embargo, members, restricted, phase, outcome, cve, mergedInto } = model;
  const present = members.filter(({ part }) => part === 'member');
  return (
    <>
      {mergedInto === null ? null : (
        <Notice signal="quiet">
          <p>
            It goes on <a href={`/cases/${mergedInto}`}>in another case</a>.
          </p>
        </Notice>
      )}
      <Definitions
        items={[
          ['Reference', <code key="r">{reference}</code>],
          ['TLP', <strong key="t">{tlp}</strong>],
          [
            'Embargo',
            embargo.end === null ? embargo.state : `${embargo.state}, until ${instantWords(embargo.end)}`,
          ],
          [
            'Who can see this',
            `${present.map(({ name }) => name).join(', ')}${restricted ? ', and nobody else' : ''}`,
          ],
          ['Phase', outcome === null ? phase : `${phase}: ${outcome}`],
          ['CVE', cve ?? 'none reserved'],
        ]}
      />
    </>
  );
}

interface ActProps {
  readonly id: string;
  readonly act: string;
  readonly label: string;
  readonly children?: ComponentChildren;
}

function Act({ id, act, label, children }: ActProps): JSX.Element {
  return (
    <form method="post" action={`/cases/${id}/${act}`} class="act">
      {children}
      <button type="submit">{label}</button>
    </form>
  );
}

function Now(model: Model): JSX.Element {
  const { clocks, needs, phase } = model;
  return (
    <section aria-labelledby="now">
      <h2 id="now">What waits</h2>
      {clocks.length + needs.length === 0 ? <p>Nothing.</p> : null}
      <ul>
        {clocks.map(({ what, due, state, why }) => (
          <li key={what}>
            {what}, by <time dateTime={due}>{instantWords(due)}</time>{' '}
            {state === 'late' ? <Tag signal="danger">late</Tag> : null} <span class="quiet small">{why}</span>
          </li>
        ))}
        {needs.map((need) => (
          <li key={need}>{need}</li>
        ))}
      </ul>
      {phase === 'report' ? <Act id={model.id} act="take" label="Take it on" /> : null}
      {phase === 'triage' ? <Triage {...model} /> : null}
      {phase === 'coordinate' && model.cve === null ? (
        <Act id={model.id} act="reserve" label="Note the id">
          <Field name="cve" label="CVE id that was reserved" maxLength={30} />
        </Act>
      ) : null}
      {['report', 'triage', 'coordinate'].includes(phase) ? <Close {...model} /> : null}
    </section>
  );
}

function Triage({ id, votes }: Model): JSX.Element {
  return (
    <>
      <p>
        Is it a vulnerability? {votes.yes} yes, {votes.no} no; {votes.needed} yes are enough.
      </p>
      <Act id={id} act="vote" label="Vote">
        <Radios
          name="vote"
          legend="Your vote"
          chosen="yes"
          options={[
            { value: 'yes', label: 'It is one' },
            { value: 'no', label: 'It is none' },
          ]}
        />
        <Field name="why" id="vote-why" label="Why" maxLength={2000} />
      </Act>
      <Act id={id} act="accept" label="Accept it as a vulnerability" />
    </>
  );
}

const OUTCOMES = [
  { value: 'out-of-scope', label: 'out of scope' },
  { value: 'not-a-vulnerability', label: 'not a vulnerability' },
  { value: 'withdrawn', label: 'withdrawn' },
  { value: 'spam', label: 'spam' },
];

function Close({ id }: Model): JSX.Element {
  return (
    <details>
      <summary>Close it</summary>
      <Act id={id} act="close" label="Close the case">
        <SelectField name="outcome" label="As" options={OUTCOMES} />
        <Field name="why" id="close-why" label="Why" maxLength={2000} />
      </Act>
    </details>
  );
}

function Said({ id, timeline, audiences, phase }: Model): JSX.Element {
  const labels = new Map(audiences.map(({ name, label }) => [name, label]));
  return (
    <section aria-labelledby="said">
      <h2 id="said">What was said and done</h2>
      <ol class="thread">
        {timeline.map(({ number, at, who, kind, audience, text }) => (
          <li key={number} id={`entry-${number}`}>
            <p class="quiet small">
              {who}, <time dateTime={at}>{instantWords(at)}</time>: {kind}, for{' '}
              {(labels.get(audience) ?? audience).toLowerCase()}
            </p>
            <p class="said">{text}</p>
          </li>
        ))}
      </ol>
      {phase === 'closed' ? null : (
        <Act id={id} act="messages" label="Say it">
          <SelectField
            name="audience"
            label="To"
            options={audiences.map(({ name, label }) => ({ value: name, label }))}
          />
          <Area name="text" id="message" label="Message" maxLength={20_000} />
        </Act>
      )}
    </section>
  );
}

function Details(model: Model): JSX.Element {
  const { id, revision, title, distribution, modules, labels, weaknesses, cvss, summary, affected } = model;
  const [range] = affected;
  return (
    <section aria-labelledby="details">
      <h2 id="details">Details</h2>
      <Definitions
        items={[
          ['Distribution', distribution ?? 'not known'],
          ['Modules', modules.join(', ') || 'none named'],
          ['Labels', labels.join(', ') || 'none'],
          ['Weaknesses', weaknesses.join(', ') || 'none named'],
          ['CVSS', cvss ?? 'not scored'],
          ['Affected', affected.map(({ ranges }) => ranges.join(' or ')).join('; ') || 'not known'],
        ]}
      />
      <details>
        <summary>Edit</summary>
        <Act id={id} act="details" label="Keep the changes">
          <input type="hidden" name="revision" value={revision} />
          <Field name="title" label="Title" value={title} maxLength={200} />
          <Field
            name="distribution"
            label="Distribution"
            value={distribution ?? ''}
            required={false}
            maxLength={120}
          />
          <Field
            name="modules"
            label="Modules"
            hint="Separated by spaces."
            value={modules.join(' ')}
            required={false}
            maxLength={2000}
          />
          <Field
            name="labels"
            label="Labels"
            hint="Separated by commas."
            value={labels.join(', ')}
            required={false}
            maxLength={500}
          />
          <Field
            name="weaknesses"
            label="Weaknesses"
            hint="CWE-79, separated by spaces."
            value={weaknesses.join(' ')}
            required={false}
            maxLength={200}
          />
          <Field name="cvss" label="CVSS vector" value={cvss ?? ''} required={false} maxLength={300} />
          <Field
            name="ranges"
            label="Affected versions"
            hint="In the grammar of the advisories: >=1.0,<1.24"
            value={range?.ranges.join(' || ') ?? ''}
            required={false}
            maxLength={500}
          />
          <Area name="summary" label="Summary" value={summary} required={false} maxLength={50_000} />
        </Act>
      </details>
    </section>
  );
}

function Embargo({ id, embargo, public: pxa, phase }: Model): JSX.Element {
  return (
    <section aria-labelledby="embargo">
      <h2 id="embargo">Embargo</h2>
      <p>
        {embargo.state}; {WORLD[pxa] ?? pxa}
      </p>
      {embargo.proposals.map(({ id: proposal, end, why, own }) => (
        <div key={proposal}>
          <p>
            {own ? 'Ours' : 'Proposed'}: until {instantWords(end)}. {why}
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
      ))}
      {phase === 'closed' || phase === 'report' ? null : (
        <details>
          <summary>Propose an end</summary>
          <Act id={id} act="embargo" label="Propose it">
            <Field name="end" label="End, UTC" hint="2026-12-09T12:00:00Z" maxLength={30} />
            <Field name="why" id="embargo-why" label="Why" maxLength={2000} />
          </Act>
        </details>
      )}
      {phase === 'closed' ? null : (
        <details>
          <summary>It became known</summary>
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
        </details>
      )}
    </section>
  );
}

const WORLD: Readonly<Record<string, string>> = {
  pxa: 'not public, no exploit, no attacks known.',
  Pxa: 'it is public.',
  PXa: 'it is public, and an exploit is.',
  pxA: 'not public, and exploited.',
  PxA: 'public and exploited.',
  PXA: 'public, with an exploit, and exploited.',
};

function People({ id, participants, phase }: Model): JSX.Element {
  return (
    <section aria-labelledby="people">
      <h2 id="people">Who takes part</h2>
      {participants.length === 0 ? (
        <p>Nobody from outside.</p>
      ) : (
        <Table
          caption="Who takes part"
          columns={[
            { label: 'Who' },
            { label: 'Part' },
            { label: 'Report' },
            { label: 'Embargo' },
            { label: 'Fix' },
          ]}
          rows={participants.map(({ name, role, rm, consent, fix }) => [
            name ?? role,
            role,
            rm,
            consent,
            fix ?? '',
          ])}
        />
      )}
      {phase === 'coordinate' || phase === 'publication' ? (
        <>
          <details>
            <summary>Log an attempt to reach the maintainers</summary>
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
          </details>
          <details>
            <summary>Ask somebody in</summary>
            <Act id={id} act="participants" label="Make their link">
              <Field name="name" label="Name" maxLength={120} />
              <Field name="address" label="Address" required={false} maxLength={254} />
              <SelectField
                name="role"
                label="As"
                options={['maintainer', 'distributor', 'observer'].map(same)}
              />
            </Act>
          </details>
        </>
      ) : null}
    </section>
  );
}

function same(value: string): { value: string; label: string } {
  return { value, label: value };
}

function Tasks({ id, tasks }: Model): JSX.Element {
  return (
    <section aria-labelledby="tasks">
      <h2 id="tasks">Tasks</h2>
      <ul>
        {tasks.map(({ number, text, done }) => (
          <li key={number}>
            {done ? <s>{text}</s> : text}
            {done ? null : (
              <Act id={id} act="tasks/done" label="Done">
                <input type="hidden" name="task" value={number} />
              </Act>
            )}
          </li>
        ))}
      </ul>
      <Act id={id} act="tasks" label="Add it">
        <Field name="text" id="task" label="New task" maxLength={500} />
      </Act>
    </section>
  );
}

function Files({ id, files }: Model): JSX.Element {
  return (
    <section aria-labelledby="files">
      <h2 id="files">Files</h2>
      {files.length === 0 ? <p>None.</p> : null}
      <ul>
        {files.map(({ id: file, name, size, audience }) => (
          <li key={file}>
            <a href={`/cases/${id}/files/${file}`}>{name}</a>{' '}
            <span class="quiet small">
              {size} bytes, {audience}
            </span>
          </li>
        ))}
      </ul>
      <form method="post" action={`/cases/${id}/files`} enctype="multipart/form-data">
        <div class="field">
          <label for="file">Add a file for the team</label>
          <input id="file" name="file" type="file" required />
        </div>
        <button type="submit">Upload</button>
      </form>
    </section>
  );
}

function Alike({ id, alike, phase }: Model): JSX.Element | null {
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
              <Act id={id} act="merge" label={`Merge into ${reference}`}>
                <input type="hidden" name="into" value={other} />
              </Act>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Access({ id, members }: Model): JSX.Element {
  return (
    <section aria-labelledby="access">
      <h2 id="access">Who can see this</h2>
      <ul>
        {members.map(({ id: member, name, part }) => (
          <li key={member}>
            {name}
            {part === 'conflict' ? ', who has an interest and sees nothing' : ''}
          </li>
        ))}
      </ul>
      <details>
        <summary>I have an interest in this</summary>
        <Act id={id} act="conflict" label="Leave the case">
          <Field name="why" id="conflict-why" label="Which" maxLength={500} />
        </Act>
      </details>
    </section>
  );
}
