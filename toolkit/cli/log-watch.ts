/** `cpansec log watch`: monitors, each going on from where its last run ended. */

import { printable, toHex } from '../base/index.ts';
import { authorFile } from '../cpan/index.ts';
import { fetchWithin, nodeSha256, type Patience } from '../io/index.ts';
import { EXIT, type ExitStatus, grouped, Stop, type Terminal, type Typed, usage } from '../terminal/index.ts';
import {
  type AdvisoryTree,
  type AskedWitness,
  auditLog,
  auditMirror,
  compareCheckpoints,
  type FetchBytes,
  type Finding,
  readCheckpoint,
  reportAtom,
  reportJson,
  reportText,
  staleness,
  verifySignatures,
  type Watch,
  watchAdvisories,
  watchAuthor,
} from '../transparency/index.ts';
import { MANIFEST_PATH, openTree, TreeError } from '../tree/index.ts';
import { type AskedLog, about, addressTyped, askLog, secondsNow, signatureOps } from './log-place.ts';
import { keepEvidence } from './log-seen.ts';
import { instantOf } from './log-words.ts';
import { mirrorAt, missing } from './mirror-place.ts';
import {
  loggedText,
  readLogged,
  readState,
  statePath,
  type WatchState,
  withEarlier,
  writeState,
} from './watch-state.ts';
import { writeOutput } from './write-output.ts';

/** What one run has found, and what the next one needs of it. */
interface Watched {
  readonly findings: readonly Finding[];
  readonly advisories?: WatchState['advisories'];
  readonly manifest?: WatchState['manifest'];
  readonly logged?: WatchState['logged'];
  readonly firsts?: WatchState['firsts'];
  readonly numbers?: WatchState['numbers'];
}

interface Run {
  readonly terminal: Terminal;
  readonly asked: AskedLog;
  readonly state: WatchState | null;
  readonly watch: Watch;
  readonly typed: Typed;
  /** Seconds of this run, and how old a cosignature may be; null where none is expected. */
  readonly now: number;
  readonly fresh: number | null;
}

interface Monitor {
  /** What it is of, for its state and its reports. */
  readonly name: string;
  run(run: Run): Promise<Watched>;
}

/** What most monitors leave of each. */
const NOTHING_LEFT = { advisories: {}, manifest: null, logged: {}, firsts: {}, numbers: {} };

export async function logWatch(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const monitor = monitorOf(typed.operands);
  const asked = await askLog(typed, terminal);
  const path = statePath(asked.remembered.directory, monitor.name);
  const earlier = readState(path);
  const state = typed.flag('full') ? null : earlier;
  const watch = await watchFrom(state, asked, terminal);
  const fresh = freshness(typed, asked);
  const run = { terminal, asked, state, watch, typed, now: secondsNow(), fresh };
  const watched = await about(asked.place, () => monitor.run(run));
  const { findings: _, ...left } = watched;
  // The audit of the log has told it.
  const stale =
    monitor.name === 'log' ? [] : staleness(asked.view, { ...run, ...asked, at: watch.at }, 'unknown');
  const findings = [...watched.findings, ...stale];
  const kept = withEarlier(findings, earlier, typed.flag('full'));
  const { from, at } = watch;
  tell(typed, terminal, { monitor: monitor.name, from, asked, findings, kept: kept.findings, at });
  writeState(path, { checkpoint: asked.view.note, ...NOTHING_LEFT, ...left, ...kept });
  if (findings.some(({ level }) => level === 'found')) return EXIT.finding;
  return findings.length > 0 ? EXIT.unknown : EXIT.clean;
}

/** Entries between two words of how far it is. */
const STEP = 256;

async function watchFrom(
  state: WatchState | null,
  { view, place }: AskedLog,
  terminal: Terminal,
): Promise<Watch> {
  const at = instantOf(secondsNow());
  const progress = (done: number, size: number): void => {
    if (done % STEP === 0 || done === size)
      terminal.progress(`reading entry ${grouped(done)} of ${grouped(size)}`);
  };
  if (state === null) return { from: 0, at, progress };
  const { kind } = await about(place, () => compareCheckpoints(view, state.checkpoint));
  const from = readCheckpoint(state.checkpoint).checkpoint.size;
  if (kind === 'grown') return { from, at, progress };
  const problem = `${place} does not go on from the ${grouped(from)} entries of the last run`;
  throw new Stop(kind === 'split' ? EXIT.finding : EXIT.unknown, problem, 'cpansec log verify says more');
}

interface Told {
  readonly monitor: string;
  readonly from: number;
  readonly asked: AskedLog;
  readonly findings: readonly Finding[];
  readonly kept: readonly Finding[];
  readonly at: string;
}

function tell(typed: Typed, terminal: Terminal, { asked, findings, kept, at, ...report }: Told): void {
  const { origin, size } = asked.view.checkpoint;
  const all = { ...report, origin, size, findings };
  const format = typed.value('format') ?? 'text';
  const text =
    format === 'atom'
      ? reportAtom({ ...all, findings: kept }, at)
      : format === 'json'
        ? reportJson(all)
        : reportText(all);
  const output = typed.value('output');
  if (output === undefined) terminal.out(text);
  else writeOutput(output, text);
}

function monitorOf([kind = '', operand, ...more]: readonly string[]): Monitor {
  if (more.length === 0 && operand !== undefined) {
    if (kind === 'author') return authorMonitor(operand);
    if (kind === 'mirror') return { name: `mirror ${operand}`, run: (run) => runMirror(operand, run) };
    if (kind === 'advisories')
      return { name: `advisories ${operand}`, run: (run) => runAdvisories(operand, run) };
  }
  if (kind === 'log' && operand === undefined) return { name: 'log', run: runLog };
  throw usage('log watch takes author ID, mirror PLACE, advisories ADDRESS, or log');
}

function authorMonitor(id: string): Monitor {
  if (authorFile(`authors/id/${id[0]}/${id.slice(0, 2)}/${id}/x`) === null)
    throw usage(`${printable(id)} is no PAUSE id`, 'capital letters and digits: EXAMPLE');
  return {
    name: `author ${id}`,
    run: async ({ asked, watch }) => ({ findings: await watchAuthor(asked.view, id, watch) }),
  };
}

async function runMirror(typed: string, { asked, state, watch, terminal }: Run): Promise<Watched> {
  const { findings, logged } = await auditMirror(asked.view, {
    ...watch,
    mirror: mirrorAt(addressTyped(typed), asked.net),
    logged: readLogged(state?.logged ?? {}),
    compared: (files) => terminal.progress(`comparing file ${grouped(files)}`),
  });
  return { findings, logged: loggedText(logged) };
}

async function runAdvisories(address: string, { asked, state, watch, typed }: Run): Promise<Watched> {
  const report = await watchAdvisories(asked.view, {
    ...watch,
    tree: await treeAt(addressTyped(address), asked, typed.flag('full')),
    seen: mapOf(state?.advisories ?? {}),
    manifest: state?.manifest ?? null,
    witnessed: state === null ? null : await witnessedBefore(state.checkpoint, asked),
  });
  const seen = [...report.seen].map(([id, { index, revision, sha256, published }]) => [
    id,
    { index, revision, sha256, published },
  ]);
  const { manifest } = report;
  return {
    findings: report.findings,
    advisories: Object.fromEntries(seen),
    manifest: manifest === null ? null : { serial: manifest.serial, sha256: manifest.sha256 },
  };
}

const RECORD = /^advisories\/([^/]+)\.json$/;
const OTHER_FORMS = /\.(?:osv|cve|csaf|openvex|cdx)\.json$/;
const MAX_MANIFEST = 64 * 1024;
const MAX_RECORD = 16 * 1024 * 1024;

/** The records by the manifest; `served`: as they are at their paths, where a reader without a manifest finds them. */
async function treeAt(top: URL, { net }: AskedLog, served: boolean): Promise<AdvisoryTree> {
  const fetch = fetchWithin(top, net);
  const manifest = await fetch(MANIFEST_PATH, MAX_MANIFEST);
  if (manifest === null)
    throw new Stop(EXIT.index, `there is no public tree at ${top.href}: it has no ${MANIFEST_PATH}`);
  try {
    const fixed: FetchBytes = async (path, limit) => (path === MANIFEST_PATH ? manifest : fetch(path, limit));
    const tree = await openTree(fixed, { sha256: nodeSha256 });
    const records = new Map<string, string>();
    for await (const [path, { sha256 }] of tree.files()) {
      const [, id] = RECORD.exec(path) ?? [];
      if (id === undefined || OTHER_FORMS.test(path)) continue;
      const digest = served ? digestOf(await fetch(path, MAX_RECORD)) : sha256;
      if (digest !== null) records.set(id, digest);
    }
    return { serial: tree.manifest.serial, manifest: toHex(nodeSha256(manifest)), records };
  } catch (cause) {
    if (!(cause instanceof TreeError)) throw cause;
    throw new Stop(EXIT.index, printable(`${top.href}: ${cause.message}`), 'try again later', { cause });
  }
}

function digestOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : toHex(nodeSha256(bytes));
}

/** Seconds by which a record may be older than what was seen without it: it is published, then logged. */
const LATE = 24 * 3600;

/** When the first witness saw the log as the last run did, less what a publication takes. */
async function witnessedBefore(checkpoint: string, { policy }: AskedLog): Promise<string | null> {
  const { note } = readCheckpoint(checkpoint);
  const times: number[] = [];
  for (const { verifier } of policy.witnesses)
    for (const { time } of await verifySignatures(note, verifier, signatureOps()))
      if (time !== null) times.push(time);
  return times.length === 0 ? null : instantOf(Math.min(...times) - LATE);
}

async function runLog({ asked, state, watch, now, fresh }: Run): Promise<Watched> {
  const { view, policy, net, remembered } = asked;
  const witnesses = policy.witnesses.flatMap(({ name, verifier, url }): AskedWitness[] =>
    url === null ? [] : [{ name, verifier, fetch: witnessAt(url, net) }],
  );
  const { findings, evidence, logged } = await auditLog(view, {
    ...watch,
    seen: state?.checkpoint ?? null,
    before: state && { firsts: mapOf(state.firsts), numbers: mapOf(state.numbers) },
    witnesses,
    policy,
    now,
    fresh,
    signatures: signatureOps(),
  });
  for (const one of evidence) keepEvidence(one, remembered.directory);
  return {
    findings,
    firsts: Object.fromEntries(logged.firsts),
    numbers: Object.fromEntries(logged.numbers),
  };
}

function mapOf<T>(members: Readonly<Record<string, T>>): Map<string, T> {
  return new Map(Object.entries(members));
}

function freshness(typed: Typed, { policy }: AskedLog): number | null {
  const hours = typed.value('fresh') ?? '24';
  if (!/^[1-9]\d{0,4}$/.test(hours)) throw usage('--fresh is a number of hours');
  return policy.witnesses.length === 0 ? null : Number(hours) * 3600;
}

/** A checkpoint is small: who takes longer does not answer. */
const WITNESS: Patience = { base: 30_000, rate: 100_000 };

/** Who does not answer is told as such; it says nothing of the log. */
export function witnessAt(url: string, net: AskedLog['net'], patience: Patience = WITNESS): FetchBytes {
  const fetch = fetchWithin(addressTyped(url), { ...net, patience: 0 }, patience);
  return async (path, limit) => {
    try {
      return await fetch(path, limit);
    } catch (cause) {
      throw missing(cause);
    }
  };
}
