/** The checklist of a publication: when, what stands against it, everything that goes out, and the steps. */
import type { JSX } from 'preact';
import {
  Choices,
  CodeBlock,
  Definitions,
  Field,
  Instant,
  Notice,
  SelectField,
  Table,
  Tag,
} from '../ui/index.ts';
import type { PublicationModel as Model } from './model.ts';
import type { Purpose } from './publication.ts';
import { JOB_WORDS, PURPOSE_WORDS, STATE_WORDS, STEP_WORDS, TEXT_WORDS } from './words.ts';

export function publicationPage(model: Model): JSX.Element {
  const { state, purpose, cases, why } = model;
  const open = state === 'prepared' || state === 'approved';
  return (
    <>
      <p>
        <a href="/publications">Publications</a>
      </p>
      <h1>{cases.length === 1 ? (cases[0]?.title ?? '') : `${cases.length} cases together`}</h1>
      <p class="lead">
        {PURPOSE_WORDS[purpose as Purpose]}: it{' '}
        <Tag signal={STATE_WORDS[state].signal}>{STATE_WORDS[state].words}</Tag>
      </p>
      {why === '' ? null : <p>{why}</p>}
      {model.steady ? null : (
        <Notice signal="danger">
          <p>
            The clock of this desk was set, or its machine slept. Nothing is published until somebody has
            looked at the clock and started the desk anew.
          </p>
        </Notice>
      )}
      <Facts {...model} />
      {model.problems.length === 0 ? null : <Problems {...model} />}
      {state === 'prepared' ? <Approval {...model} /> : null}
      <Steps {...model} />
      <Cases {...model} />
      <Items {...model} />
      <Texts {...model} open={open} />
      <ByHand {...model} />
      {open ? <Patches {...model} /> : null}
      {open ? <Wishes {...model} /> : null}
      {state === 'done' ? null : <TakeBack {...model} />}
    </>
  );
}

function Facts({
  beginning,
  preparedBy,
  approvedBy,
  approvedAt,
  begunAt,
  doneAt,
  state,
}: Model): JSX.Element {
  const at = beginning.at === null ? 'at once' : <Instant at={beginning.at} />;
  const when =
    state === 'prepared' || state === 'approved' ? at : begunAt === null ? at : <Instant at={begunAt} />;
  return (
    <Definitions
      items={[
        [
          'Begins',
          <>
            {when}
            {begunAt === null ? `: ${beginning.why}` : ''}
          </>,
        ],
        ['Changed last by', preparedBy],
        [
          'Approved by',
          approvedBy === null ? (
            'nobody yet'
          ) : (
            <>
              {approvedBy}, <Instant at={approvedAt ?? ''} />
            </>
          ),
        ],
        ...(doneAt === null ? [] : [['All done', <Instant key="done" at={doneAt} />] as const]),
      ]}
    />
  );
}

function Problems({ problems }: Model): JSX.Element {
  return (
    <Notice signal="danger">
      <p>It cannot be published as it is:</p>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </Notice>
  );
}

/** One stands for it as it is, another approves the same. */
function Approval({ id, digest, seen, mine, problems }: Model): JSX.Element {
  if (!seen)
    return (
      <Notice signal="warning">
        <p>
          Something of it changed since it was prepared. Look at all of it, then stand for it as it is;
          another person approves it after that.
        </p>
        <form method="post" action={`/publications/${id}/look`} class="act">
          <button type="submit">I have looked at it</button>
        </form>
      </Notice>
    );
  if (mine) return <p>Another member of the CNA has to approve it: whoever changed it last cannot.</p>;
  if (problems.length > 0) return <p>It can be approved once nothing stands against it.</p>;
  return (
    <form method="post" action={`/publications/${id}/approve`} class="act">
      <input type="hidden" name="digest" value={digest} />
      <p>
        You approve what stands below, word by word: <code>{digest.slice(0, 16)}</code>. If anything of it
        changes before it begins, it comes back.
      </p>
      <button type="submit">Approve it</button>
    </form>
  );
}

function Steps({ steps, state }: Model): JSX.Element {
  const stuck = steps.some((step) => step.state === 'failed' || step.state === 'uncertain');
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">Steps</h2>
      {stuck ? (
        <Notice signal="danger">
          <p>
            A step waits for a person: <a href="/outbox">decide in the outbox</a> whether it happened.
          </p>
        </Notice>
      ) : null}
      <Table
        caption={state === 'done' ? 'What was done' : 'What is done, in this order'}
        columns={['Step', 'State', 'Since', 'Proof'].map((label) => ({ label }))}
        rows={steps.map(({ kind, name, reference, state: of, problem, doneAt, proof }) => [
          [STEP_WORDS[kind] ?? kind, name ?? reference].filter((one) => one !== null).join(': '),
          <>
            <Tag signal={JOB_WORDS[of]?.signal ?? 'quiet'}>{JOB_WORDS[of]?.words ?? of}</Tag>{' '}
            {problem === null ? '' : problem}
          </>,
          doneAt === null ? '' : <Instant key="at" at={doneAt} />,
          proof === null ? '' : <code key="proof">{proof}</code>,
        ])}
      />
    </section>
  );
}

function Cases({ cases }: Model): JSX.Element {
  return (
    <section aria-labelledby="cases">
      <h2 id="cases">Cases</h2>
      <ul>
        {cases.map(({ id, reference, title }) => (
          <li key={id}>
            <a href={`/cases/${id}`}>{reference}</a> {title}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Items({ items }: Model): JSX.Element {
  return (
    <section aria-labelledby="records">
      <h2 id="records">Records</h2>
      {items.map(({ id, record, cve, container }) => (
        <section key={id} aria-label={id}>
          <details class="fold">
            <summary>{id}, as the store and all that is made of it get it</summary>
            <CodeBlock text={record} label={`${id} as JSON`} />
          </details>
          {container === null ? (
            <p class="quiet">{cve === null ? 'No CVE record goes out with it.' : ''}</p>
          ) : (
            <details class="fold">
              <summary>{cve}, as CVE Services get it</summary>
              <CodeBlock text={container} label={`${cve} as JSON`} />
            </details>
          )}
        </section>
      ))}
    </section>
  );
}

function Texts({ id, texts, open }: Model & { readonly open: boolean }): JSX.Element {
  return (
    <section aria-labelledby="texts">
      <h2 id="texts">Texts</h2>
      {texts.length === 0 ? <p>No mail and no post goes out with it.</p> : null}
      {texts.map(({ key, name, to, subject, text, own }) => (
        <section key={key} aria-label={`${TEXT_WORDS[name] ?? name}, ${to}`}>
          <h3>
            {TEXT_WORDS[name] ?? name} <span class="quiet">{to}</span>{' '}
            {own ? <Tag signal="quiet">own words</Tag> : null}
          </h3>
          <CodeBlock text={subject === null ? text : `Subject: ${subject}\n\n${text}`} label={key} />
          {open ? (
            <p>
              <a href={`/publications/${id}/text?key=${encodeURIComponent(key)}`}>Change these words</a>
            </p>
          ) : null}
        </section>
      ))}
    </section>
  );
}

function ByHand({ byHand }: Model): JSX.Element | null {
  if (byHand.length === 0) return null;
  return (
    <section aria-labelledby="by-hand">
      <h2 id="by-hand">To take elsewhere by hand</h2>
      {byHand.map(({ name, about, text }) => (
        <details key={`${name} ${about}`} class="fold">
          <summary>
            {TEXT_WORDS[name] ?? name}: {about}
          </summary>
          <CodeBlock text={text} label={`${name} ${about}`} />
        </details>
      ))}
    </section>
  );
}

function Patches({ id, patches, cases }: Model): JSX.Element | null {
  const some = cases.filter(({ files }) => files.length > 0);
  if (some.length + patches.length === 0) return null;
  return (
    <section aria-labelledby="patches">
      <h2 id="patches">Patches</h2>
      {patches.map(({ caseId, file, name, version }) => (
        <form key={file} method="post" action={`/publications/${id}/patches`} class="act">
          <input type="hidden" name="case" value={caseId} />
          <input type="hidden" name="file" value={file} />
          <p>
            <a href={`/cases/${caseId}/files/${file}/diff`}>{name}</a> for {version}
          </p>
          <button type="submit" name="do" value="remove" class="second">
            Leave it out
          </button>
        </form>
      ))}
      {some.map((one) => (
        <details key={one.id} class="fold">
          <summary>Publish a file of {one.reference} as a patch</summary>
          <form method="post" action={`/publications/${id}/patches`} class="act">
            <input type="hidden" name="case" value={one.id} />
            <SelectField
              name="file"
              id={`file-${one.id}`}
              label="File"
              options={one.files.map((file) => ({ value: file.id, label: file.name }))}
            />
            <Field
              name="version"
              id={`version-${one.id}`}
              label="Release that it applies to"
              maxLength={60}
            />
            <button type="submit" name="do" value="add" class="second">
              Add it
            </button>
          </form>
        </details>
      ))}
    </section>
  );
}

function Wishes({ id, wishes, notBefore, purpose, why }: Model): JSX.Element {
  return (
    <section aria-labelledby="wishes">
      <h2 id="wishes">When, and who is told</h2>
      <form method="post" action={`/publications/${id}`} class="act">
        {purpose === 'publish' ? null : <Field name="why" label="Why" value={why} maxLength={2000} />}
        <NotBefore value={notBefore ?? ''} />
        <Choices
          name="wanted"
          legend="Nothing is sent to these unless you choose them"
          options={wishes}
          chosen={wishes.filter(({ chosen }) => chosen).map(({ value }) => value)}
        />
        <button type="submit" class="second">
          Keep this
        </button>
      </form>
    </section>
  );
}

export function NotBefore({ value }: { readonly value: string }): JSX.Element {
  return (
    <Field
      name="notBefore"
      label="Not before (UTC), if later than it could be"
      hint="2026-12-01T14:00Z"
      value={value}
      required={false}
      maxLength={30}
    />
  );
}

function TakeBack({ id, state }: Model): JSX.Element {
  return (
    <details class="fold">
      <summary>Take it back</summary>
      <p>
        {state === 'running'
          ? 'Possible only while nothing of it has begun to go out.'
          : 'Nothing of it goes out, and what was prepared is destroyed.'}
      </p>
      <form method="post" action={`/publications/${id}/take-back`} class="act">
        <Field name="why" id="back-why" label="Why" maxLength={2000} />
        <button type="submit" class="second">
          Take it back
        </button>
      </form>
    </details>
  );
}
