/** The routes of an editor: the list, one template with previews, and what is done with it. */
import Type from 'typebox';
import { namedMember } from '../people/index.ts';
import { type Asked, notFound, type Route, route, WebError } from '../web/index.ts';
import type { Editor } from './editor.ts';
import { type EditorModel, editorPage, type ListModel, listPage } from './editor-page.tsx';
import { type Kept, keepWording, keptWording } from './kept.ts';

const MOST_CHARACTERS = 32 * 1024;

const text = Type.String();
const nullableText = Type.Union([Type.Null(), text]);
const kept = { own: Type.Boolean(), by: nullableText, at: nullableText };

const listSchema = Type.Object({
  title: text,
  lead: text,
  path: text,
  entries: Type.Array(Type.Object({ name: text, words: text, ...kept })),
});

const editorSchema = Type.Object({
  ...kept,
  list: text,
  path: text,
  name: text,
  words: text,
  revision: Type.Integer(),
  template: text,
  problems: Type.Array(text),
  previews: Type.Array(Type.Object({ title: text, text, problems: Type.Array(text) })),
  fields: Type.Array(Type.Object({ field: text, of: text, meaning: text })),
});

type Reading = Pick<Asked<unknown, unknown, unknown>, 'tx' | 'vault'>;

/** Of the list, of one, and of what is done with one. */
export function editorRoutes(editor: Editor): readonly Route[] {
  const one = {
    path: `${editor.path}/:name`,
    title: editor.title,
    params: Type.Object({ name: text }),
    model: editorSchema,
    page: editorPage,
  } as const;
  const revision = Type.Integer({ minimum: 0 });
  const template = Type.String({ maxLength: MOST_CHARACTERS });
  return [
    route({
      method: 'GET',
      path: editor.path,
      act: 'text.read',
      title: editor.title,
      model: listSchema,
      handle: async (asked) => ({ model: await listOf(editor, asked) }),
      page: listPage,
    }),
    route({
      ...one,
      method: 'GET',
      act: 'text.read',
      handle: async (asked) => ({ model: await modelOf(editor, asked, asked.params.name, null) }),
    }),
    route({
      ...one,
      method: 'POST',
      path: `${one.path}/show`,
      act: 'text.read',
      limit: 'write',
      body: Type.Object({ template }),
      handle: async (asked) => ({
        model: await modelOf(editor, asked, asked.params.name, unixLines(asked.body.template)),
      }),
    }),
    route({
      ...one,
      method: 'POST',
      act: 'text.change',
      limit: 'write',
      body: Type.Object({ template, revision }),
      handle: async (asked) => {
        const own = unixLines(asked.body.template);
        const [problem] = editor.problems(entryOf(editor, asked.params.name), own);
        if (problem !== undefined) throw new WebError('invalid', 'Not as it must be.', { template: problem });
        return changed(editor, asked, asked.params.name, { template: own, revision: asked.body.revision });
      },
      again: (asked, problems) => shownAgain(editor, asked, asked.params.name, problems),
    }),
    route({
      ...one,
      method: 'POST',
      path: `${one.path}/reset`,
      act: 'text.change',
      limit: 'write',
      body: Type.Object({ revision }),
      handle: (asked) =>
        changed(editor, asked, asked.params.name, { template: null, revision: asked.body.revision }),
      again: (asked, problems) => shownAgain(editor, asked, asked.params.name, problems),
    }),
  ];
}

/** As forms send them they end otherwise. */
function unixLines(typed: string): string {
  return typed.replace(/\r\n?/g, '\n');
}

/** Throws `not-found`. */
function entryOf({ entries }: Editor, name: string): string {
  if (!Object.hasOwn(entries, name)) throw notFound();
  return name;
}

interface Change {
  readonly template: string | null;
  /** That was edited. */
  readonly revision: number;
}

async function changed(
  editor: Editor,
  asked: Reading & Pick<Asked<unknown, unknown, unknown>, 'principal' | 'note'>,
  name: string,
  { template, revision }: Change,
): Promise<{ readonly to: string; readonly model: EditorModel }> {
  const { tx, principal } = asked;
  if (principal.kind !== 'member') throw notFound();
  const now = (await keptOf(editor, asked, entryOf(editor, name)))?.revision ?? 0;
  if (now !== revision)
    throw new WebError('refused', 'Somebody changed it meanwhile.', {
      template: 'Somebody changed it meanwhile: what you typed is still here.',
    });
  await keepWording(tx, editor.kind, name, { template, revision: now + 1, by: principal.id, at: tx.now });
  asked.note({ [editor.kind]: name, revision: now + 1, own: template !== null });
  return { to: `${editor.path}/${name}`, model: await modelOf(editor, asked, name, null) };
}

async function shownAgain(
  editor: Editor,
  asked: Reading & { readonly body: Readonly<Record<string, string>> },
  name: string,
  problems: Readonly<Record<string, string>>,
): Promise<EditorModel> {
  const model = await modelOf(
    editor,
    asked,
    name,
    asked.body.template === undefined ? null : unixLines(asked.body.template),
  );
  return { ...model, problems: [...new Set([...Object.values(problems), ...model.problems])] };
}

async function keptOf({ kind }: Editor, { tx }: Reading, name: string): Promise<Kept | null> {
  return (await keptWording(tx, kind, [name])).get(name) ?? null;
}

async function whose(
  asked: Reading,
  found: Kept | null | undefined,
): Promise<Pick<EditorModel, 'own' | 'by' | 'at'>> {
  if (found == null) return { own: false, by: null, at: null };
  const { name } = await namedMember(asked.tx, asked.vault, found.by);
  return { own: found.template !== null, by: name, at: found.at };
}

async function listOf(editor: Editor, asked: Reading): Promise<ListModel> {
  const { title, lead, path, entries, kind } = editor;
  const found = await keptWording(asked.tx, kind, Object.keys(entries));
  const lines = Object.entries(entries).map(async ([name, { words }]) => ({
    name,
    words,
    ...(await whose(asked, found.get(name))),
  }));
  return { title, lead, path, entries: await Promise.all(lines) };
}

/** With what was typed, where something was. Throws `not-found`. */
async function modelOf(
  editor: Editor,
  asked: Reading,
  name: string,
  typed: string | null,
): Promise<EditorModel> {
  const entry = editor.entries[entryOf(editor, name)];
  if (entry === undefined) throw notFound();
  const found = await keptOf(editor, asked, name);
  const template = typed ?? found?.template ?? entry.template;
  const problems = editor.problems(name, template);
  return {
    ...(await whose(asked, found)),
    list: editor.title,
    path: editor.path,
    name,
    words: entry.words,
    revision: found?.revision ?? 0,
    template,
    problems,
    previews: problems.length > 0 ? [] : editor.previews(name, template),
    fields: editor.fields,
  };
}
