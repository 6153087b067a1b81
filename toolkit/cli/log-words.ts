/** How the log commands say what they have found. */

import { decodeUtf8, printable } from '../base/index.ts';
import { counted, facts, grouped } from '../terminal/index.ts';
import type { FileEntry, LogEntry, LoggedEntry, LogView, Witnessed } from '../transparency/index.ts';

export function entriesOf(size: number): string {
  return counted(size, 'entry', 'entries');
}

/** RFC 3339 UTC. */
export function instantOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** `w1 2026-11-20T10:00:00Z, w2 …`. */
export function witnessWords(witnesses: readonly Witnessed[]): string {
  if (witnesses.length === 0) return 'none; only the log itself vouches for it';
  return witnesses.map(({ name, time }) => `${printable(name)} ${instantOf(time)}`).join(', ');
}

/** For JSON. */
export function witnessFacts(witnesses: readonly Witnessed[]): { name: string; time: string }[] {
  return witnesses.map(({ name, time }) => ({ name, time: instantOf(time) }));
}

/** `release authors/id/…`, in one line. */
export function nameOf(said: LogEntry): string {
  switch (said.type) {
    case 'advisory':
      return `advisory ${said.id}, revision ${said.revision}`;
    case 'manifest':
      return `manifest ${said.serial}`;
    case 'tuf':
      return `tuf ${said.role}, version ${said.version}`;
    case 'attestation':
      return `attestation of ${said.subject}`;
    case 'key':
      return `key ${said.name}, ${said.act}`;
    case 'audit-head':
      return `audit-head ${said.origin}`;
    default:
      return `${said.type} ${said.path}`;
  }
}

/** When it says that it became public; null where nobody knows. */
export function timeOf(said: FileEntry): string | null {
  if ('uploaded' in said) return said.uploaded;
  if ('published' in said) return said.published;
  if ('built' in said) return said.built;
  return 'at' in said ? said.at : null;
}

/** An entry with its own lines. */
export function entryText({ index, entry }: LoggedEntry): string {
  const [, ...lines] = decodeUtf8(entry).trimEnd().split('\n');
  const rows = lines.map((line): [string, string] => {
    const space = line.indexOf(' ');
    return [`  ${line.slice(0, space)}`, printable(line.slice(space + 1))];
  });
  return `entry ${grouped(index)}\n${facts(rows)}`;
}

export function viewFacts({ checkpoint, witnesses }: LogView): [name: string, value: string][] {
  return [
    ['log', `${checkpoint.origin}, ${entriesOf(checkpoint.size)}`],
    ['witnesses', witnessWords(witnesses)],
  ];
}
