/** What becomes of a case as a whole: taken away as a file, or destroyed. */
import { encodeUtf8 } from 'cpansec/base';
import Type from 'typebox';
import { shredCase } from '../casefile/index.ts';
import { reference } from '../reports/index.ts';
import { type Route, route, WebError } from '../web/index.ts';
import { caseOf } from './case-of.ts';
import { caseModel } from './model.ts';

const params = Type.Object({ case: Type.String() });

/** All of it as JSON, for whoever exports it to see: files stay in the desk. */
const exported = route({
  method: 'GET',
  path: '/cases/:case/export',
  act: 'case.export',
  title: 'A case as a file',
  params,
  model: Type.Object({}),
  handle: async ({ tx, vault, principal, params: { case: id } }) => {
    const member = principal.kind === 'member' ? principal.id : '';
    const { state, draft } = await caseOf(tx, vault, id);
    const whole = { ...(await caseModel(tx, vault, id, member)), state, draft };
    const bytes = encodeUtf8(`${JSON.stringify(whole, null, 2)}\n`);
    return { download: { name: `case-${reference(id)}.json`, bytes, mediaType: 'application/json' } };
  },
});

/** Who shreds a case types its reference: there is no way back. */
const shredded = route({
  method: 'POST',
  path: '/cases/:case/shred',
  act: 'case.shred',
  title: 'Destroy a case',
  limit: 'write',
  params,
  body: Type.Object({ reference: Type.String({ maxLength: 20 }) }),
  model: Type.Object({}),
  handle: async ({ tx, vault, params: { case: id }, body }) => {
    const file = await caseOf(tx, vault, id);
    if (file.state.phase !== 'closed') throw new WebError('refused', 'Only a closed case can be destroyed.');
    if (body.reference.trim() !== reference(id))
      throw new WebError('invalid', 'Type the reference of the case.', {
        reference: 'This is not its reference.',
      });
    await shredCase(tx, vault, file);
    return { to: '/cases', model: {} };
  },
});

export const custodyRoutes: readonly Route[] = [exported, shredded];
