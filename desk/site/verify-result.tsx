/** What the log says of a file, as a part of a page. */
import { printable } from 'cpansec/base';
import type { FileEntry, FileVerdict, Witnessed } from 'cpansec/transparency';
import type { JSX } from 'preact';
import { type Definition, Definitions, Notice, type Signal } from '../ui/index.ts';
import { instantWords } from './words.ts';

/** A file, and what became of it. */
export interface VerifiedFile {
  readonly name: string;
  /** 64 small hexadecimal digits. */
  readonly sha256: string;
  readonly by: 'proof' | 'log';
  readonly verdict: FileVerdict;
}

export function VerifyResult({ files }: { readonly files: readonly VerifiedFile[] }): JSX.Element {
  return (
    <>
      {files.map((file, i) => (
        <section key={file.name}>
          <h2 id={i === 0 ? 'result' : undefined} tabIndex={i === 0 ? -1 : undefined}>
            {file.name}
          </h2>
          <Notice signal={wordsOf(file.verdict).signal}>
            <p>
              <strong>{wordsOf(file.verdict).title}</strong> {wordsOf(file.verdict).text}
            </p>
          </Notice>
          <Definitions items={factsOf(file)} />
        </section>
      ))}
    </>
  );
}

interface Words {
  readonly signal: Signal;
  readonly title: string;
  readonly text: string;
}

const UNVERIFIED = 'Could not be verified.';

function wordsOf(found: FileVerdict): Words {
  switch (found.verdict) {
    case 'logged':
      return {
        signal: 'good',
        title: 'This is what was logged.',
        text: 'Everybody else sees the same bytes under this name.',
      };
    case 'path-unknown':
      return {
        signal: 'warning',
        title: 'These bytes were logged.',
        text: 'Compare the path below with where you have the file from: others may have logged a file of this name.',
      };
    case 'other-name':
      return {
        signal: 'danger',
        title: 'This is another file.',
        text: 'These bytes were logged under another name.',
      };
    case 'other-digest':
      return {
        signal: 'danger',
        title: 'This is not what was logged.',
        text: 'The log has other bytes under this name. Do not use the file.',
      };
    case 'conflict':
      return {
        signal: 'danger',
        title: 'Nothing vouches for this.',
        text: 'The log has two digests for a path that has one for ever. Do not use the file.',
      };
    case 'not-logged':
      return {
        signal: 'warning',
        title: UNVERIFIED,
        text: 'The log names no file with these bytes. It may be too new, or was not on CPAN, or was changed.',
      };
    case 'unproved':
      return unproved(found);
  }
}

function unproved({ code, problem }: Extract<FileVerdict, { readonly verdict: 'unproved' }>): Words {
  const text = `${printable(problem)}.`;
  return code === 'quorum' || code === 'missing'
    ? { signal: 'warning', title: UNVERIFIED, text }
    : { signal: 'danger', title: 'This is not proved: proof or log do not hold.', text };
}

function factsOf({ sha256, by, verdict: found }: VerifiedFile): Definition[] {
  const own: Definition = ['SHA-256', <code>{sha256}</code>];
  if (found.verdict === 'unproved') return [own];
  const log: Definition[] = [
    ['Log', `${found.origin}, ${found.size} entries, ${by === 'proof' ? 'by the proof' : 'asked now'}`],
    ['Witnesses', <Witnesses witnesses={found.witnesses} />],
  ];
  if (found.verdict === 'not-logged') return [own, ...log];
  const { entry, index } = found;
  const other = found.verdict === 'conflict' ? ` and ${found.other}` : '';
  return [
    own,
    ['Logged', <code>{placeOf(entry)}</code>],
    ...(found.verdict === 'other-digest' ? ([['With', <code>{entry.sha256}</code>]] as const) : []),
    ['Entry', `${index}${other}`],
    ['Public', publicWords(entry)],
    ...log,
  ];
}

function placeOf(entry: FileEntry): string {
  if ('path' in entry) return entry.path;
  if (entry.type === 'advisory') return `advisory ${entry.id}, revision ${entry.revision}`;
  return entry.type === 'manifest' ? `manifest ${entry.serial}` : entry.type;
}

/** What the log vouches for is that witnesses saw the entry; when it became public is what its source says. */
function publicWords(entry: FileEntry): JSX.Element {
  const time = 'uploaded' in entry ? entry.uploaded : 'published' in entry ? entry.published : null;
  const late = 'source' in entry && entry.source === 'backfill' ? ', logged later' : '';
  return (
    <>
      {time === null ? 'when is not known' : <time dateTime={time}>{instantWords(time)}</time>}
      {late}
    </>
  );
}

function Witnesses({ witnesses }: { readonly witnesses: readonly Witnessed[] }): JSX.Element {
  if (witnesses.length === 0) return <>none; only the log itself vouches for it</>;
  return (
    <ul>
      {witnesses.map(({ name, time }) => (
        <li key={name}>
          {printable(name)}, <Seen seconds={time} />
        </li>
      ))}
    </ul>
  );
}

function Seen({ seconds }: { readonly seconds: number }): JSX.Element {
  const instant = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return <time dateTime={instant}>{instantWords(instant)}</time>;
}
