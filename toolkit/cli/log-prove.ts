/** `cpansec log prove` and `log lookup`: entries, each proved. */

import { basename, resolve } from 'node:path';
import { printable, printableJson } from '../base/index.ts';
import { mirrorPathIn } from '../cpan/index.ts';
import { EXIT, type ExitStatus, grouped, Stop, type Terminal, type Typed, usage } from '../terminal/index.ts';
import { conflictOf, findEntries, formatProof, type LoggedEntry, MAX_LOOKUP } from '../transparency/index.ts';
import { type AskedLog, about, askLog } from './log-place.ts';
import { type Asked, askedFor } from './log-subject.ts';
import { entriesOf, entryText, nameOf } from './log-words.ts';
import { writeBeside, writeOutput } from './write-output.ts';

export async function logLookup(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const { subject } = one(typed, 'lookup');
  const asked = await askLog(typed, terminal);
  const path = /^path:(.*)$/.exec(subject)?.[1];
  // Whoever asks for a path wants to know as well that it was taken away.
  const found = await entriesOfSubject(subject, asked, ...(path === undefined ? [] : [`removed:${path}`]));
  const { origin, size } = asked.view.checkpoint;
  if (typed.flag('json')) {
    const entries = found.map(({ index, said }) => ({ index, ...said }));
    terminal.out(`${printableJson({ format: 'cpansec-log-lookup/1', origin, size, subject, entries })}\n`);
  } else {
    for (const entry of found) terminal.out(`${nameOf(entry.said)}, ${entryText(entry)}\n`);
    const newest = found.length < MAX_LOOKUP ? '' : 'the newest ';
    terminal.out(
      `${newest}${entriesOf(found.length)} of ${printable(subject)}, each proved to be in ${origin}\n`,
    );
  }
  return EXIT.clean;
}

export async function logProve(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const { subject, file } = one(typed, 'prove');
  const asked = await askLog(typed, terminal);
  const own = file === null ? [] : await ofFile(file, subject, asked);
  const found = own.length > 0 ? own : await entriesOfSubject(subject, asked);
  // That a release was taken away proves nothing of its bytes.
  const newest = found.findLast(({ said }) => 'sha256' in said) ?? found.at(-1);
  if (newest === undefined) throw nothing(subject, asked);
  await refuseConflict(newest, asked);
  const text = await about(asked.place, () => proofOf(newest, asked));
  const output = typed.value('output');
  const target = output ?? (file === null ? null : `${file}.tlog-proof`);
  if (target === null) terminal.out(text);
  else {
    (output === undefined ? writeBeside : writeOutput)(target, text);
    terminal.out(
      `${target}: ${nameOf(newest.said)} is entry ${grouped(newest.index)} of ${asked.view.checkpoint.origin}\n`,
    );
  }
  return EXIT.clean;
}

/** Of two digests where one is for ever, a proof would vouch for whichever it is of. */
async function refuseConflict({ index, said }: LoggedEntry, { place, view }: AskedLog): Promise<void> {
  if (!('sha256' in said)) return;
  const other = await about(place, () => conflictOf(said, view));
  if (other === null) return;
  throw new Stop(
    EXIT.finding,
    printable(
      `${nameOf(said)} has two digests: ${said.sha256} as entry ${grouped(index)}, ${other.entry.sha256} as entry ${grouped(other.index)}`,
    ),
    'use neither; tell its author and whoever runs the log',
  );
}

/** Entries that are of the file, best those that have its path or name. */
async function ofFile(file: string, subject: string, { place, view }: AskedLog): Promise<LoggedEntry[]> {
  const path = mirrorPathIn(resolve(file));
  const known = path === null ? `name:${basename(file)}` : `path:${path}`;
  for (const one of [known, subject]) {
    const found = await about(place, () => findEntries(view, one));
    // Of an attestation, a file is what it is about.
    const own = found.filter(({ said }) => 'sha256' in said && subject === `sha256:${said.sha256}`);
    if (own.length > 0) return own;
  }
  return [];
}

async function proofOf({ index, entry }: LoggedEntry, { view }: AskedLog): Promise<string> {
  const hashes = await view.reader.inclusionProof(index, view.checkpoint);
  return formatProof({ extra: entry, index, hashes, checkpoint: view.note });
}

function one({ operands }: Typed, verb: string): Asked {
  const [typed, ...more] = operands;
  if (typed === undefined || more.length > 0)
    throw usage(
      `log ${verb} takes one thing to look for`,
      'a file, a path on CPAN, a digest, an advisory or an author',
    );
  return askedFor(typed);
}

/** The oldest first. */
async function entriesOfSubject(
  subject: string,
  asked: AskedLog,
  ...more: readonly string[]
): Promise<LoggedEntry[]> {
  const found: LoggedEntry[] = [];
  for (const one of [subject, ...more])
    found.push(...(await about(asked.place, () => findEntries(asked.view, one))));
  if (found.length === 0) throw nothing(subject, asked);
  return found.sort((a, b) => a.index - b.index);
}

/** That the log names nothing proves nothing. */
function nothing(subject: string, { view }: AskedLog): Stop {
  const { origin, size } = view.checkpoint;
  return new Stop(
    EXIT.unknown,
    `${origin} names no entry of ${printable(subject)} among its ${entriesOf(size)}`,
    'it may be too new; only cpansec log watch reads every entry',
  );
}
