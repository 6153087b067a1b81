/**
 * wording: a group's own words in place of ours, for the texts of a publication: edited with a preview, linted, kept
 * as settings with who changed them and when.
 *
 *     const routes = [...wordingRoutes];
 *     write('announcement', announced, { desk, templates: await textTemplates(tx) });
 */
import type { Route } from '../web/index.ts';
import { editorRoutes } from './editor-routes.ts';
import { textEditor } from './texts.ts';

export { textTemplates } from './texts.ts';

export const wordingRoutes: readonly Route[] = editorRoutes(textEditor);
