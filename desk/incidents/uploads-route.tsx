/** Which releases the account may have uploaded in the span: found, and chosen. */
import type { JSX } from 'preact';
import Type, { type Static } from 'typebox';
import { byOf, CASE, CaseBar, type CaseModel, caseSchema, caseShown, SCRIPTS } from '../cases/index.ts';
import { Field, Notice, Table } from '../ui/index.ts';
import { type Plain, type Route, route, type Shown } from '../web/index.ts';
import { incidentOf } from './incident-of.ts';
import { accountOf, dayOf } from './typed.ts';
import { type Uploads, uploadsOf } from './uploads.ts';

const text = Type.String();
const maybe = Type.Union([Type.Null(), Type.String()]);
const typed = { account: text, since: text, until: text, distribution: text };

const found = Type.Object({
  uploads: Type.Array(Type.Object({ distribution: text, version: text, author: maybe, on: maybe })),
  unknownAuthor: Type.Integer(),
  unknownDay: Type.Integer(),
  cut: Type.Boolean(),
});

const model = Type.Object({
  case: caseSchema,
  typed: Type.Object(typed),
  /** Null where the desk knows of no releases, or nothing was asked yet. */
  found: Type.Union([Type.Null(), found]),
  knows: Type.Boolean(),
});

interface UploadsModel {
  readonly case: CaseModel;
  readonly typed: Readonly<Record<keyof typeof typed, string>>;
  readonly found: Plain<Static<typeof found>> | null;
  readonly knows: boolean;
}

const optional = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

export function uploadsRoute(known: Uploads | null): Route {
  return route({
    method: 'GET',
    path: '/cases/:case/incident/uploads',
    act: 'case.read',
    title: 'Uploads in question',
    params: CASE,
    query: Type.Object({
      account: optional(20),
      since: optional(10),
      until: optional(10),
      distribution: optional(120),
    }),
    model,
    scripts: SCRIPTS,
    handle: async (asked) => {
      const { incident } = await incidentOf(byOf(asked));
      const { query } = asked;
      const wanted = {
        account: accountOf(query.account ?? incident.account ?? ''),
        since: dayOf('since', query.since ?? incident.since ?? ''),
        until: dayOf('until', query.until ?? incident.until ?? ''),
        distribution: query.distribution?.trim() || null,
      };
      const named = wanted.account !== null || wanted.distribution !== null;
      return {
        model: {
          case: await caseShown(asked),
          typed: {
            account: wanted.account ?? '',
            since: wanted.since ?? '',
            until: wanted.until ?? '',
            distribution: wanted.distribution ?? '',
          },
          found: known === null || !named ? null : await uploadsOf(known, wanted),
          knows: known !== null,
        },
      };
    },
    page: uploadsPage,
  });
}

function uploadsPage(model: UploadsModel, { now }: Shown): JSX.Element {
  const { case: file, typed: of, found: list, knows } = model;
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>Uploads in question</h1>
      <p>
        <a href={`/cases/${file.id}/incident`}>Back to the incident</a>
      </p>
      {knows ? null : (
        <Notice signal="warning">
          <p>This desk knows of no releases: it was started without a published store. Add them by name.</p>
        </Notice>
      )}
      <form method="get" action={`/cases/${file.id}/incident/uploads`} class="filter">
        <Field name="account" label="PAUSE id" value={of.account} required={false} maxLength={20} />
        <Field name="since" label="From the day" value={of.since} required={false} maxLength={10} />
        <Field name="until" label="Up to the day" value={of.until} required={false} maxLength={10} />
        <Field
          name="distribution"
          label="Of this distribution alone"
          value={of.distribution}
          required={false}
          maxLength={120}
        />
        <button type="submit">Find them</button>
      </form>
      {list === null ? (
        <p>{knows ? 'Name an account or a distribution.' : ''}</p>
      ) : (
        <Found id={file.id} {...list} />
      )}
    </>
  );
}

function Found({
  id,
  uploads,
  unknownAuthor,
  unknownDay,
  cut,
}: NonNullable<UploadsModel['found']> & { readonly id: string }): JSX.Element {
  if (uploads.length === 0) return <p>Nothing that is known here. What nobody knows of is not in it.</p>;
  return (
    <>
      <p>
        {uploads.length} may be affected. Of {unknownAuthor} nobody knows who uploaded them, of {unknownDay}{' '}
        when.
        {cut ? ' There are more: narrow the question.' : ''}
      </p>
      <form method="post" action={`/cases/${id}/incident/uploads`}>
        <Table
          caption="Releases, newest first"
          columns={[
            { label: 'Release', kind: 'fixed' },
            { label: 'By', kind: 'fixed' },
            { label: 'On', kind: 'fixed' },
          ]}
          rows={uploads.map(({ distribution, version, author, on }) => [
            <label key={`${distribution} ${version}`} class="choice">
              <input
                type="checkbox"
                name="upload"
                value={[distribution, version, author ?? '-', on ?? '-'].join(' ')}
                checked
              />{' '}
              <span class="v">
                {distribution} {version}
              </span>
            </label>,
            author ?? 'not known',
            on ?? 'not known',
          ])}
        />
        <button type="submit">Add those that are chosen</button>
      </form>
    </>
  );
}
