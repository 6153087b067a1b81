/**
 * One side of a conversation over a socket, as its lines: `> text` is said, `< text` is expected to begin the line
 * that the other side says (of several lines, `250-`, the last), `<.` reads to a line with a dot, `cut` drops the
 * connection, `wait` waits until the other side does. Bytes are said as they are.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { after } from 'node:test';

export type Script = readonly (string | Uint8Array)[];

/** Speaks the script; gives what the other side said. Throws where it says something else or nothing for 10 s. */
export async function talk(socket: Socket, script: Script): Promise<string[]> {
  socket.on('error', () => {});
  const lines = linesOf(socket);
  const heard: string[] = [];
  for (const step of script) {
    if (typeof step !== 'string') socket.write(step);
    else if (step === 'cut') socket.destroy();
    else if (step === 'wait') await ended(lines);
    else if (step.startsWith('> ')) socket.write(`${step.slice(2)}\r\n`);
    else heard.push(await heardAs(lines, step));
  }
  return heard;
}

/** A server on this machine that speaks the scripts to its connections, one after another. */
export async function scripted(
  ...scripts: readonly Script[]
): Promise<{ port: number; heard: Promise<string[]> }> {
  const done: Promise<string[]>[] = [];
  let first: (heard: Promise<string[]>) => void;
  const heard = new Promise<string[]>((resolve) => {
    first = (promise) => promise.then(resolve, (error: Error) => resolve([error.message]));
  });
  const server = createServer((socket) => {
    const talked = talk(socket, scripts[done.length] ?? ['cut']);
    talked.catch(() => socket.destroy());
    if (done.push(talked) === 1) first(talked);
  });
  return { port: await listening(server), heard };
}

/** The port of a server that ends with the test, its connections too: one left open keeps the whole run from its end. */
export async function listening(server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => open.add(socket.once('close', () => open.delete(socket))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

/** Speaks the script to a server. */
export async function talkTo(port: number, script: Script, host = '127.0.0.1'): Promise<string[]> {
  const socket = connect(port, host);
  try {
    return await talk(socket, script);
  } finally {
    socket.destroy();
  }
}

async function ended(lines: AsyncIterator<string>): Promise<void> {
  // A reset is an end too.
  const next = () => lines.next().catch(() => ({ done: true }));
  while ((await next()).done !== true);
}

async function heardAs(lines: AsyncIterator<string>, step: string): Promise<string> {
  const late = AbortSignal.timeout(10_000);
  const silence = once(late, 'abort').then(() => assert.fail(`nothing was said for: ${step}`));
  return Promise.race([matching(lines, step), silence]);
}

async function matching(lines: AsyncIterator<string>, step: string): Promise<string> {
  const expected = step.slice(2);
  for (;;) {
    const { value, done } = await lines.next();
    assert.ok(done !== true, `the connection ended at: ${step}`);
    if (step === '<.' ? value === '.' : !/^\d{3}-/.test(value)) {
      assert.ok(step === '<.' || value.startsWith(expected), `expected ${expected}, heard ${value}`);
      return value;
    }
  }
}

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    const parts = (rest + (chunk as Buffer).toString('latin1')).split('\r\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
