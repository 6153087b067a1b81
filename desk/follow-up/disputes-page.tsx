/** Disputes of a case: what was said, how each stands, and what can be done about it. */
import type { JSX } from 'preact';
import { seerOf } from '../access/index.ts';
import { Act, CaseBar, Fold } from '../cases/index.ts';
import { DISPUTE_OUTCOMES, DISPUTERS } from '../disclosure/index.ts';
import { Area, Field, Instant, Markdown, Notice, SelectField, Tag } from '../ui/index.ts';
import type { Shown } from '../web/index.ts';
import { DISPUTER_WORDS, OUTCOME_WORDS } from './dispute-words.ts';
import type { DisputeModel, DisputesModel } from './disputes-model.ts';

export function disputesPage(
  model: DisputesModel,
  { now, principal }: Pick<Shown, 'now' | 'principal'>,
): JSX.Element {
  const { case: file, disputes, problems } = model;
  const decides = ['coordinator', 'cna'].includes(seerOf(principal));
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>Disputes and corrections</h1>
      {Object.keys(problems).length === 0 ? null : (
        <Notice signal="warning">
          <p>Something is not as it must be. What you typed is still here.</p>
        </Notice>
      )}
      {disputes.length === 0 ? <p class="lead">Nobody disputes it.</p> : null}
      {disputes.map((dispute, i) => (
        <DisputePart key={dispute.id} id={file.id} number={i + 1} dispute={dispute} decides={decides} />
      ))}
      <NoteDispute {...model} />
      <Record {...model} decides={decides} />
    </>
  );
}

interface PartProps {
  /** Of the case. */
  readonly id: string;
  readonly number: number;
  readonly dispute: DisputeModel;
  readonly decides: boolean;
}

function DisputePart({ id, number, dispute, decides }: PartProps): JSX.Element {
  const { ended, claim } = dispute;
  return (
    <section aria-labelledby={`dispute-${number}`}>
      <h2 id={`dispute-${number}`}>
        Dispute {number}{' '}
        <Tag signal={ended === null ? 'warning' : 'quiet'}>{ended === null ? 'open' : 'decided'}</Tag>
      </h2>
      <p class="quiet small">
        From {whoseWords(dispute)}, <Instant at={dispute.received} />
        {dispute.acknowledged === null ? '; not acknowledged' : '; acknowledged'}
        {dispute.answered === null ? '' : '; answered'}
      </p>
      <Markdown text={claim} typed />
      {ended === null ? (
        <Doing {...{ id, number, dispute, decides }} />
      ) : (
        <>
          <p>
            <strong>{OUTCOME_WORDS[ended.outcome]}</strong>, <Instant at={ended.at} />
          </p>
          <Markdown text={ended.why} typed />
        </>
      )}
    </section>
  );
}

function whoseWords({ from, name, address }: DisputeModel): string {
  return [DISPUTER_WORDS[from], name, address].filter((part) => part != null && part !== '').join(', ');
}

function Doing({ id, number, dispute, decides }: PartProps): JSX.Element {
  const hidden = <input type="hidden" name="dispute" value={dispute.id} />;
  return (
    <>
      {dispute.acknowledged === null ? (
        <Act id={id} act="disputes/acknowledge" label="Acknowledge it">
          {hidden}
        </Act>
      ) : null}
      <Fold name="Answer them">
        <Act id={id} act="disputes/answer" label="Send it">
          {hidden}
          <Area name="text" id={`answer-${number}`} label="Answer" maxLength={10_000} rows={4} />
        </Act>
      </Fold>
      {decides ? (
        <Fold name="Decide it">
          <Act id={id} act="disputes/decide" label="Decide it">
            {hidden}
            <SelectField
              name="outcome"
              id={`outcome-${number}`}
              label="What is decided"
              options={DISPUTE_OUTCOMES.map((value) => ({ value, label: OUTCOME_WORDS[value] }))}
            />
            <Area
              name="why"
              id={`why-${number}`}
              label="Why"
              hint="They are told it by a letter, once it is public."
              maxLength={10_000}
              rows={4}
            />
            <Field
              name="explanation"
              id={`explanation-${number}`}
              label="What the record says, where it is marked"
              required={false}
              maxLength={1000}
            />
          </Act>
        </Fold>
      ) : null}
    </>
  );
}

function NoteDispute({ case: file, typed, problems }: DisputesModel): JSX.Element {
  const of = (name: string) => ({ name, value: typed[name], problem: problems[name] });
  return (
    <section aria-labelledby="note">
      <h2 id="note">Somebody objects</h2>
      <p>
        What came by another way than their page. Whoever takes part is named by their part; of anybody else
        the address is kept for letters alone.
      </p>
      <Act id={file.id} act="disputes" label="Note it" second>
        <SelectField
          {...of('from')}
          label="Who"
          options={DISPUTERS.map((value) => ({ value, label: DISPUTER_WORDS[value] }))}
        />
        <SelectField
          {...of('participant')}
          label="In the case"
          options={[
            { value: '', label: 'takes no part' },
            ...file.participants.map(({ id, role, name, reporterName }) => ({
              value: id,
              label: [role, name ?? reporterName ?? id.slice(0, 4)].join(', '),
            })),
          ]}
        />
        <Field {...of('name')} label="Name, of somebody who takes no part" required={false} maxLength={120} />
        <Field {...of('address')} label="Their address" keyboard="email" required={false} maxLength={254} />
        <Field
          {...of('received')}
          label="When it came, UTC"
          hint="2026-11-25T12:00:00Z; empty for now."
          required={false}
          maxLength={30}
        />
        <Area {...of('claim')} label="What is wrong, as they say" maxLength={20_000} />
      </Act>
    </section>
  );
}

function Record({
  case: file,
  amendments,
  disputed,
  decides,
}: DisputesModel & Pick<PartProps, 'decides'>): JSX.Element {
  return (
    <section aria-labelledby="record">
      <h2 id="record">What has to become of the record</h2>
      {amendments.length === 0 ? <p>Nothing.</p> : null}
      <ul>
        {amendments.map(({ id, kind, cve, why, since, done }) => (
          <li key={id}>
            <strong>
              {kind === 'reject' ? 'Reject' : 'Correct'} {cve ?? 'the advisory'}
            </strong>
            : {why}{' '}
            <span class="quiet small">
              wanted <Instant at={since} />
              {done === null ? '' : ', done'}
            </span>
            {done === null && decides ? (
              <Act id={file.id} act="amendments/done" label="It is done" second>
                <input type="hidden" name="amendment" value={id} />
              </Act>
            ) : null}
          </li>
        ))}
      </ul>
      {decides && file.public.startsWith('P') ? (
        <Fold name="The record has to change">
          <Act id={file.id} act="amendments" label="Note it">
            <SelectField
              name="kind"
              label="What"
              options={[
                { value: 'correct', label: 'it is corrected' },
                { value: 'reject', label: 'it is rejected' },
              ]}
            />
            <Field name="why" id="amendment-why" label="Why" maxLength={2000} />
          </Act>
        </Fold>
      ) : null}
      {disputed === null ? null : <Marked id={file.id} disputed={disputed} decides={decides} />}
    </section>
  );
}

interface MarkedProps {
  readonly id: string;
  readonly disputed: NonNullable<DisputesModel['disputed']>;
  readonly decides: boolean;
}

function Marked({ id, disputed, decides }: MarkedProps): JSX.Element {
  return (
    <>
      <p>
        It says since {disputed.on} that it is disputed: {disputed.why}
      </p>
      {decides ? (
        <Fold name="Take that away">
          <Act id={id} act="disputes/unmark" label="Take it away" second>
            <Field name="why" id="unmark-why" label="Why" maxLength={2000} />
          </Act>
        </Fold>
      ) : null}
    </>
  );
}
