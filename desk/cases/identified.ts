/** Names of reporters on the page of their case: for coordinators, and each time it stands in the audit log. */
import { decide } from '../access/index.ts';
import type { CaseModel } from './case-model.ts';
import type { AskedCase } from './deed.ts';
import { casePeople } from './names.ts';

/** As whoever may ask who reported it sees the case. */
export async function identified(
  { tx, vault, principal, relation, params, note }: AskedCase,
  model: CaseModel,
): Promise<CaseModel> {
  const reported = model.participants.some(({ role }) => role === 'reporter');
  if (!reported || decide(principal, 'case.reporter', relation) !== 'yes') return model;
  const people = await casePeople(tx, vault, params.case);
  const names = new Map(people.filter(({ role }) => role === 'reporter').map(({ id, name }) => [id, name]));
  note({ identities: names.size });
  const participants = model.participants.map((one) => {
    const reporterName = names.get(one.id);
    return reporterName === undefined ? one : { ...one, reporterName };
  });
  return { ...model, participants };
}
