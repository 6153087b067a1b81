/** What the monitors have in common: what they read, what they find, and how it is told. */
import { printable, printableJson } from '../base/index.ts';
import { escapeXml } from '../formats/index.ts';
import { parseEntry } from './entries.ts';
import type { LogEntry } from './entry.ts';
import { TransparencyError } from './errors.ts';
import type { LogView } from './view.ts';

/** What a run of a monitor looks at. */
export interface Watch {
  /** Index of the first entry that was not looked at before. */
  readonly from: number;
  /** Instant of this run, RFC 3339 UTC. */
  readonly at: string;
  readonly progress?: (done: number, size: number) => void;
}

/** An entry; null where it is of a version or type that is not known here, and a problem where it is none. */
interface WatchedEntry {
  readonly index: number;
  readonly said: LogEntry | null;
  readonly problem: string | null;
}

/** The entries of the view from the first new one on, each proved. Throws what reading entries does. */
export async function* watched(
  { reader, checkpoint }: Pick<LogView, 'reader' | 'checkpoint'>,
  { from, progress }: Watch,
): AsyncGenerator<WatchedEntry, void> {
  for await (const { index, entry } of reader.entries(from, checkpoint.size, checkpoint)) {
    progress?.(index + 1, checkpoint.size);
    yield { index, ...parsed(entry) };
  }
}

function parsed(entry: Uint8Array): Omit<WatchedEntry, 'index'> {
  try {
    return { said: parseEntry(entry), problem: null };
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    return { said: null, problem: error.message };
  }
}

/** Something that a monitor was asked to tell. */
export interface Finding {
  /** What kind of thing: `other-digest`, `split` and so on, by monitor; of an author's entries their type. */
  readonly kind: string;
  /** `unknown`: it could not be judged. */
  readonly level: 'found' | 'unknown';
  /** What it is about: a path, an advisory, the log's origin, a witness. */
  readonly subject: string;
  /** Of the entry that shows it; null where it is no entry. */
  readonly index: number | null;
  /** One sentence without its full stop, in small letters. */
  readonly words: string;
  /** When it was found, RFC 3339 UTC. */
  readonly at: string;
}

/** Of entries that could not be read, by their indexes: nobody knows what they say. */
export function unreadable(
  unread: readonly number[],
  view: Pick<LogView, 'checkpoint'>,
  at: string,
): Finding[] {
  const [index] = unread;
  if (index === undefined) return [];
  const words = `${unread.length} of the entries cannot be read: broken, or of a version or type that is not known here`;
  return [{ kind: 'unread', level: 'unknown', subject: view.checkpoint.origin, index, words, at }];
}

/** One run of a monitor. */
export interface MonitorReport {
  /** `author EXAMPLE`, `mirror`, `advisories` or `log`. */
  readonly monitor: string;
  readonly origin: string;
  /** Sizes of the log before and now; what it had before was looked at by an earlier run. */
  readonly from: number;
  readonly size: number;
  readonly findings: readonly Finding[];
}

export function reportText({ monitor, origin, from, size, findings }: MonitorReport): string {
  const span = `${origin}, entries ${from} to ${size}`;
  if (findings.length === 0) return `${monitor}: nothing found (${span})\n`;
  const lines = findings.map(({ kind, level, subject, index, words }) => {
    const at = index === null ? '' : `, entry ${index}`;
    return `${level === 'unknown' ? 'unknown: ' : ''}${kind}: ${printable(subject)}${at}\n  ${printable(words)}\n`;
  });
  return `${monitor}: ${findings.length} found (${span})\n\n${lines.join('')}`;
}

export function reportJson(report: MonitorReport): string {
  return `${printableJson({ format: 'cpansec-monitor/1', ...report })}\n`;
}

/** What makes two findings of a monitor the same, whenever they were found. */
export function findingKey({ kind, subject, index, words }: Finding): string {
  return [kind, index ?? '', encoded(subject), encoded(words)].join('/');
}

/** Half a surrogate pair, which JSON can hold, has no encoding. */
function encoded(text: string): string {
  return encodeURIComponent(printable(text).replace(/\p{Cs}/gu, '\ufffd'));
}

/** An Atom feed (RFC 4287) of findings, the newest first; `updated` is for a feed of none. */
export function reportAtom({ monitor, origin, findings }: MonitorReport, updated: string): string {
  const id = `https://${origin}#${encodeURIComponent(monitor)}`;
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title>${escapeXml(`${monitor}: ${origin}`)}</title>
<id>${escapeXml(id)}</id>
<updated>${findings[0]?.at ?? updated}</updated>
<author><name>cpansec</name></author>
${findings.map((finding) => atomEntry(id, finding)).join('')}</feed>
`;
}

function atomEntry(feed: string, finding: Finding): string {
  const { kind, subject, words, at } = finding;
  return `<entry>
<title>${escapeXml(printable(`${kind}: ${subject}`))}</title>
<id>${escapeXml(`${feed}/${findingKey(finding)}/${at}`)}</id>
<updated>${at}</updated>
<summary>${escapeXml(printable(words))}</summary>
</entry>
`;
}
