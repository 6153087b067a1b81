/** A log of CPAN in memory: signed, cosigned by two witnesses, with its lookups. */
import { createHash } from 'node:crypto';
import { encodeUtf8, type Sha256Into } from '../../base/index.ts';
import { formatNoteVerifier, type NoteSigner } from '../../formats/index.ts';
import { nodeEd25519, nodeSha256Into } from '../../io/index.ts';
import {
  encodeLookup,
  formatEntry,
  type LogEntry,
  type LogView,
  lookupPath,
  MAX_LOOKUP,
  type Policy,
  parsePolicy,
  type ReleaseEntry,
  type SignatureOps,
  subjectsOf,
  viewLog,
} from '../index.ts';
import { GivenLog } from './given-log.ts';
import { signedCheckpoint, signerOf } from './signed.ts';

export const ORIGIN = 'example.org/log';
const log = await signerOf(ORIGIN, 1, 'ed25519');
export const witnesses: readonly NoteSigner[] = [
  await signerOf('one.example.org', 11),
  await signerOf('two.example.org', 12),
];
const vkeys = witnesses.map(({ verifier }, i) => `witness w${i + 1} ${formatNoteVerifier(verifier)}\n`);

export const LOG_KEY: string = formatNoteVerifier(log.verifier);
export const POLICY_TEXT: string = `log ${LOG_KEY} https://example.org/log/\n${vkeys.join('')}group both all w1 w2\nquorum both\n`;
export const policy: Policy = parsePolicy(POLICY_TEXT);
export const ops: SignatureOps & { readonly hash: Sha256Into } = { ...nodeEd25519, hash: nodeSha256Into };
/** 2026-11-20T10:00:00Z. */
export const TIME: number = Date.parse('2026-11-20T10:00:00Z') / 1000;

export class GivenCpanLog extends GivenLog {
  readonly said: LogEntry[] = [];

  /** Adds entries, and shows a checkpoint that these witnesses cosigned at that time. */
  async publish(
    entries: readonly LogEntry[],
    time: number = TIME,
    by: readonly NoteSigner[] = witnesses,
  ): Promise<this> {
    this.said.push(...entries);
    this.add(entries.map(formatEntry));
    const note = await signedCheckpoint(
      { origin: ORIGIN, ...this.checkpoint },
      log,
      by.map((witness) => [witness, time]),
    );
    this.files.set('checkpoint', encodeUtf8(note));
    for (const [path, lookup] of this.#lookups()) this.files.set(path, encodeLookup(lookup));
    return this;
  }

  get note(): string {
    return new TextDecoder().decode(this.files.get('checkpoint'));
  }

  view(): Promise<LogView> {
    return viewLog({ fetch: this.fetch, hash: nodeSha256Into, signatures: nodeEd25519, policy });
  }

  #lookups(): Map<string, Map<string, number[]>> {
    const files = new Map<string, Map<string, number[]>>();
    for (const [index, entry] of this.said.entries()) {
      for (const subject of subjectsOf(entry)) {
        const path = lookupPath(subject, nodeSha256Into);
        const file = files.get(path) ?? new Map<string, number[]>();
        file.set(subject, [...(file.get(subject) ?? []), index].slice(-MAX_LOOKUP));
        files.set(path, file);
      }
    }
    return files;
  }
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A release of EXAMPLE whose archive is that text. */
export function release(name: string, text: string, more: Partial<ReleaseEntry> = {}): ReleaseEntry {
  return {
    type: 'release',
    path: `authors/id/E/EX/EXAMPLE/${name}`,
    sha256: sha256Of(text),
    size: text.length,
    uploaded: '2026-11-20T09:00:00Z',
    source: 'mirror',
    ...more,
  };
}

/** So many releases of somebody else. */
export function others(from: number, to: number): ReleaseEntry[] {
  return Array.from({ length: to - from }, (_, i) =>
    release(`Other-${from + i}.tar.gz`, `other ${from + i}`, {
      path: `authors/id/O/OT/OTHER/Other-${from + i}.tar.gz`,
    }),
  );
}
