import type { JSX } from 'preact';
import { Area, CodeBlock, Instant, Notice, Table } from '../ui/index.ts';
import type { FieldLine, Preview } from './editor.ts';

interface Whose {
  readonly own: boolean;
  readonly by: string | null;
  readonly at: string | null;
}

export interface ListModel {
  readonly title: string;
  readonly lead: string;
  readonly path: string;
  readonly entries: readonly (Whose & { readonly name: string; readonly words: string })[];
}

export interface EditorModel extends Whose {
  /** What the list is called. */
  readonly list: string;
  readonly path: string;
  readonly name: string;
  readonly words: string;
  readonly revision: number;
  readonly template: string;
  readonly problems: readonly string[];
  readonly previews: readonly Preview[];
  readonly fields: readonly FieldLine[];
}

export function listPage({ title, lead, path, entries }: ListModel): JSX.Element {
  return (
    <>
      <h1>{title}</h1>
      <p class="lead">{lead}</p>
      <Table
        caption={title}
        columns={[{ label: 'Name', kind: 'fixed' }, { label: 'What it is' }, { label: 'Whose words' }]}
        rows={entries.map((entry) => [
          <a key={entry.name} href={`${path}/${entry.name}`}>
            {entry.name}
          </a>,
          entry.words,
          <WhoseWords key={entry.name} {...entry} />,
        ])}
      />
    </>
  );
}

function WhoseWords({ own, by, at }: Whose): JSX.Element {
  if (by === null || at === null) return <>the usual ones</>;
  return (
    <>
      {own ? 'by' : 'the usual ones again, by'} {by}, <Instant at={at} />
    </>
  );
}

export function editorPage(model: EditorModel): JSX.Element {
  const { list, path, name, words, problems, previews, fields } = model;
  return (
    <>
      <p>
        <a href={path}>{list}</a>
      </p>
      <h1>{name}</h1>
      <p class="lead">{words}</p>
      <p>
        In force: <WhoseWords {...model} />.
      </p>
      {problems.length === 0 ? null : (
        <Notice signal="warning">
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Notice>
      )}
      <EditForm {...model} />
      {previews.map((preview) => (
        <Example key={preview.title} {...preview} />
      ))}
      <h2>What can stand in it</h2>
      <Table
        caption="Fields"
        columns={[{ label: 'Field', kind: 'fixed' }, { label: 'Of', kind: 'fixed' }, { label: 'What it is' }]}
        rows={fields.map(({ field, of, meaning }) => [
          <code key={field}>{`{{${field}}}`}</code>,
          of,
          meaning,
        ])}
      />
    </>
  );
}

function EditForm({ path, name, revision, template, own }: EditorModel): JSX.Element {
  const here = `${path}/${name}`;
  return (
    <>
      <form method="post" action={here}>
        <input type="hidden" name="revision" value={revision} />
        <Area
          name="template"
          label="Template"
          value={template}
          rows={Math.min(30, template.split('\n').length + 2)}
          maxLength={32_768}
        />
        <p class="actions">
          <button type="submit" class="second" formaction={`${here}/show`}>
            Show how it reads
          </button>{' '}
          <button type="submit">Keep it</button>
        </p>
      </form>
      {own ? (
        <form method="post" action={`${here}/reset`}>
          <input type="hidden" name="revision" value={revision} />
          <button type="submit" class="second">
            Take the usual words again
          </button>
        </form>
      ) : null}
    </>
  );
}

function Example({ title, text, problems }: Preview): JSX.Element {
  return (
    <section>
      <h2>{title}</h2>
      {problems.length === 0 ? (
        <p class="quiet">The lint finds nothing.</p>
      ) : (
        <ul>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <CodeBlock label={title} text={text} />
    </section>
  );
}
