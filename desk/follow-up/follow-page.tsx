/** What is left of a case that is public. */
import type { JSX } from 'preact';
import { type Lessons, UPSTREAM_STATES, type Upstream } from '../casefile/index.ts';
import { Act, CaseBar, type CaseModel, Fold } from '../cases/index.ts';
import { Area, Field, Instant, Markdown, Notice, Records, SelectField, Tag } from '../ui/index.ts';

export interface FollowModel {
  readonly case: CaseModel;
  readonly products: readonly {
    readonly id: string;
    readonly name: string;
    readonly status: string;
    readonly asked: string | null;
    readonly ended: string | null;
    /** Why nobody waits for it any more; empty for an answer. */
    readonly why: string;
  }[];
  readonly upstream: Upstream | null;
  readonly lessons: Lessons | null;
  /** What stands against closing it. */
  readonly left: readonly string[];
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export const UPSTREAM_WORDS: Readonly<Record<Upstream['state'], string>> = {
  offered: 'offered, not answered yet',
  merged: 'merged, not released yet',
  released: 'released',
  refused: 'refused',
  'not-needed': 'not needed: upstream has a fix of its own',
};

export function followPage(model: FollowModel, { now }: { readonly now: string }): JSX.Element {
  const { case: file, left, problems } = model;
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>Follow-up</h1>
      {Object.keys(problems).length === 0 ? null : (
        <Notice signal="warning">
          <p>Something is not as it must be. What you typed is still here.</p>
        </Notice>
      )}
      <Downstream {...model} />
      <UpstreamPart {...model} />
      <LessonsPart {...model} />
      <section aria-labelledby="end">
        <h2 id="end">The end</h2>
        {file.phase === 'closed' ? (
          <p>It is closed.</p>
        ) : left.length === 0 ? (
          <Act id={file.id} act="follow-up/close" label="Close the case" />
        ) : (
          <ul>
            {left.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

function Downstream({ case: { id, phase }, products }: FollowModel): JSX.Element {
  return (
    <section aria-labelledby="downstream">
      <h2 id="downstream">Products downstream</h2>
      {products.length === 0 ? <p>None named.</p> : null}
      <Records
        items={products.map((product) => ({
          key: product.id,
          title: <a href={`/cases/${id}/products?product=${product.id}`}>{product.name}</a>,
          facts: [
            product.status.replaceAll('_', ' '),
            <Asked key="asked" {...product} />,
            ...(product.why === '' ? [] : [`given up: ${product.why}`]),
          ],
          ...(phase === 'closed' ? {} : { acts: <ProductActs id={id} product={product.id} /> }),
        }))}
      />
      <p>
        <a href={`/cases/${id}/products`}>Add a product</a>
      </p>
    </section>
  );
}

function Asked({ asked, ended }: FollowModel['products'][number]): JSX.Element {
  if (asked === null) return <>not asked</>;
  return (
    <>
      asked <Instant at={asked} />
      {ended === null ? ', no answer yet' : ''}
    </>
  );
}

function ProductActs({ id, product }: { readonly id: string; readonly product: string }): JSX.Element {
  const hidden = <input type="hidden" name="product" value={product} />;
  return (
    <>
      <Act id={id} act="follow-up/asked" label="They were asked" second>
        {hidden}
      </Act>
      <Fold name="Give it up">
        <Act id={id} act="follow-up/give-up" label="Give it up" second>
          {hidden}
          <Field name="why" id={`why-${product}`} label="Why" maxLength={500} />
        </Act>
      </Fold>
    </>
  );
}

function UpstreamPart({ case: { id, phase }, upstream, typed, problems }: FollowModel): JSX.Element {
  const of = (name: 'state' | 'address' | 'version' | 'note') => ({
    ...{ name, problem: problems[name], required: false },
    value: typed[name] ?? upstream?.[name],
  });
  return (
    <section aria-labelledby="upstream">
      <h2 id="upstream">The patch upstream</h2>
      {upstream === null ? (
        <p>Nobody has said what became of it.</p>
      ) : (
        <p>
          <Tag signal="quiet">{UPSTREAM_WORDS[upstream.state]}</Tag> {upstream.version}{' '}
          {upstream.address === '' ? null : (
            <a href={upstream.address} rel="noreferrer">
              {upstream.address}
            </a>
          )}{' '}
          {upstream.note}
        </p>
      )}
      {phase === 'closed' ? null : (
        <Act id={id} act="follow-up/upstream" label="Keep it" second={upstream !== null}>
          <SelectField
            {...of('state')}
            label="What became of it"
            options={UPSTREAM_STATES.map((value) => ({ value, label: UPSTREAM_WORDS[value] }))}
          />
          <Field {...of('address')} label="Address of the pull request or ticket" maxLength={500} />
          <Field {...of('version')} label="Release that has it" maxLength={60} />
          <Field {...of('note')} label="Note" maxLength={500} />
        </Act>
      )}
    </section>
  );
}

function LessonsPart({ case: { id, phase }, lessons, typed, problems }: FollowModel): JSX.Element {
  const of = (name: 'well' | 'badly' | 'change' | 'declined') => ({
    ...{ name, problem: problems[name], required: false },
    value: typed[name] ?? lessons?.[name],
  });
  return (
    <section aria-labelledby="lessons">
      <h2 id="lessons">Lessons</h2>
      {phase === 'closed' ? (
        <Learned lessons={lessons} />
      ) : (
        <Act id={id} act="follow-up/lessons" label="Keep them">
          <Area {...of('well')} label="What went well" maxLength={10_000} rows={3} />
          <Area {...of('badly')} label="What went badly" maxLength={10_000} rows={3} />
          <Area {...of('change')} label="What we change" maxLength={10_000} rows={3} />
          <Field {...of('declined')} label="Or why there are none" maxLength={500} />
        </Act>
      )}
      <p>
        <a href="/lessons">Lessons of all your cases</a>
      </p>
    </section>
  );
}

export function Learned({ lessons }: { readonly lessons: Lessons | null }): JSX.Element {
  if (lessons === null) return <p>None.</p>;
  const { well, badly, change, declined } = lessons;
  if (declined !== '') return <p>None: {declined}</p>;
  const parts = [
    ['Went well', well],
    ['Went badly', badly],
    ['We change', change],
  ].filter(([, text]) => text !== '');
  return (
    <>
      {parts.map(([title, text = '']) => (
        <div key={title}>
          <p class="quiet small">{title}</p>
          <Markdown text={text} typed />
        </div>
      ))}
    </>
  );
}
