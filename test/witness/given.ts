/** Witnesses as processes of their own: the command as operators start it, and ones that do not what they must. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  formatNoteSigner,
  formatNoteVerifier,
  type NoteVerifier,
  noteVerifier,
  parseNoteVerifier,
} from '../../toolkit/formats/index.ts';
import { nodeEd25519 } from '../../toolkit/io/index.ts';
import { beginState } from '../../toolkit/witness/index.ts';
import { start } from '../built.ts';

export interface RunningWitness {
  readonly url: string;
  readonly verifier: NoteVerifier;
  readonly process: ChildProcess;
  /** With SIGKILL. */
  kill(): Promise<void>;
}

/**
 * `cpansec witness serve` with a key of its own in the directory, which is made; what it kept there stays. `under` is
 * a wrapper, as `start` takes it.
 */
export async function startWitness(
  directory: string,
  fill: number,
  log: NoteVerifier,
  under: readonly string[] = [],
): Promise<RunningWitness> {
  return running(start(await witnessArgs(directory, fill, log), { under }));
}

/** What is typed for it. */
export async function witnessArgs(directory: string, fill: number, log: NoteVerifier): Promise<string[]> {
  mkdirSync(directory, { recursive: true });
  const seed = new Uint8Array(32).fill(fill);
  const name = `w${fill}.example.org`;
  const verifier = noteVerifier(name, await nodeEd25519.publicKey(seed), 'cosignature');
  const key = join(directory, 'key');
  writeFileSync(key, formatNoteSigner(verifier, seed), { mode: 0o600 });
  const kept = join(directory, 'state');
  if (!existsSync(kept)) beginState(kept);
  const state = ['--state', kept, '--port', '0'];
  return ['witness', 'serve', '--key', key, '--log', formatNoteVerifier(log), ...state];
}

/** One that is slow or lies: `odd-witness.ts`. */
export async function startOdd(fill: number, log: NoteVerifier, behaviour: string): Promise<RunningWitness> {
  const script = fileURLToPath(new URL('odd-witness.ts', import.meta.url));
  const args = ['--conditions=source', script, String(fill), formatNoteVerifier(log), behaviour];
  return running(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** Its first two lines are its address and its key. */
async function running(child: ChildProcess): Promise<RunningWitness> {
  const ended = once(child, 'close');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const lines: string[] = [];
  if (child.stdout === null) throw new Error('a witness without output');
  for await (const line of createInterface(child.stdout)) if (lines.push(line) === 2) break;
  child.stdout.resume();
  const [url = '', vkey = ''] = lines;
  return { url, verifier: parseNoteVerifier(vkey), process: child, kill };
}
