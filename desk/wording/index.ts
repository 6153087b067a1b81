/**
 * wording: a group's own words in place of ours, for the texts of a publication and the drafts by weakness: edited with
 * a preview, linted, kept as settings with who changed them and when.
 *
 *     const routes = [...wordingRoutes];
 *     write('announcement', announced, { desk, templates: await textTemplates(tx) });
 */
import type { Route } from '../web/index.ts';
import { editorRoutes } from './editor-routes.ts';
import { textEditor } from './texts.ts';
import { weaknessEditor } from './weaknesses.ts';

export { textTemplates } from './texts.ts';
export { weaknessTemplates } from './weaknesses.ts';

export const wordingRoutes: readonly Route[] = [textEditor, weaknessEditor].flatMap(editorRoutes);
