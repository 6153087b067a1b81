/** That something was done which no other act of the desk tells: by another way than mail, or before there was a desk. */
import { changeCase, instantOf, policyOf } from '../casefile/index.ts';
import { type By, caseOf, told } from '../cases/index.ts';
import { type CaseFacts, type ClockKind, deadlines } from '../disclosure/index.ts';
import { notFound, WebError } from '../web/index.ts';

type Fact = (facts: CaseFacts, at: string) => Partial<CaseFacts>;

/** What ends each kind of clock by hand; of the others a page of its own does. */
const DONE: Readonly<Partial<Record<ClockKind, Fact>>> = {
  acknowledge: (_, acknowledged) => ({ acknowledged }),
  contact: (_, contacted) => ({ contacted }),
  alternates: (_, alternates) => ({ alternates }),
  remind: ({ reminded }, at) => ({ reminded: [...reminded, at] }),
  warn: ({ warned }, at) => ({ warned: [...warned, at] }),
  update: (_, reporterTold) => ({ reporterTold }),
  distributors: (_, at) => ({ distributors: { told: at } }),
  'record-should': (_, recorded) => ({ recorded }),
  'record-must': (_, recorded) => ({ recorded }),
  'exploited-warning': ({ exploitedTold }, warning) => ({ exploitedTold: { ...exploitedTold, warning } }),
  'exploited-notification': ({ exploitedTold }, notification) => ({
    exploitedTold: { ...exploitedTold, notification },
  }),
  'exploited-final': ({ exploitedTold }, final) => ({ exploitedTold: { ...exploitedTold, final } }),
};

export function endsByHand(kind: ClockKind): boolean {
  return DONE[kind] !== undefined;
}

/** `at`: when; null for now. Throws `not-found` for a clock that does not run, `refused` for one that ends by another act. */
export async function clockDone(by: By, id: string, at: string | null): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const now = instantOf(by.tx);
  const clock = deadlines(file.facts, await policyOf(by.tx), now).find(
    (one) => one.id === id && one.done === null,
  );
  if (clock === undefined) throw notFound();
  const fact = DONE[clock.kind];
  if (fact === undefined) throw new WebError('refused', 'Another act ends this clock.');
  const when = pastOr(at, now);
  const changed = await changeCase(by.tx, by.vault, file, { facts: fact(file.facts, when) });
  await told(by, changed, `says that it was done: ${clock.what}`, at === null ? {} : { at: when });
}

/** Throws `invalid` for what is yet to come. */
export function pastOr(at: string | null, now: string): string {
  if (at !== null && at > now)
    throw new WebError('invalid', 'Not as it must be.', { at: 'That is yet to come.' });
  return at ?? now;
}

/** Somebody released a fix, or a patch is there: what else is due counts from it. */
export async function fixAvailable(by: By, at: string | null, version: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const when = pastOr(at, instantOf(by.tx));
  const changed = await changeCase(by.tx, by.vault, file, { facts: { fixAvailable: when } });
  await told(by, changed, 'says that there is a fix', { at: when, version });
}
