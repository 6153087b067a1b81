/** `cpansec log verify`: what a log signed, that it took nothing back, and with `--full` all that it holds. */

import { printable, printableJson, toBase64 } from '../base/index.ts';
import { IoError, nodeSha256Into, readFile } from '../io/index.ts';
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
import {
  checkLog,
  checkpointSignedBy,
  checkSplitView,
  compareCheckpoints,
  decodeSplitView,
  type LogFault,
  TransparencyError,
} from '../transparency/index.ts';
import { type AskedLog, about, askLog, chosenPolicy, signatureOps, unpack } from './log-place.ts';
import { keepEvidence } from './log-seen.ts';
import { entriesOf, viewFacts, witnessFacts } from './log-words.ts';

const MAX_FILE = 4 * 1024 * 1024;

export async function logVerify(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const evidence = typed.value('evidence');
  if (evidence !== undefined) return checkEvidence(evidence, typed, terminal);
  const [address, ...more] = typed.operands;
  if (more.length > 0) throw usage('log verify takes one address');
  const asked = await askLog(typed, terminal, address);
  for (const file of typed.values('old')) await goesOnFromFile(file, asked);
  const faults = typed.flag('full') ? await checkAll(asked, terminal) : [];
  terminal.out(typed.flag('json') ? reportJson(asked, faults) : report(asked, faults, typed));
  return faults.length === 0 ? EXIT.clean : EXIT.finding;
}

/** A checkpoint that somebody kept: the log must go on from it. */
async function goesOnFromFile(file: string, asked: AskedLog): Promise<void> {
  const note = new TextDecoder().decode(readTyped(file));
  await about(file, () => checkpointSignedBy(note, asked.policy.logs, signatureOps()));
  await goesOnFrom(note, file, asked);
}

/** The log must go on from a checkpoint of it, out of that file. Ends the command where it does not. */
export async function goesOnFrom(
  note: string,
  file: string,
  { view, place, remembered }: AskedLog,
): Promise<void> {
  const continuity = await about(place, () => compareCheckpoints(view, note));
  if (continuity.kind === 'grown') return;
  const problem = `${view.checkpoint.origin} does not go on from ${file}`;
  if (continuity.kind === 'older')
    throw new Stop(EXIT.unknown, `${problem}: it shows fewer entries`, 'ask another mirror, or again later');
  const kept = keepEvidence(continuity.evidence, remembered.directory);
  throw new Stop(EXIT.finding, `${problem}: the two contradict each other`, `keep ${kept} and publish it`);
}

function checkAll({ view, place }: AskedLog, terminal: Terminal): Promise<LogFault[]> {
  const { checkpoint, fetch } = view;
  return about(place, () =>
    checkLog({
      fetch,
      gunzip: unpack,
      hash: nodeSha256Into,
      checkpoint,
      progress: (done, size) => terminal.progress(`checking entry ${grouped(done)} of ${grouped(size)}`),
    }),
  );
}

function report({ view, age, remembered }: AskedLog, faults: readonly LogFault[], typed: Typed): string {
  const { before } = remembered;
  const seen =
    before === null
      ? 'not seen here before'
      : `${entriesOf(before.size)} were seen here before; nothing of them was taken back`;
  const all = typed.flag('full')
    ? 'every entry, bundle and tile'
    : 'its checkpoint; --full checks every entry';
  const checked =
    faults.length === 0 ? all : `${all}; ${counted(faults.length, 'file')} not as the log signed`;
  const ageRow: [string, string][] = age === null ? [] : [['age', age]];
  const lines = faults.map(({ file, problem }) => `${printable(file)}: ${printable(problem)}\n`);
  return `${facts([...viewFacts(view), ...ageRow, ['before', seen], ['checked', checked]])}${lines.join('')}`;
}

function reportJson({ view, remembered }: AskedLog, faults: readonly LogFault[]): string {
  const { origin, size, root } = view.checkpoint;
  const witnesses = witnessFacts(view.witnesses);
  const before = remembered.before?.size ?? null;
  const format = 'cpansec-log/1';
  return `${printableJson({ format, origin, size, root: toBase64(root), witnesses, before, faults })}
`;
}

/** Two checkpoints that contradict each other are a finding, whoever shows them. */
async function checkEvidence(file: string, typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  if (typed.operands.length > 0)
    throw usage('log verify --evidence FILE asks no log, so it takes no address');
  const { logs } = chosenPolicy(typed, terminal);
  const bytes = readTyped(file);
  try {
    const view = decodeSplitView(bytes);
    const ops = { ...signatureOps(), hash: nodeSha256Into };
    const { smaller, larger } = await checkSplitView(view, logs, ops);
    terminal.out(
      `${larger.origin} signed two trees that contradict each other, of ${entriesOf(smaller.size)} and of ${entriesOf(larger.size)}.\n`,
    );
    return EXIT.finding;
  } catch (cause) {
    if (!(cause instanceof TransparencyError)) throw cause;
    throw new Stop(EXIT.unknown, printable(`${file} proves nothing: ${cause.message}`), undefined, { cause });
  }
}

function readTyped(file: string): Uint8Array {
  try {
    return readFile(file, MAX_FILE);
  } catch (cause) {
    if (cause instanceof IoError) throw usage(cause.message);
    throw cause;
  }
}
