import { OPENVEX_JUSTIFICATIONS } from 'cpansec/formats';
import type { JSX } from 'preact';
import { Area, Choices, Field, Instant, Notice as Note, Table } from '../ui/index.ts';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel } from './case-model.ts';
import type { Statement as Said } from './early-notice.ts';
import type { ProofLine } from './early-proof.ts';
import { ProductFields } from './product-fields.tsx';
import { JUSTIFICATION_WORDS, STATUS_WORDS } from './product-words.ts';

type Statement = Omit<Said, 'product' | 'justification'> & { readonly justification: string | null };
type Line = Omit<ProofLine, 'statement'> & { readonly statement: Statement | null };

interface Form {
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export interface EarlyModel extends Form {
  readonly case: CaseModel;
  /** When they are told without a reason; null without an embargo. */
  readonly window: { readonly from: string; readonly to: string } | null;
  /** Whether it is now. */
  readonly usual: boolean;
  readonly candidates: readonly {
    readonly id: string;
    readonly name: string;
    readonly contacts: number;
    readonly obstacle: string | null;
  }[];
  readonly notices: readonly Line[];
  readonly chosen: readonly string[];
}

export function earlyPage(model: EarlyModel, { now }: { readonly now: string }): JSX.Element {
  const { case: file, window, notices, problems } = model;
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>Early notice</h1>
      <p class="lead">
        Organisations that signed up are told of the case before it is published, each contact by a link of
        their own.
      </p>
      {Object.keys(problems).length === 0 ? null : (
        <Note signal="warning">
          <p>{problems.why ?? 'Choose whom to tell.'}</p>
        </Note>
      )}
      {window === null ? (
        <p>They are told under an embargo that has an end. This case has none.</p>
      ) : (
        <Choose {...model} window={window} />
      )}
      <h2>Who was told</h2>
      {notices.length === 0 ? <p>Nobody yet.</p> : <Told id={file.id} notices={notices} />}
      <Statements id={file.id} notices={notices} />
    </>
  );
}

function Choose({
  case: { id },
  window,
  usual,
  candidates,
  chosen,
  typed,
  problems,
}: EarlyModel & { readonly window: { readonly from: string; readonly to: string } }): JSX.Element {
  const can = candidates.filter(({ obstacle }) => obstacle === null);
  return (
    <>
      <p>
        The policy tells them between <Instant at={window.from} /> and <Instant at={window.to} />.{' '}
        {usual ? 'That is now.' : 'That is not now: say why.'}
      </p>
      <ul>
        {candidates.map(({ id: key, name, obstacle }) =>
          obstacle === null ? null : (
            <li key={key}>
              {name}: {obstacle}
            </li>
          ),
        )}
      </ul>
      {can.length === 0 ? null : (
        <form method="post" action={`/cases/${id}/early-notice`}>
          <Choices
            name="organisation"
            legend="Tell"
            chosen={chosen}
            options={can.map(({ id: value, name, contacts }) => ({
              value,
              label: `${name}, ${contacts === 1 ? 'one contact' : `${contacts} contacts`}`,
            }))}
          />
          <Field
            name="why"
            label="Why now"
            hint={usual ? 'Needed outside of the usual time alone.' : 'It is kept with the notice.'}
            required={!usual}
            maxLength={2000}
            value={typed.why}
            problem={problems.why}
          />
          <button type="submit">Tell them</button>
        </form>
      )}
    </>
  );
}

function Told({ id, notices }: { readonly id: string; readonly notices: readonly Line[] }): JSX.Element {
  const at = (instant: string | null) => (instant === null ? 'no' : <Instant at={instant} />);
  return (
    <>
      <Table
        caption="Who was told, and when"
        columns={['Organisation', 'Contact', 'Agreement', 'Told', 'Accepted', 'Read'].map((label) => ({
          label,
          kind: 'fixed',
        }))}
        rows={notices.map(({ organisation, contact, agreement, toldAt, acceptedAt, readAt }) => [
          organisation,
          contact,
          agreement === null ? 'not signed' : `${agreement.version}, ${agreement.on}`,
          at(toldAt),
          at(acceptedAt),
          at(readAt),
        ])}
      />
      <p>
        The proof: <a href={`/cases/${id}/early-notice.txt`}>as text</a>,{' '}
        <a href={`/cases/${id}/early-notice.json`}>as JSON</a>
      </p>
    </>
  );
}

function Statements({
  id,
  notices,
}: {
  readonly id: string;
  readonly notices: readonly Line[];
}): JSX.Element | null {
  const said = notices.flatMap(({ statement, ...who }) =>
    statement === null ? [] : [{ ...who, statement }],
  );
  if (said.length === 0) return null;
  return (
    <section aria-labelledby="statements">
      <h2 id="statements">How they say they stand</h2>
      {said.map(({ participant, organisation, statement }) => (
        <section key={participant}>
          <h3>{organisation}</h3>
          <p>
            {statementWords(statement)}. <Instant at={statement.at} />
          </p>
          {statement.note === '' ? null : <p>{statement.note}</p>}
          {statement.accepted === 'yes' ? (
            <p class="quiet">It is a product of the case.</p>
          ) : (
            <form method="post" action={`/cases/${id}/early-notice/accept`}>
              <input type="hidden" name="participant" value={participant} />
              <Choices
                name="publish"
                legend="The advisory"
                options={[{ value: 'yes', label: 'Say the status in the advisory: not who said so' }]}
              />
              <button type="submit" class="second">
                Take it over
              </button>
            </form>
          )}
        </section>
      ))}
    </section>
  );
}

function statementWords({ name, status, justification, version }: Statement): string {
  const why = OPENVEX_JUSTIFICATIONS.find((one) => one === justification);
  const words = `${name}: ${STATUS_WORDS[status]}`;
  if (version !== null) return `${words} in ${version}`;
  return why === undefined ? words : `${words}, ${JUSTIFICATION_WORDS[why]}`;
}

export interface StatementModel extends Form {
  readonly statement: Statement | null;
}

export function statementPage({ statement, typed, problems }: StatementModel): JSX.Element {
  const kept = statement === null ? {} : { ...statement };
  const before: Readonly<Record<string, string | null>> = kept;
  const of = (name: string) => ({ name, value: typed[name] ?? before[name] ?? '', problem: problems[name] });
  return (
    <>
      <p>
        <a href="/my-part">Back to your part</a>
      </p>
      <h1>How your packages stand</h1>
      <p class="lead">The group alone reads it, and takes it into the case.</p>
      {statement === null ? null : (
        <p>
          You said, <Instant at={statement.at} />: {statementWords(statement)}.{' '}
          {statement.accepted === 'yes'
            ? 'The group has taken it over.'
            : 'The group has not yet looked at it.'}
        </p>
      )}
      <form method="post" action="/my-part/statement">
        <ProductFields of={of} />
        <Area {...of('note')} label="Note" required={false} maxLength={2000} rows={4} />
        <button type="submit">Say it</button>
      </form>
      <h2>The advisory so far</h2>
      <p>
        <a href="/my-part/csaf">As CSAF</a>, a draft under the label of the case. It is for your organisation
        alone.
      </p>
    </>
  );
}
