import { authorOf } from './entries.ts';
import type { LogEntry } from './entry.ts';
import { type Finding, unreadable, type Watch, watched } from './monitor.ts';
import type { LogView } from './view.ts';

/**
 * Author watch: each entry of a file below the directory of a PAUSE id, and how many could not be read. Throws what
 * reading entries does.
 */
export async function watchAuthor(view: LogView, author: string, watch: Watch): Promise<Finding[]> {
  const findings: Finding[] = [];
  const unread: number[] = [];
  for await (const { index, said } of watched(view, watch)) {
    if (said === null) unread.push(index);
    if (said === null || !('path' in said) || authorOf(said) !== author) continue;
    const { type: kind, path: subject } = said;
    findings.push({ kind, level: 'found', subject, index, words: wordsOf(said), at: watch.at });
  }
  return [...findings, ...unreadable(unread, view, watch.at)];
}

function wordsOf(said: Extract<LogEntry, { readonly path: string }>): string {
  switch (said.type) {
    case 'release':
      return `uploaded ${said.uploaded ?? 'at an unknown time'}, sha256 ${said.sha256}, source ${said.source}`;
    case 'removal':
      return `removed ${said.removed ?? 'at an unknown time'}, source ${said.source}`;
    default:
      return `published ${said.published ?? 'at an unknown time'}, sha256 ${said.sha256}`;
  }
}
