import { printable, printableJson, toBase64 } from 'cpansec/base';
import { now } from 'cpansec/io';
import {
  type Command,
  counted,
  EXIT,
  type ExitStatus,
  facts,
  grouped,
  type Terminal,
  type Typed,
  usage,
  verbOf,
} from 'cpansec/terminal';
import { type Added, type Checkpoint, type Publishing, TransparencyError } from 'cpansec/transparency';
import {
  announceKeys,
  fsckLog,
  HINTS,
  initLog,
  type LogConfig,
  type LogStatus,
  logSigners,
  logStatus,
  retireKey,
  statusMetrics,
  withLog,
} from '../transparency/index.ts';
import { explained } from './exit.ts';
import { LOG_OPTION, logOf } from './log-option.ts';

interface Call {
  readonly config: LogConfig;
  readonly typed: Typed;
  readonly terminal: Terminal;
}

const verbs = [
  { name: 'init', operands: '', run: init },
  { name: 'status', operands: '', run: status },
  { name: 'publish', operands: '', run: publish },
  { name: 'fsck', operands: '', run: fsck },
  { name: 'keys', operands: '', run: keys },
  { name: 'retire', operands: 'ID', run: retire },
  { name: 'hints', operands: '', run: hints },
] as const;

export const logCommand: Command = {
  name: 'log',
  summary: 'keep the transparency log',
  operands: 'VERB',
  description: `init makes a log, with its keys and a policy where there are none. status says what was
signed, what everybody sees and who witnessed it; it exits 1 when the policy does not
accept that. publish asks the witnesses again for what was signed last. fsck recomputes
the whole log from its entries and compares every file that is served; it exits 1 when
anything is wrong. keys tells the log which keys of the configuration sign; retire ID
says that a key signs no more, which has to be out of the configuration by then. hints
makes lookups and proofs anew, and exits 1 when some cannot be made.
What is published is logged by publish, desk and follow, with --log.`,
  options: [
    LOG_OPTION,
    { name: 'revoked', help: 'retire: the key was stolen or lost' },
    { name: 'json', help: 'print JSON' },
    { name: 'metrics', help: 'status: print what a monitor collects, as Prometheus reads it' },
  ],
  examples: [
    ['cpansec-desk log init --log log.json', 'a new log'],
    ['cpansec-desk log status --log log.json', 'how it stands'],
    ['cpansec-desk log status --log log.json --metrics > log.prom', 'for a monitor'],
    ['cpansec-desk log fsck --log log.json', 'everything of it, from its entries'],
    ['cpansec-desk log retire 0123abcd --log log.json', 'after a new key has taken over'],
  ],
  async run(all, terminal) {
    const { verb, typed } = verbOf('log', verbs, all);
    return explained('what everybody sees stays as it was', () =>
      verb.run({ config: logOf(typed), typed, terminal }),
    );
  },
};

async function init({ config, terminal }: Call): Promise<ExitStatus> {
  const checkpoint = await initLog(config, { env: terminal.env });
  const signers = await logSigners(config);
  terminal.out(
    facts([
      ['log', config.origin],
      ['entries', grouped(checkpoint.size)],
      ['keys', signers.map(({ verifier }) => verifier.id).join(', ')],
      ['policy', `${config.policy}: name witnesses and a quorum in it`],
      ['state', `${config.state}: never put it into a backup, nor back from one`],
    ]),
  );
  return EXIT.clean;
}

async function status({ config, typed, terminal }: Call): Promise<ExitStatus> {
  const found = await logStatus(config, terminal.env);
  if (typed.flag('metrics')) terminal.out(statusMetrics(found));
  else if (typed.flag('json')) terminal.out(`${printableJson(jsonOf(found))}\n`);
  else terminal.out(textOf(found));
  return found.problem === null ? EXIT.clean : EXIT.finding;
}

async function publish({ config, terminal }: Call): Promise<ExitStatus> {
  const done = await withLog(config, { env: terminal.env }, ({ log }) => log.publish());
  terminal.out(publishedText(done));
  return done.met ? EXIT.clean : EXIT.finding;
}

async function fsck({ config, typed, terminal }: Call): Promise<ExitStatus> {
  const { faults, checkpoint } = await fsckLog(config, terminal.env, (done, size) =>
    terminal.progress(`${grouped(done)} of ${counted(size, 'entry', 'entries')}`),
  );
  if (typed.flag('json')) terminal.out(`${printableJson({ ...shown(checkpoint), faults })}\n`);
  else {
    const wrong = faults.map(({ file, problem }) => `${printable(`${file}: ${problem}`)}\n`);
    const found = faults.length === 0 ? 'nothing' : counted(faults.length, 'fault');
    terminal.out(`${wrong.join('')}${facts([...rowsOf(checkpoint), ['wrong', found]])}`);
  }
  return faults.length === 0 ? EXIT.clean : EXIT.finding;
}

async function keys({ config, terminal }: Call): Promise<ExitStatus> {
  const signers = await logSigners(config);
  return withLog(config, { env: terminal.env }, async ({ log }) => {
    const added = await announceKeys(log, signers);
    terminal.out(facts(signers.map(({ verifier }, i) => [verifier.id, placeOf(added[i])])));
    return toldOf(log.publishing, terminal);
  });
}

async function retire({ config, typed, terminal }: Call): Promise<ExitStatus> {
  const [id = ''] = typed.operands;
  if (!/^[0-9a-f]{8}$/.test(id)) throw usage('the id of a key has 8 hexadecimal digits');
  const signers = await logSigners(config);
  const act = typed.flag('revoked') ? 'revoked' : 'retired';
  const from = now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  return withLog(config, { env: terminal.env }, async (kept) => {
    const added = await retireKey(kept, signers, { id, act, from });
    terminal.out(facts([[id, placeOf(added)]]));
    return toldOf(kept.log.publishing, terminal);
  });
}

async function hints({ config, terminal }: Call): Promise<ExitStatus> {
  let complete = true;
  const warn = (words: string): void => {
    complete = false;
    terminal.err(`cpansec-desk: ${printable(words)}\n`);
  };
  const size = await withLog(config, { env: terminal.env, warn }, async ({ log, store }) => {
    await store.remove([HINTS, ...(await store.list('lookup/'))]);
    return log.published?.size ?? 0;
  });
  if (!complete) return EXIT.finding;
  terminal.out(facts([['hints', `of ${counted(size, 'entry', 'entries')}`]]));
  return EXIT.clean;
}

/** That not everybody sees it yet. */
function toldOf(publishing: Publishing | null, terminal: Terminal): ExitStatus {
  if (publishing === null || publishing.met) return EXIT.clean;
  terminal.err(`cpansec-desk: ${publishedText(publishing)}`);
  return EXIT.finding;
}

function placeOf(added: Added | undefined): string {
  if (added === undefined) throw new TransparencyError('missing', 'the log did not say where it is');
  return `entry ${grouped(added.index)}${added.duplicate ? ', as before' : ''}`;
}

function rowsOf({ size, root }: Checkpoint): [string, string][] {
  return [
    ['entries', grouped(size)],
    ['root', toBase64(root)],
  ];
}

function shown({ origin, size, root }: Checkpoint): Readonly<Record<string, string | number>> {
  return { origin, size, root: toBase64(root) };
}

function jsonOf({ signed, published, ...rest }: LogStatus): unknown {
  return {
    ...rest,
    signed: signed === null ? null : { ...shown(signed), time: signed.time },
    published: published === null ? null : shown(published),
  };
}

function textOf({ origin, signed, published, witnesses, problem, keys }: LogStatus): string {
  const seen = witnesses.map(({ name, time }): [string, string] => [
    'witness',
    `${name}, ${new Date(time * 1000).toISOString()}`,
  ]);
  return facts([
    ['log', origin],
    [
      'signed',
      signed === null ? 'nothing' : `${grouped(signed.size)}, ${new Date(signed.time).toISOString()}`,
    ],
    ['published', published === null ? 'nothing' : grouped(published.size)],
    ...(seen.length === 0 ? [['witness', 'none'] as const] : seen),
    ['keys', keys.join(', ')],
    ['problem', problem === null ? 'none' : printable(problem)],
  ]);
}

function publishedText({ published, met, missing, answers }: Publishing): string {
  const said = answers.map(({ name, outcome, why }): [string, string] => [
    name,
    printable(why === '' ? outcome : `${outcome}: ${why}`),
  ]);
  const what = met ? 'published' : `the last good checkpoint stays: ${printable(missing)}`;
  return `${what}\n${facts([['entries', grouped(published?.size ?? 0)], ...said])}`;
}
