/**
 * `stopped-writer.ts`: for each line `DIRECTORY N` that it reads, takes the directory over and puts `NEXT N` where
 * something stands, stopping itself before step N of that; then says as JSON what stood there, and why not if it did not.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { createInterface } from 'node:readline';

const STEPS = [
  ...['existsSync', 'readdirSync', 'statSync', 'openSync', 'readSync', 'writeSync'],
  ...['fsyncSync', 'closeSync', 'renameSync', 'rmSync'],
];

/** Steps until it stops; none while it is infinite. */
let left = Number.POSITIVE_INFINITY;
for (const name of STEPS) {
  const real: unknown = Reflect.get(fs, name);
  if (typeof real !== 'function') throw new Error(`no ${name}`);
  Reflect.set(fs, name, (...args: unknown[]) => {
    if (left-- === 0) process.kill(process.pid, 'SIGSTOP');
    return Reflect.apply(real, fs, args);
  });
}
syncBuiltinESMExports();
const { fileStore } = await import('../file-store.ts');

async function put(directory: string, next: string): Promise<{ old?: string | null; error?: string }> {
  let old: string | null | undefined;
  try {
    const store = fileStore(directory);
    old = await store.load('log');
    if (!(await store.swap('log', old, next))) throw new Error('something else stands there');
    return { old };
  } catch (error) {
    return { ...(old === undefined ? {} : { old }), error: String(error) };
  }
}

for await (const line of createInterface(process.stdin)) {
  const [directory = '', step = ''] = line.split(' ');
  left = Number(step);
  const said = await put(directory, `NEXT ${step}`);
  left = Number.POSITIVE_INFINITY;
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
