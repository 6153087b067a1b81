/** `cpansec verify`: whether CPAN published a file, by a proof beside it or by the log. */

import { basename, resolve } from 'node:path';
import { printable, printableJson } from '../base/index.ts';
import { mirrorPathIn, typedMirrorPath } from '../cpan/index.ts';
import { diskFiles, IoError, nodeSha256Into, readFile } from '../io/index.ts';
import {
  type Command,
  EXIT,
  type ExitStatus,
  facts,
  grouped,
  type Terminal,
  type Typed,
  usage,
} from '../terminal/index.ts';
import {
  type FileEntry,
  type FileInHand,
  type FileVerdict,
  judgeByLog,
  judgeByProof,
  MAX_PROOF,
  type PlacedFile,
  type Policy,
  parseProof,
} from '../transparency/index.ts';
import {
  type AskedLog,
  askLog,
  chosenPolicy,
  LOG_OPTIONS,
  nextFor,
  secondsNow,
  signatureOps,
} from './log-place.ts';
import { holdToSeen } from './log-seen.ts';
import { goesOnFrom } from './log-verify.ts';
import { entriesOf, nameOf, timeOf, witnessFacts, witnessWords } from './log-words.ts';
import { digestOf } from './own-index.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'check that CPAN published a file, by the transparency log',
  operands: 'FILE…',
  description: `Says whether these bytes are the ones that were logged for FILE, for everyone to
see: at which path of CPAN, as which entry, and which witnesses vouch for that.

A proof beside FILE (FILE.tlog-proof, made by log prove) is enough, without any
network. --log ADDRESS asks the log, as well where there is a proof. Whose signatures count says
--policy, --key, or the file log-policy in the directory of your index.

Anybody may upload a file of any name. Where FILE is from says its own path, or
--path; without, a name counts that the log, when it is asked, has once.

Exits 1 for a file that is not what was logged, or a proof that does not hold;
3 where nothing can be said: no proof, not logged, no path, too few witnesses;
and for an index, an advisory or a manifest of which the log has a newer one.`,
  options: [
    ...LOG_OPTIONS,
    { name: 'proof', value: 'FILE', help: 'the proof, where it is not FILE.tlog-proof' },
    {
      name: 'path',
      value: 'PATH',
      help: 'where FILE is from, authors/id/…; default: what its own path says',
    },
    { name: 'json', help: 'print JSON' },
  ],
  examples: [
    [
      'cpansec verify Foo-1.0.tar.gz --path authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz',
      'by Foo-1.0.tar.gz.tlog-proof, offline',
    ],
    ['cpansec verify *.tar.gz --log https://security.example.org/log/', 'by the log'],
    ['cpansec verify mirror/authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz --log log', 'at that path and no other'],
  ],
  async run(typed, terminal) {
    const { operands } = typed;
    if (operands.length === 0) throw usage('verify needs a file', 'cpansec verify --help has examples');
    for (const one of ['proof', 'path'])
      if (typed.flag(one) && operands.length > 1) throw usage(`--${one} is of one file`);
    const policy = chosenPolicy(typed, terminal);
    const log = once(() => askLog(typed, terminal));
    const files: Judged[] = [];
    for (const file of operands) files.push(await judge(file, { typed, terminal, policy, log }));
    if (typed.flag('json'))
      terminal.out(`${printableJson({ format: 'cpansec-verify/1', files: files.map(factsJson) })}\n`);
    else for (const judged of files) terminal.out(textOf(judged));
    return worst(files);
  },
};

const PROOF = '.tlog-proof';

/** Nothing was found that could be judged. */
interface Unproven {
  readonly verdict: 'no-proof';
}

interface Judged extends FileInHand {
  readonly file: string;
  readonly by: 'proof' | 'log' | null;
  /** How old the cosignatures of the log are that was asked, when they are old. */
  readonly age?: string;
  readonly result: FileVerdict | Unproven;
}

interface Judging {
  readonly typed: Typed;
  readonly terminal: Terminal;
  readonly policy: Policy;
  readonly log: () => Promise<AskedLog>;
}

async function judge(file: string, judging: Judging): Promise<Judged> {
  const { typed, log } = judging;
  const path = pathTyped(typed) ?? mirrorPathIn(resolve(file));
  const hand = { file, name: basename(file), sha256: digestOfFile(file), path };
  const proof = proofOf(file, typed.value('proof'));
  const asked = typed.flag('log') ? await log() : null;
  const byProof = proof === null ? null : await judgedByProof(hand, proof, { ...judging, asked });
  if (asked === null) return byProof ?? { ...hand, by: null, result: { verdict: 'no-proof' } };
  const result = await orNoAnswer(() => judgeByLog(hand, asked.view));
  const age = asked.age === null ? {} : { age: asked.age };
  return ofBoth(byProof, { ...hand, by: 'log', ...age, result });
}

type Hand = FileInHand & Pick<Judged, 'file'>;

/** What the proof is of must be the log that was seen here, and that is asked. */
async function judgedByProof(
  hand: Hand,
  proof: Uint8Array,
  { typed, terminal, policy, asked }: Judging & { readonly asked: AskedLog | null },
): Promise<Judged> {
  const ops = { ...signatureOps(), hash: nodeSha256Into, now: secondsNow() };
  const result = await judgeByProof(hand, proof, policy, ops);
  if (result.verdict !== 'unproved') {
    const { checkpoint } = parseProof(new TextDecoder().decode(proof));
    if (asked === null) holdToSeen(checkpoint, terminal);
    else await goesOnFrom(checkpoint, typed.value('proof') ?? `${hand.file}${PROOF}`, asked);
  }
  return { ...hand, by: 'proof', result };
}

/**
 * The worse of the two; but what a lookup does not name is nothing against a proof, and only the log knows whether
 * a name is of one path.
 */
function ofBoth(byProof: Judged | null, byLog: Judged): Judged {
  if (byProof === null || byProof.result.verdict === 'path-unknown') return byLog;
  if (byLog.result.verdict === 'not-logged') return byProof;
  const [first, second] = [byLog, byProof].map(({ result }) => WORST_FIRST.indexOf(statusOf(result)));
  return (second ?? 0) < (first ?? 0) ? byProof : byLog;
}

function pathTyped(typed: Typed): string | null {
  const text = typed.value('path');
  const path = text === undefined ? null : typedMirrorPath(text);
  if (text !== undefined && path === null)
    throw usage(
      `--path is no path on CPAN: ${printable(text)}`,
      'authors/id/E/EX/EXAMPLE/…, or the address of a mirror that ends in it',
    );
  return path;
}

/** What was found of other files is told all the same. */
async function orNoAnswer(ask: () => Promise<FileVerdict>): Promise<FileVerdict> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    return { verdict: 'unproved', code: 'missing', problem: cause.message };
  }
}

function digestOfFile(file: string): string {
  try {
    const kind = diskFiles().kind(file);
    if (kind === 'directory') throw usage(`${printable(file)} is a directory`, 'name the files in it');
    const digest = kind === 'file' ? digestOf(file) : null;
    if (digest === null) throw usage(`there is no file ${printable(file)}`);
    return digest;
  } catch (cause) {
    if (cause instanceof IoError) throw usage(cause.message);
    throw cause;
  }
}

function proofOf(file: string, given: string | undefined): Uint8Array | null {
  const path = given ?? `${file}${PROOF}`;
  if (given === undefined && diskFiles().kind(path) === null) return null;
  try {
    return readFile(path, MAX_PROOF);
  } catch (cause) {
    if (cause instanceof IoError) throw usage(cause.message);
    throw cause;
  }
}

function factsJson({ result, ...file }: Judged): unknown {
  const { verdict, ...evidence } = result;
  const witnesses = 'witnesses' in result ? { witnesses: witnessFacts(result.witnesses) } : {};
  return { ...file, verdict, ...evidence, ...witnesses };
}

type Verdict = Judged['result']['verdict'];

const HEADLINES: Readonly<Record<Verdict, string>> = {
  logged: 'is what was logged',
  superseded: 'is older than what the log has: it was logged',
  'path-unknown': 'could not be verified: it was logged',
  'other-name': 'IS ANOTHER FILE: these bytes were logged',
  'other-digest': 'IS NOT WHAT WAS LOGGED: the log has other bytes',
  conflict: 'CANNOT BE TRUSTED: the log has two digests',
  'not-logged': 'could not be verified: the log names no such file',
  'no-proof': 'could not be verified: there is no proof beside it, and no log was asked',
  unproved: 'could not be verified',
};

function textOf(judged: Judged): string {
  const { file, sha256, result } = judged;
  const title = `${printable(file)} ${headline(result, sha256)}\n`;
  const next = nextOf(judged);
  const rows: [string, string][] = [['  sha256', sha256], ...factsOf(judged)];
  return `${title}${facts(next === null ? rows : [...rows, ['  next', next]])}\n`;
}

function headline(result: Judged['result'], sha256: string): string {
  const { verdict } = result;
  if (verdict === 'unproved' && statusOf(result) === EXIT.finding)
    return 'IS NOT PROVED: proof or log do not hold';
  const shown = shownOf(result);
  if (shown === null) return HEADLINES[verdict];
  const { entry } = shown;
  const words = verdict === 'not-logged' ? nearWords(entry, sha256) : HEADLINES[verdict];
  return 'path' in entry ? `${words} at ${printable(entry.path)}` : `${words} as ${nameOf(entry)}`;
}

function nearWords(entry: FileEntry, sha256: string): string {
  const what = entry.sha256 === sha256 ? 'these bytes elsewhere,' : 'other bytes under this name,';
  return `could not be verified: the log has ${what}`;
}

/** The entry of which there is something to say. */
function shownOf(result: Judged['result']): PlacedFile | null {
  if (result.verdict === 'not-logged') return result.near;
  return 'entry' in result ? result : null;
}

/** Null where nothing is left to do. */
function nextOf({ path, by, result }: Judged): string | null {
  switch (result.verdict) {
    case 'logged':
      return null;
    case 'path-unknown':
      return '--path says where it is from: others may have logged a file of this name';
    case 'other-name':
    case 'other-digest':
      return path === null
        ? 'do not use it, unless --path says that it is from elsewhere'
        : 'do not use it; get the file again, from another mirror';
    case 'superseded':
      return 'get the newer one, unless it is the older one that is meant';
    case 'conflict':
      return 'do not use it; tell its author and whoever runs the log';
    case 'not-logged':
      if (path === null && result.near !== null) return '--path says which file is meant';
      return `it may be too new, or was not on CPAN${path === null ? '; --path says where it is from' : ''}`;
    case 'no-proof':
      return 'cpansec log prove makes a proof; --log ADDRESS asks a log';
    case 'unproved':
      return by === 'proof'
        ? (OF_PROOF[result.code] ?? 'get its proof again: cpansec log prove makes one')
        : nextFor(result.code);
  }
}

const OF_PROOF: Readonly<Record<string, string>> = {
  signature: 'the policy names another log or key than the proof: ask whoever gave you the one or the other',
  quorum: 'set the clock if it is behind; else get a newer proof: cpansec log prove makes one',
};

function factsOf({ result, by, age }: Judged): [string, string][] {
  if (result.verdict === 'no-proof') return [];
  if (result.verdict === 'unproved') return [['  because', printable(result.problem)]];
  const { origin, size, witnesses } = result;
  const log: [string, string][] = [
    ['  log', `${origin}, ${entriesOf(size)}, ${by === 'proof' ? 'by its proof' : 'asked now'}`],
    ['  witnesses', witnessWords(witnesses)],
    ...(age === undefined ? [] : [['  age', age] as [string, string]]),
  ];
  const shown = shownOf(result);
  return shown === null ? log : [...entryFacts(result, shown), ...log];
}

function entryFacts(result: Judged['result'], { entry, index }: PlacedFile): [string, string][] {
  const rows: [string, string][] = [
    ['  logged', `${nameOf(entry)}, as entry ${grouped(index)}${otherWords(result)}`],
  ];
  if (['other-digest', 'not-logged'].includes(result.verdict)) rows.push(['  with', entry.sha256]);
  rows.push(['  public', publicWords(timeOf(entry), 'source' in entry ? entry.source : null)]);
  if (result.verdict === 'superseded') rows.push(['  newer', newerWords(result.newer)]);
  if (result.verdict === 'logged' && result.removal !== null)
    rows.push(['  removed', placedWords(result.removal.removed, result.removal.index)]);
  return rows;
}

function otherWords(result: Judged['result']): string {
  return result.verdict === 'conflict' ? ` and ${grouped(result.other)}` : '';
}

function newerWords({ entry, index }: PlacedFile): string {
  return `${nameOf(entry)}, ${placedWords(timeOf(entry), index)}`;
}

function placedWords(time: string | null, index: number): string {
  return `${time ?? 'when is not known'}, as entry ${grouped(index)}`;
}

const SAYS: Readonly<Record<string, string>> = {
  pause: 'says PAUSE',
  mirror: 'says a mirror',
  publisher: 'says who published it',
  backfill: 'and logged later',
};

/** What the log vouches for is that witnesses saw the entry; when it became public is what its source says. */
function publicWords(time: string | null, source: string | null): string {
  return [time ?? 'when is not known', SAYS[source ?? '']].filter((part) => part !== undefined).join(', ');
}

function worst(files: readonly Judged[]): ExitStatus {
  const found = new Set(files.map(({ result }) => statusOf(result)));
  return WORST_FIRST.find((status) => found.has(status)) ?? EXIT.clean;
}

const WORST_FIRST: readonly ExitStatus[] = [EXIT.finding, EXIT.index, EXIT.unknown, EXIT.clean];

function statusOf(result: Judged['result']): ExitStatus {
  switch (result.verdict) {
    case 'logged':
      return EXIT.clean;
    case 'superseded':
    case 'path-unknown':
    case 'not-logged':
    case 'no-proof':
      return EXIT.unknown;
    case 'unproved':
      if (result.code === 'missing') return EXIT.index;
      return result.code === 'quorum' ? EXIT.unknown : EXIT.finding;
    default:
      return EXIT.finding;
  }
}

/** Made when it is first asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
