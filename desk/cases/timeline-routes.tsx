/** What is said, asked and brought to a case: messages, tasks, files. */
import Type from 'typebox';
import { addFile, MAX_FILE, readCaseFile } from '../casefile/index.ts';
import { notFound, type Route, route, WebError } from '../web/index.ts';
import * as acts from './acts.ts';
import { caseOf } from './case-of.ts';
import { caseSchema } from './case-schema.ts';
import { deed, SCRIPTS, shown, words } from './deed.ts';
import { diffPage } from './diff-page.tsx';

const say = deed({
  path: 'messages',
  act: 'case.message',
  title: 'Say something to a group of a case',
  body: Type.Object({ audience: words(60), text: words(20_000) }),
  run: async (by, { audience: typed, text }, asked) => {
    const { audiences } = await shown(asked);
    const audience = audiences.find(({ name }) => name === typed)?.name;
    if (audience === undefined)
      throw new WebError('invalid', 'The case has no such group.', { audience: 'Choose one.' });
    await acts.say(by, audience, text.trim());
    asked.note({ audience: audience.replace(/:.*/, '') });
  },
});

const task = deed({
  path: 'tasks',
  act: 'case.task',
  title: 'Add a task',
  body: Type.Object({ text: words(500) }),
  run: (by, { text }) => acts.addTask(by, text.trim()),
});

const taskDone = deed({
  path: 'tasks/done',
  act: 'case.task',
  title: 'Finish a task',
  body: Type.Object({ task: Type.Integer({ minimum: 1 }) }),
  run: (by, body) => acts.finishTask(by, body.task),
});

const upload = deed({
  path: 'files',
  act: 'case.message',
  title: 'Add a file to a case',
  maxBody: MAX_FILE + 64 * 1024,
  run: async ({ tx, vault, caseId }, _, { uploads: [file] }) => {
    if (file === undefined) throw new WebError('invalid', 'Choose a file first.');
    await addFile(tx, vault, await caseOf(tx, vault, caseId), { ...file, audience: 'team' });
  },
});

const FILE = Type.Object({ case: Type.String(), file: Type.String() });

const download = route({
  method: 'GET',
  path: '/cases/:case/files/:file',
  act: 'case.file',
  title: 'A file of a case',
  params: FILE,
  model: Type.Object({}),
  handle: async ({ tx, vault, params: { case: id, file } }) => {
    const of = await caseOf(tx, vault, id);
    if (of.content.incident?.evidence.some((one) => one.file === file) === true)
      throw new WebError(
        'refused',
        'It is evidence: take a copy on the page of the incident, which notes who had it.',
      );
    const found = await readCaseFile(tx, vault, of, file);
    if (found === null) throw notFound();
    return { download: { name: found.name, bytes: found.bytes, mediaType: 'application/octet-stream' } };
  },
});

/** Bytes of a file that are shown as a page; what is larger is downloaded. */
const MAX_SHOWN = 300_000;

const diff = route({
  method: 'GET',
  path: '/cases/:case/files/:file/diff',
  act: 'case.file',
  title: 'A patch of a case',
  params: FILE,
  model: Type.Object({
    case: caseSchema,
    name: Type.String(),
    file: Type.String(),
    patch: Type.Union([Type.Null(), Type.String()]),
  }),
  scripts: SCRIPTS,
  handle: async (asked) => {
    const { tx, vault, params: at } = asked;
    const found = await readCaseFile(tx, vault, await caseOf(tx, vault, at.case), at.file);
    if (found === null) throw notFound();
    const patch = found.bytes.length > MAX_SHOWN ? null : new TextDecoder().decode(found.bytes);
    return { model: { case: await shown(asked), name: found.name, file: at.file, patch } };
  },
  page: diffPage,
});

export const timelineRoutes: readonly Route[] = [say, task, taskDone, upload, download, diff];
