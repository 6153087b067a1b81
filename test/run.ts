/**
 * Runs the tests: `npm test`, `npm test -- toolkit/cpan` for one room, `npm run soak` for the long sizes.
 * Prints failures whole, skips by name, and `N passed, N failed, N skipped` as the last line.
 */
import { globSync } from 'node:fs';
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

const stream = run({ files, isolation: 'none', concurrency: true });
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
  if (terminal) process.stderr.write('\r\x1b[K');
  for (const skip of skips) console.log(`skipped ${skip}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
});
stream.resume();
