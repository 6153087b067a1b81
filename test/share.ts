/** Runs test files in this process and tells the one that started it what becomes of each test. */
import { relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { soaking } from './sizes.ts';

/** What became of a test; the detail is why it failed or was skipped. */
export interface Outcome {
  readonly kind: 'passed' | 'failed' | 'skipped';
  readonly name: string;
  readonly detail: string;
}

interface Named {
  readonly name: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

const tell = (outcome: Outcome): unknown => process.send?.(outcome);
const fileOf = ({ file = '' }: Named): string => relative(process.cwd(), file);

/** When no test ends for so long, one hangs, or left something open: what it is is told, and the run has failed. */
const SILENCE_MS = (soaking ? 120 : 10) * 60_000;
const running = new Set<string>();
const nameOf = (event: Named): string => `${fileOf(event)}:${event.line ?? 0} ${event.name}`;
const watch = setTimeout(() => {
  const open = process.getActiveResourcesInfo().join(' ');
  const detail = `still open: ${open}; still running: ${[...running].join(', ') || 'none'}`;
  tell({ kind: 'failed', name: `nothing ended in ${SILENCE_MS / 60_000} minutes`, detail });
  process.disconnect();
  process.exit(1);
}, SILENCE_MS).unref();

// Without the one that asked nobody would hear what becomes of the tests.
const abandoned = (): never => process.exit(1);
process.once('disconnect', abandoned);
process.channel?.unref();

const stream = run({ files: process.argv.slice(2), isolation: 'none' });
stream.on('test:dequeue', (event) => {
  running.add(nameOf(event));
});
stream.on('test:complete', (event) => {
  running.delete(nameOf(event));
  watch.refresh();
});
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return;
  const skipped = event.skip !== undefined && event.skip !== false;
  const detail = typeof event.skip === 'string' ? event.skip : '';
  tell({ kind: skipped ? 'skipped' : 'passed', name: event.name, detail });
});
stream.on('test:fail', (event) => {
  // A suite fails with its tests, which were counted.
  if (event.details.type === 'suite') return;
  const detail = inspect(event.details.error.cause ?? event.details.error);
  tell({ kind: 'failed', name: `${fileOf(event)} ${event.name}`, detail });
});
stream.on('test:diagnostic', (event) => {
  if (event.message.startsWith('seed')) console.log(event.message);
});
stream.on('test:stdout', (event) => process.stdout.write(event.message));
stream.on('end', () => {
  process.off('disconnect', abandoned);
  process.disconnect();
});
stream.resume();
