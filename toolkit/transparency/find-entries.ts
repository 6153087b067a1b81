import { parseEntry, subjectsOf } from './entries.ts';
import type { LogEntry } from './entry.ts';
import { TransparencyError } from './errors.ts';
import { decodeLookup, lookupOf, MAX_LOOKUP_BYTES } from './lookup.ts';
import type { PlacedEntry } from './reader.ts';
import type { LogView } from './view.ts';

/** An entry of CPAN that is in the tree. */
export interface LoggedEntry extends PlacedEntry {
  readonly said: LogEntry;
}

/**
 * The entries of a subject that the log's lookup names, the oldest first: each is in the tree, and of the subject.
 * That there are no others is nothing that a lookup could prove. Throws `lookup`, and what reading entries does.
 */
export async function findEntries(view: LogView, subject: string): Promise<LoggedEntry[]> {
  const { checkpoint, reader, fetch, hash } = view;
  const { path, lookup } = await lookupOf(subject, hash, async (path) => {
    const bytes = await fetch(path, MAX_LOOKUP_BYTES);
    return bytes === null ? null : decodeLookup(bytes, path);
  });
  const indexes = lookup?.get(subject) ?? [];
  const found: LoggedEntry[] = [];
  // A lookup may be newer than the checkpoint.
  for (const index of indexes.filter((one) => one < checkpoint.size)) {
    const placed = await reader.entry(index, checkpoint);
    const said = parseEntry(placed.entry);
    if (said === null || !subjectsOf(said).includes(subject))
      throw new TransparencyError('lookup', `entry ${index} is not of ${subject}`, { file: path });
    found.push({ ...placed, said });
  }
  return found;
}
