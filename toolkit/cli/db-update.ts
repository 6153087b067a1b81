/** `cpansec db update`: the index that a public tree names, in place of the own one. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type IndexHeader, openIndex } from '../advisories/index.ts';
import { PlacedError, printable } from '../base/index.ts';
import { Connections, makeDirectory, now, openIndexFile } from '../io/index.ts';
import {
  counted,
  EXIT,
  type ExitStatus,
  facts,
  grouped,
  Stop,
  type Terminal,
  type Typed,
  usage,
} from '../terminal/index.ts';
import { type IndexHead, TreeError } from '../tree/index.ts';
import { TufError } from '../tuf/index.ts';
import { type Logged, UpdateError } from '../update/index.ts';
import { ageWords, contentWords, coverageWords } from './index-words.ts';
import { addressTyped } from './log-place.ts';
import { entriesOf } from './log-words.ts';
import {
  asOnlyWriter,
  digestOf,
  lastHead,
  type OwnIndex,
  ownIndex,
  placeFetched,
  WHEN_NOT_PLACED,
} from './own-index.ts';
import { fetchIndexOf, type PublicTree, presentOffer, wasReplaced } from './public-tree.ts';
import { rememberIndex, type Trust, trustFor } from './trusted-root.ts';

const MAX_CONNECTIONS = 4;

export async function dbUpdate(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const top = topOf(typed.operands);
  const own = ownIndex(terminal);
  const ca = typed.value('ca');
  const connections = new Connections(MAX_CONNECTIONS);
  const net = { env: terminal.env, connections, ...(ca === undefined ? {} : { ca }) };
  try {
    return await asOnlyWriter(own, async () => {
      const trust = await trustFor(top, typed.value('root'), terminal.env);
      return updateOrAgain({ tree: { top, net, directory: trust.directory }, trust, own, terminal });
    });
  } catch (error) {
    throw notUpdated(error, top);
  } finally {
    connections.close();
  }
}

/** The top of the tree, as a directory so that paths stand below it. */
function topOf([typed, ...more]: readonly string[]): URL {
  if (typed === undefined) {
    throw new Stop(
      EXIT.index,
      'db update has no address to fetch from, and there is no default yet',
      'cpansec db update URL fetches from a public tree, cpansec db import FILE builds an index here',
    );
  }
  if (more.length > 0) throw usage('db update takes one address');
  return addressTyped(typed);
}

interface Update {
  readonly tree: PublicTree;
  readonly trust: Trust;
  readonly own: OwnIndex;
  readonly terminal: Terminal;
}

/** A tree that is replaced under our feet is read once more, from its new metadata on. */
async function updateOrAgain(task: Update): Promise<ExitStatus> {
  try {
    return await update(task);
  } catch (error) {
    if (!wasReplaced(error)) throw error;
    return await update(task);
  }
}

async function update(task: Update): Promise<ExitStatus> {
  // 1. What does the tree offer, as it was signed for and logged?
  const { top } = task.tree;
  task.terminal.progress(`asking ${top.host || top.pathname}`);
  const { head, logged } = await presentOffer(task.tree);
  // 2. It must not go back, nor say two things of one serial, whoever signs that.
  const last = lastHead(task.own);
  refuseBackward(head, last, task.own);
  // 3. Nothing to do?
  if (last?.serial === head.serial && digestOf(task.own.path) === head.sha256) {
    rememberIndex(task.trust, head.sha256);
    task.terminal.out(`already current: serial ${head.serial}, ${ageWords(head, now())}\n`);
    return EXIT.clean;
  }
  // 4. Fetch it, going on where an earlier try ended.
  const file = await fetchIndex(task, head);
  // 5. Every block of it, and that it is what the head says.
  const header = checkedHeader(file, head);
  // 6. In place of the old one.
  placeFetched(task.own, file, head);
  rememberIndex(task.trust, head.sha256);
  task.terminal.out(report({ header, last, logged, ...task }));
  return EXIT.clean;
}

interface Done extends Update {
  readonly header: IndexHeader;
  readonly last: IndexHead | null;
  readonly logged: Logged;
}

function report({ header, last, logged, own, trust }: Done): string {
  const was = last === null ? '' : ` (was ${last.serial})`;
  const root: [string, string][] = trust.isNew
    ? [['root', `trusted from now on: ${printable(trust.root.from)}, SHA-256 ${trust.root.sha256}`]]
    : [];
  return `updated to serial ${header.serial}${was}\n${facts([
    ['index', printable(own.path)],
    ['built', `${header.built}, ${ageWords(header, now())}`],
    ['covers', coverageWords(header)],
    ['holds', contentWords(header)],
    ['logged', loggedWords(logged)],
    ...root,
  ])}`;
}

function loggedWords({ origin, index, size, witnesses }: Logged): string {
  const seen = witnesses.length === 0 ? 'no witness' : counted(witnesses.length, 'witness', 'witnesses');
  return printable(`${origin}, entry ${grouped(index)} of ${entriesOf(size)}, ${seen}`);
}

function refuseBackward(head: IndexHead, last: IndexHead | null, { head: remembered }: OwnIndex): void {
  if (last === null || head.serial > last.serial) return;
  const older = head.serial < last.serial;
  if (!older && head.sha256 === last.sha256) return;
  const problem = older
    ? `the tree offers serial ${head.serial}, but serial ${last.serial} was fetched before`
    : `the tree offers another index under serial ${head.serial} than was fetched before`;
  throw refused(problem, `from another publisher on purpose? remove ${remembered} first`);
}

/** The path of the whole file. */
async function fetchIndex({ tree, own, terminal }: Update, head: IndexHead): Promise<string> {
  makeDirectory(own.downloads);
  const file = join(own.downloads, `${head.sha256}.index`);
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  await fetchIndexOf(tree, head, file, (done) =>
    terminal.progress(`fetching the index: ${megabytes(done)} of ${megabytes(head.size)} MB`),
  );
  return file;
}

/** The header of the index. A file that is no sound index, or not the one of the head, goes. */
function checkedHeader(path: string, head: IndexHead): IndexHeader {
  const file = openIndexFile(path);
  try {
    const index = openIndex(file);
    index.verify();
    const { header } = index;
    if (header.serial === head.serial && header.built === head.built) return header;
    throw refused(`the head says ${stated(head)}, its index ${stated(header)}`);
  } catch (cause) {
    rmSync(path, { force: true });
    if (!(cause instanceof PlacedError)) throw cause;
    throw refused(`the fetched index: ${cause.message}`);
  } finally {
    file.close();
  }
}

function stated({ serial, built }: Pick<IndexHead, 'serial' | 'built'>): string {
  return `serial ${serial} built ${built}`;
}

const TELL = 'try again later; if it stays so, tell whoever publishes the tree';
const NETWORK = 'try again; HTTPS_PROXY names a proxy, and a directory works as well as an address';
const ASK = 'ask another mirror; if it stays so, tell whoever publishes the tree';
const NEXT: Readonly<Record<string, string>> = {
  freeze: `${ASK}; or the clock of this machine is wrong`,
  rollback: ASK,
  'mix-and-match': ASK,
  hash: ASK,
  length: ASK,
  endless: ASK,
  stalled: ASK,
  threshold: 'is --root that of this tree? if it is, tell whoever publishes the tree, by another way',
  format: 'is --root that of this tree? if it is, tell whoever publishes the tree, by another way',
  cache: '--root FILE trusts the root of a tree; get it by another way than the tree',
  'not-logged': 'nobody else may have been shown this; try again later, and if it stays so tell others',
  quorum: 'try again later; if it stays so, tell whoever publishes the tree',
  'no-connection': NETWORK,
  timeout: NETWORK,
  'bad-proxy': 'HTTPS_PROXY and NO_PROXY say where the proxy is used',
  'bad-certificate': '--ca FILE names the authorities to trust',
  ...WHEN_NOT_PLACED,
};

function notUpdated(error: unknown, top: URL): unknown {
  if (!(error instanceof PlacedError)) return error;
  const { code, message }: PlacedError<string> = error;
  if (error instanceof TufError) return notBelieved(error, top);
  // Places of these errors are paths below the top of the tree.
  if (error instanceof UpdateError) return refused(`${code}: ${shown(top)}${message}`, NEXT[code], error);
  if (error instanceof TreeError) return refused(`${shown(top)}${message}`, NEXT[code], error);
  if (code === 'bad-authorities') return usage(printable(message), '--ca FILE takes certificates in PEM');
  return refused(message, NEXT[code], error);
}

function notBelieved(error: TufError, top: URL): unknown {
  const { code, message, place, cause } = error;
  // A mirror that does not answer at all is no attack.
  if (code === 'unreachable' && cause instanceof PlacedError) return notUpdated(cause, top);
  const nothing = code === 'missing' && place.file === 'timestamp';
  const next = nothing ? 'give the top of a public tree, whose metadata stands in tuf/' : NEXT[code];
  return refused(`${code}: ${shown(top)}: ${message}`, next, error);
}

/** As its user names it. */
function shown(top: URL): string {
  return top.protocol === 'file:' ? fileURLToPath(top) : top.href;
}

function refused(problem: string, next: string = TELL, cause?: unknown): Stop {
  const message = `no update: ${printable(problem)}; the index in use stays`;
  return new Stop(EXIT.index, message, next, { cause });
}
