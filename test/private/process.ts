/** `cpansec-desk desk` as a process of its own, asked over the network of this machine. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Given } from '../given-desk.ts';
import { freePort } from '../port.ts';
import { type Ask, ORIGIN } from './given.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = ['--conditions=source', '--import', './scripts/jsx.ts', 'desk/cli/main.ts', 'desk'];

export interface DeskProcess {
  readonly ask: Ask;
  /** What it wrote to standard error so far. */
  log(): string;
  /** Says it shall end, and waits until it has. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export async function deskProcess(t: TestContext, { address, masterKey }: Given): Promise<DeskProcess> {
  const port = await freePort();
  const options = ['--database', address, '--master-key', masterKey, '--origin', ORIGIN, '--port', `${port}`];
  const child = spawn(process.execPath, [...program, ...options], { cwd: root });
  t.after(() => void child.kill('SIGKILL'));
  const written: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => void written.push(text));
  const answers = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  const ended = once(child, 'close').then(() => assert.fail(`it ended: ${written.join('')}`));
  ended.catch(() => {});
  await Promise.race([answers, ended]);
  return {
    ask: asking(`http://127.0.0.1:${port}`),
    log: () => written.join(''),
    end: (signal) => end(child, signal),
  };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

function asking(base: string): Ask {
  return async (who, method, url, { headers = {}, json, payload } = {}) => {
    const body = json === undefined ? payload : JSON.stringify(json);
    const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
    const from: Record<string, string> = method === 'POST' ? { origin: ORIGIN } : {};
    const response = await fetch(`${base}${url}`, {
      method,
      redirect: 'manual',
      headers: { ...from, ...type, ...who.headers, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
    const told = Object.fromEntries(response.headers);
    return {
      status: response.status,
      body: Buffer.from(await response.arrayBuffer()).toString('latin1'),
      headers: told,
    };
  };
}
