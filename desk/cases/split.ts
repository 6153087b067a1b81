/** A part of a case becomes one of its own: under the same embargo, with the entries that were chosen. */
import { addEntry, type CaseFile, type Entry, entriesOf, indexFacets, splitCase } from '../casefile/index.ts';
import { facetsOf, reference, reportShape } from '../reports/index.ts';
import { WebError } from '../web/index.ts';
import { actorOf, type By, told } from './by.ts';
import { caseOf } from './case-of.ts';

export interface Part {
  readonly title: string;
  readonly distribution: string | null;
  /** Numbers of entries. */
  readonly entries: readonly number[];
}

/** Its id. Whoever takes part from outside is asked in anew: they are told of one case, not of two. */
export async function splitOff(by: By, { title, distribution, entries: chosen }: Part): Promise<string> {
  const { tx, vault } = by;
  const file = await caseOf(tx, vault, by.caseId);
  const entries = (await entriesOf(tx, vault, file)).filter(({ number }) => chosen.includes(number));
  const missing = chosen.find((number) => !entries.some((entry) => entry.number === number));
  if (missing !== undefined)
    throw new WebError('invalid', 'Not as it must be.', { entries: `The case has no entry ${missing}.` });
  const content = { title, distribution, summary: '' };
  const { part, file: left } = await splitCase(tx, vault, file, { content, by: actorOf(by) });
  for (const entry of entries) await copied(by, part, entry);
  await indexFacets(
    tx,
    vault,
    part.id,
    entries.flatMap((entry) => facetsIn(entry, distribution)),
  );
  await told(by, left, 'split off', { case: reference(part.id) });
  await told(by, part, 'was split from', { case: reference(left.id) });
  return part.id;
}

/** As it was said, for the team. */
async function copied({ tx, vault }: By, part: CaseFile, entry: Entry): Promise<void> {
  const { kind, actor, body } = entry;
  const at = entry.at.replace(/\.\d+Z$/, 'Z');
  await addEntry(tx, vault, part, { kind, actor, body, audience: 'team', at });
}

function facetsIn({ kind, body }: Entry, distribution: string | null): string[] {
  return kind === 'report' ? facetsOf(distribution, reportShape(body)) : [];
}
