/** What an export cannot say of a record. */
import type { AdvisoryRecord } from './record.ts';

export interface Loss {
  /** In the record: `affected[1]`, `severity.vector`. */
  readonly path: string;
  /** What is left out or said otherwise, and why. */
  readonly text: string;
}

/** What every record is known to have, or most; every export finds a place for each or says that it has none. */
const MEMBERS: ReadonlySet<string> = new Set([
  'format',
  'id',
  'aliases',
  'reported',
  'summary',
  'details',
  'severity',
  'weaknesses',
  'affected',
  'references',
  'credits',
  'withdrawn',
  'history',
  'flags',
]);

/** The loss of what the format cannot hold. */
export function unplaced(path: string, format: string): Loss {
  return { path, text: `left out: ${format} has no place for it` };
}

/** A loss for each member of the record that is none of ours, and for one of ours that few formats hold. */
export function unknownMembers(
  record: AdvisoryRecord,
  format: string,
  held: readonly (keyof AdvisoryRecord)[] = [],
): Loss[] {
  const known = new Set([...MEMBERS, ...held]);
  return Object.keys(record)
    .filter((member) => !known.has(member))
    .map((path) => unplaced(path, format));
}

/** A loss for what each entry says of where the flaw is. */
export function causeLosses({ affected }: AdvisoryRecord, format: string): Loss[] {
  return affected.flatMap(({ cause, modules }, i) => {
    const members = [
      ...(cause.kind === 'own' ? [] : ['cause']),
      ...(modules === undefined ? [] : ['modules']),
    ];
    return members.map((member) => unplaced(`affected[${i}].${member}`, format));
  });
}
