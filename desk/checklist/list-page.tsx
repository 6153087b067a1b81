/** Publications that are open or over, and the form that begins one. */
import type { JSX } from 'preact';
import { Choices, Field, Instant, Radios, Table, Tag } from '../ui/index.ts';
import type { PublicationModel } from './model.ts';
import { NotBefore } from './page.tsx';
import type { Publication, Purpose } from './publication.ts';
import { PURPOSE_WORDS, STATE_WORDS } from './words.ts';

interface NamedCase {
  readonly id: string;
  readonly reference: string;
  readonly title: string;
}

export interface ListModel {
  readonly lines: readonly {
    readonly id: string;
    readonly state: Publication['state'];
    readonly purpose: Purpose;
    readonly cases: readonly NamedCase[];
    readonly createdAt: string;
  }[];
  /** Cases of which a publication may be prepared. */
  readonly ready: readonly NamedCase[];
  readonly wishes: PublicationModel['wishes'];
  /** Of the form that came back. */
  readonly typed: { readonly why: string; readonly notBefore: string };
  readonly problem: string | null;
}

export function listPage({ lines, ready, wishes, typed }: ListModel): JSX.Element {
  return (
    <>
      <h1>Publications</h1>
      <p class="lead">One member prepares, another approves, the desk does the rest at its instant.</p>
      {lines.length === 0 ? (
        <p>Nothing is prepared, and nothing was published from here.</p>
      ) : (
        <Table
          caption="Newest first"
          columns={['What', 'Cases', 'State', 'Since'].map((label) => ({ label }))}
          rows={lines.map(({ id, purpose, cases, state, createdAt }) => [
            <a key="to" href={`/publications/${id}`}>
              {PURPOSE_WORDS[purpose]}
            </a>,
            cases.length > 3 ? `${cases.length} cases` : cases.map(({ reference }) => reference).join(', '),
            <Tag key="state" signal={STATE_WORDS[state].signal}>
              {STATE_WORDS[state].words}
            </Tag>,
            <Instant key="at" at={createdAt} />,
          ])}
        />
      )}
      <section aria-labelledby="prepare">
        <h2 id="prepare">Prepare one</h2>
        {ready.length === 0 ? (
          <p>No case of yours is far enough: it is accepted first, and has its CVE id.</p>
        ) : (
          <form method="post" action="/publications">
            <Choices
              name="cases"
              legend="Cases that are published together"
              options={ready.map(({ id, reference, title }) => ({
                value: id,
                label: `${reference} ${title}`,
              }))}
              chosen={ready.length === 1 ? ready.map(({ id }) => id) : []}
            />
            <Radios
              name="purpose"
              legend="What for"
              chosen="publish"
              options={(['publish', 'correct', 'withdraw'] as const).map((value) => ({
                value,
                label: PURPOSE_WORDS[value],
              }))}
            />
            <Field
              name="why"
              label="What changed, or why it no longer counts"
              hint="Not for a first publication. It stands in the record and in the texts."
              value={typed.why}
              required={false}
              maxLength={2000}
            />
            <NotBefore value={typed.notBefore} />
            {wishes.length === 0 ? null : (
              <Choices
                name="wanted"
                legend="Nothing is sent to these unless you choose them"
                options={wishes}
              />
            )}
            <button type="submit">Prepare it</button>
          </form>
        )}
      </section>
    </>
  );
}
