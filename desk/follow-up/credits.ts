/** Who is credited in the advisory: asked, and named only when they want it. */
import {
  type CaseCredit,
  type CaseFile,
  dropCredit,
  instantOf,
  MAX_CREDITS,
  newCredit,
  policyOf,
  putCredit,
  tellParticipant,
} from '../casefile/index.ts';
import { type By, caseActor, caseOf, told } from '../cases/index.ts';
import { createPerson, listMembers } from '../people/index.ts';
import { notFound, WebError } from '../web/index.ts';

type Role = CaseCredit['role'];

export interface TypedCredit {
  readonly role: Role;
  /** Of the case; null for somebody who takes no part, whose name and consent a member notes. */
  readonly participant: string | null;
  readonly name: string;
  /** How they said that they want it. */
  readonly how: string;
}

/** Whoever takes part is asked by a letter; of anybody else a member notes how they agreed. */
export async function addCredit(by: By, typed: TypedCredit): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  if (file.content.credits.length >= MAX_CREDITS)
    throw new WebError('refused', `A case has at most ${MAX_CREDITS} credits.`);
  return typed.participant === null ? nameOther(by, file, typed) : askOne(by, file, typed, typed.participant);
}

async function askOne(by: By, file: CaseFile, { role }: TypedCredit, participant: string): Promise<void> {
  if (!file.state.participants.some(({ id }) => id === participant)) throw notFound();
  const now = instantOf(by.tx);
  const own = file.content.credits.find((one) => one.participant === participant);
  // Whoever has said yes or no is not asked again.
  const said = own?.consent === 'by-name' || own?.consent === 'no';
  const credit = { ...(own ?? newCredit({ role, participant }, now)), role };
  const asked = said ? credit : { ...credit, consent: 'asked' as const, at: now };
  const changed = await putCredit(by.tx, by.vault, file, asked);
  await told(
    by,
    changed,
    said ? 'changed what somebody is credited for' : 'asked whether to credit somebody',
    {
      role,
    },
  );
  if (!said) await tellParticipant(by.tx, by.vault, changed, { about: 'credit', participant }, caseActor(by));
}

async function nameOther(by: By, file: CaseFile, { role, name, how }: TypedCredit): Promise<void> {
  const problems = {
    ...(name === '' ? { name: 'By which name?' } : {}),
    ...(how === '' ? { how: 'Nobody is named who has not agreed: say how they did.' } : {}),
  };
  if (Object.keys(problems).length > 0) throw new WebError('invalid', 'Not as it must be.', problems);
  await needNoMember(by, role, name);
  const person = await createPerson(by.tx, by.vault, { name, address: null });
  const now = instantOf(by.tx);
  const credit = newCredit({ role, person, consent: 'by-name' }, now);
  await told(by, await putCredit(by.tx, by.vault, file, credit), 'credits somebody who agreed', {
    role,
    how,
  });
}

const FINDS: ReadonlySet<Role> = new Set(['finder', 'reporter']);

/** Throws `refused` for a member of the group, as far as the policy has it. */
async function needNoMember(by: By, role: Role, name: string): Promise<void> {
  const { members } = (await policyOf(by.tx)).credits;
  if (members === 'as-anybody' || (members === 'not-as-finder' && !FINDS.has(role))) return;
  const all = await listMembers(by.tx, by.vault);
  const same = (one: string): boolean => one.trim().toLowerCase() === name.toLowerCase();
  if (all.some((member) => same(member.name)))
    throw new WebError('refused', 'Members of the group are not credited for this.', {
      name: 'A member is called so.',
    });
}

export async function removeCredit(by: By, id: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const found = file.content.credits.find((one) => one.id === id);
  if (found === undefined) throw notFound();
  const changed = await dropCredit(by.tx, by.vault, file, id);
  await told(by, changed, 'credits somebody no longer', { role: found.role });
}
