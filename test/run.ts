/**
 * Runs the tests: `npm test`, `npm test -- toolkit/cpan` for one room, `npm run soak` for the long sizes.
 * Prints failures whole, skips by name, and `N passed, N failed, N skipped` as the last line.
 */
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { build } from '../scripts/build.ts';

const args = process.argv.slice(2);
if (args.includes('--soak')) process.env.CPANSEC_SOAK = '1';
const wanted = args.filter((arg) => !arg.startsWith('--'));

const files = globSync(['{toolkit,desk,test,bench,scripts}/**/*.test.ts', '{toolkit,desk}/**/*.test.tsx'])
  .filter((file) => !/node_modules|\/dist\//.test(file))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.startsWith(part)))
  .sort();

if (files.length === 0) {
  console.error(`no test file under ${wanted.join(', ')}`);
  process.exit(2);
}

await build();

const counts = { passed: 0, failed: 0, skipped: 0 };
const skips: string[] = [];
const terminal = process.stderr.isTTY === true;

/** When no test ends for so long, one hangs: what runs is named, and the run has failed. */
const SILENCE_MS = (args.includes('--soak') ? 120 : 10) * 60_000;
const running = new Set<string>();
const nameOf = (event: { name: string; file?: string | undefined; line?: number | undefined }): string =>
  `${relative(process.cwd(), event.file ?? '')}:${event.line ?? 0} ${event.name}`;
const watch = setTimeout(() => {
  const held = process.getActiveResourcesInfo().join(' ');
  console.log(`FAIL nothing ended in ${SILENCE_MS / 60_000} minutes; still open: ${held}; still running:`);
  console.log([...running, ''].join('\n'));
  console.log(`${counts.passed} passed, ${counts.failed + 1} failed, ${counts.skipped} skipped`);
  process.exit(1);
}, SILENCE_MS);

const stream = run({ files, isolation: 'none', concurrency: true });
stream.on('test:dequeue', (event) => {
  running.add(nameOf(event));
});
stream.on('test:complete', (event) => {
  running.delete(nameOf(event));
  watch.refresh();
});
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return;
  if (event.skip === undefined || event.skip === false) counts.passed++;
  else {
    counts.skipped++;
    skips.push(`${event.name}${typeof event.skip === 'string' ? `: ${event.skip}` : ''}`);
  }
  if (terminal) process.stderr.write(`\r\x1b[K${counts.passed} passed  ${event.name.slice(0, 60)}`);
});
stream.on('test:fail', (event) => {
  // A suite fails with its tests, which were counted.
  if (event.details.type === 'suite') return;
  counts.failed++;
  const cause = event.details.error.cause ?? event.details.error;
  console.log(`${terminal ? '\r\x1b[K' : ''}FAIL ${event.file ?? ''} ${event.name}\n${inspect(cause)}\n`);
});
stream.on('test:diagnostic', (event) => {
  if (event.message.startsWith('seed')) console.log(event.message);
});
stream.on('test:stdout', (event) => process.stdout.write(event.message));
stream.on('end', () => {
  clearTimeout(watch);
  if (terminal) process.stderr.write('\r\x1b[K');
  for (const skip of skips) console.log(`skipped ${skip}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
});
stream.resume();
