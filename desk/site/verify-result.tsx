/** What the log says of a file, as a part of a page. */
import { printable } from 'cpansec/base';
import type { FileEntry, FileInHand, FileVerdict, PlacedFile, Witnessed } from 'cpansec/transparency';
import type { JSX } from 'preact';
import { type Definition, Definitions, Notice, type Signal } from '../ui/index.ts';
import { instantWords } from './words.ts';

/** A file, and what became of it. */
export interface VerifiedFile extends FileInHand {
  readonly by: 'proof' | 'log';
  readonly verdict: FileVerdict;
}

interface VerifyResultProps {
  readonly files: readonly VerifiedFile[];
  /** What becomes of it when somebody says that the one file is from this path. */
  readonly confirm: (path: string) => void;
}

export function VerifyResult({ files, confirm }: VerifyResultProps): JSX.Element {
  return (
    <>
      {files.map((file, i) => (
        // Two files may have one name.
        <section key={i}>
          <h2 id={i === 0 ? 'result' : undefined} tabIndex={i === 0 ? -1 : undefined}>
            {file.name}
          </h2>
          <Verdict file={file} />
          {files.length === 1 ? <Proposal verdict={file.verdict} confirm={confirm} /> : null}
          <Definitions items={factsOf(file)} />
        </section>
      ))}
    </>
  );
}

function Verdict({ file }: { readonly file: VerifiedFile }): JSX.Element {
  const { signal, title, text } = wordsOf(file);
  return (
    <Notice signal={signal}>
      <p>
        <strong>{title}</strong> {text}
      </p>
    </Notice>
  );
}

/** The log says where these bytes are from; whether that is what was meant, only who has the file can say. */
function Proposal({
  verdict: found,
  confirm,
}: {
  readonly verdict: FileVerdict;
  readonly confirm: (path: string) => void;
}): JSX.Element | null {
  if (found.verdict !== 'path-unknown' || !('path' in found.entry)) return null;
  const { path } = found.entry;
  return (
    <p>
      <button type="button" onClick={() => confirm(path)}>
        I have it from {path}
      </button>
    </p>
  );
}

interface Words {
  readonly signal: Signal;
  readonly title: string;
  readonly text: string;
}

const UNVERIFIED = 'Could not be verified.';

function wordsOf({ path, verdict: found }: VerifiedFile): Words {
  switch (found.verdict) {
    case 'logged':
      return {
        signal: 'good',
        title: 'This is what was logged.',
        text: `These bytes are what the log has ${placed(found.entry)}, for everyone to see.`,
      };
    case 'superseded':
      return {
        signal: 'warning',
        title: 'This was logged, and is the older one.',
        text: 'The log has a newer one: get that, unless the older one is meant.',
      };
    case 'path-unknown':
      return {
        signal: 'warning',
        title: 'These bytes were logged.',
        text: `The log has them ${placed(found.entry)}. Only you can say whether that is where the file is from: others may have logged one of this name.`,
      };
    case 'other-name':
      return {
        signal: 'danger',
        title: 'This is another file.',
        text: `These bytes were logged ${placed(found.entry)}, and not ${path === null ? 'under this name' : `at ${path}`}. ${doNotUse(path)}`,
      };
    case 'other-digest':
      return {
        signal: 'danger',
        title: 'This is not what was logged.',
        text: `The log has other bytes ${placed(found.entry)}. ${doNotUse(path)}`,
      };
    case 'conflict':
      return {
        signal: 'danger',
        title: 'Nothing vouches for this.',
        text: `The log has two digests ${placed(found.entry)}, where one is for ever. Do not use the file.`,
      };
    case 'not-logged':
      return {
        signal: 'warning',
        title: UNVERIFIED,
        text:
          found.near === null
            ? 'The log names no file with these bytes. It may be too new, or was not on CPAN, or was changed.'
            : 'The log names no such file. Compare what it names below: others may have logged a file of this name.',
      };
    case 'unproved':
      return unproved(found);
  }
}

function placed(entry: FileEntry): string {
  return 'path' in entry ? `at ${entry.path}` : `as ${placeOf(entry)}`;
}

function doNotUse(path: string | null): string {
  return path === null ? 'Do not use it, unless it is from elsewhere: then say where.' : 'Do not use it.';
}

function unproved({ code, problem }: Extract<FileVerdict, { readonly verdict: 'unproved' }>): Words {
  const text = `${printable(problem)}. ${NEXT[code] ?? 'Get the proof again, or ask whoever runs the log.'}`;
  return code === 'quorum' || code === 'missing'
    ? { signal: 'warning', title: UNVERIFIED, text }
    : { signal: 'danger', title: 'This is not proved: proof or log do not hold.', text };
}

const NEXT: Readonly<Record<string, string>> = {
  quorum: 'Set the clock of this device if it is behind; else get a newer proof, or try again later.',
  missing: 'Try again later.',
  signature: 'This is of another log than that of this site, or somebody forged it.',
};

function factsOf({ sha256, by, verdict: found }: VerifiedFile): Definition[] {
  const own: Definition = ['SHA-256', <code>{sha256}</code>];
  if (found.verdict === 'unproved') return [own];
  const log: Definition[] = [
    ['Log', `${found.origin}, ${found.size} entries, ${by === 'proof' ? 'by the proof' : 'asked now'}`],
    ['Witnesses', <Witnesses witnesses={found.witnesses} />],
  ];
  const shown = found.verdict === 'not-logged' ? found.near : found;
  if (shown === null) return [own, ...log];
  return [own, ...entryFacts(found, shown), ...log];
}

function entryFacts(found: FileVerdict, { entry, index }: PlacedFile): Definition[] {
  const rows: Definition[] = [['Logged', <code>{placeOf(entry)}</code>]];
  if (['other-digest', 'not-logged'].includes(found.verdict))
    rows.push(['With', <code>{entry.sha256}</code>]);
  rows.push(['Entry', `${index}${found.verdict === 'conflict' ? ` and ${found.other}` : ''}`]);
  rows.push(['Public', publicWords(entry)]);
  if (found.verdict === 'superseded')
    rows.push(['Newer', `${placeOf(found.newer.entry)}, entry ${found.newer.index}`]);
  if (found.verdict === 'logged' && found.removal !== null)
    rows.push(['Removed', `${found.removal.removed ?? 'when is not known'}, entry ${found.removal.index}`]);
  return rows;
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
