/** Whether the lookups of a log name its entries, and whether people check it by the policy that is ours. */
import { compareBytes, PlacedError } from 'cpansec/base';
import { nodeSha256Into, readFile } from 'cpansec/io';
import {
  decodeLookup,
  type LogFault,
  type LogReader,
  type LogStore,
  type Lookup,
  lookupOf,
  MAX_LOOKUP,
  MAX_LOOKUP_BYTES,
  MAX_POLICY,
  parseEntry,
  readCheckpoint,
  subjectsOf,
} from 'cpansec/transparency';
import type { LogConfig } from './config.ts';
import { hintedSize } from './hints.ts';
import { editionOf } from './open.ts';

export interface HintsCheck {
  readonly store: LogStore;
  readonly reader: LogReader;
  /** What everybody sees. */
  readonly note: string;
  readonly config: LogConfig;
  report(code: LogFault['code'], file: string, problem: string): void;
}

const MAKE = 'cpansec-desk log hints makes it again';

export async function checkHints(check: HintsCheck): Promise<void> {
  const { store, reader, note, config, report } = check;
  const policy = await store.read('policy', MAX_POLICY);
  if (policy === null || compareBytes(policy, readFile(config.policy, MAX_POLICY)) !== 0)
    report('changed', 'policy', `is not that of the configuration: ${MAKE}`);
  const { checkpoint } = readCheckpoint(note);
  const hinted = await hintedSize(store, await editionOf(config));
  if (hinted < checkpoint.size)
    report('missing', 'lookup', `${checkpoint.size - hinted} entries have none yet: cpansec-desk log hints`);
  const lookups = new Map<string, Promise<Lookup | null>>();
  for await (const { index, entry: bytes } of reader.entries(
    0,
    Math.min(hinted, checkpoint.size),
    checkpoint,
  )) {
    const entry = parseEntry(bytes);
    for (const subject of entry === null ? [] : subjectsOf(entry)) {
      const { path, lookup } = await lookupOf(subject, nodeSha256Into, (path) => {
        const asked = lookups.get(path) ?? lookupAt(path, check);
        lookups.set(path, asked);
        return asked;
      });
      if (lookup !== NONE && !names(lookup?.get(subject) ?? [], index))
        report('lookup', path, `does not name entry ${index}: ${MAKE}`);
    }
  }
}

/** Older ones give way to newer. */
function names(indexes: readonly number[], index: number): boolean {
  return indexes.includes(index) || (indexes.length >= MAX_LOOKUP && (indexes[0] ?? 0) > index);
}

/** What stands for one that is none. */
const NONE: Lookup = new Map([['', []]]);

/** Null where nothing stands; one that is none is told, once. */
async function lookupAt(path: string, { store, report }: HintsCheck): Promise<Lookup | null> {
  try {
    const bytes = await store.read(path, MAX_LOOKUP_BYTES);
    return bytes === null ? null : decodeLookup(bytes, path);
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error;
    report('lookup', path, `${error.problem}: ${MAKE}`);
    return NONE;
  }
}
