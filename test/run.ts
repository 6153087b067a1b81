/**
 * Runs the tests: `npm test`, `npm test -- toolkit/cpan` for one room, `npm run soak` for the long sizes. The files are
 * dealt to a few processes, since tests wait a lot: for programs, sockets and browsers. Prints failures whole, skips by
 * name, and `N passed, N failed, N skipped` as the last line.
 */
import { fork } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from '../scripts/build.ts';
import type { Outcome } from './share.ts';

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

// Tests leave no code in the user's cache.
process.env.NODE_DISABLE_COMPILE_CACHE = '1';
await build();
// All processes draw from one seed.
const { seed } = await import('./sizes.ts');
process.env.CPANSEC_SEED = String(seed);

const counts = { passed: 0, failed: 0, skipped: 0 };
const skips: string[] = [];
const terminal = process.stderr.isTTY === true;

function note({ kind, name, detail }: Outcome): void {
  counts[kind]++;
  if (kind === 'skipped') skips.push(detail === '' ? name : `${name}: ${detail}`);
  if (kind === 'failed') console.log(`${terminal ? '\r\x1b[K' : ''}FAIL ${name}\n${detail}\n`);
  if (terminal) process.stderr.write(`\r\x1b[K${counts.passed} passed  ${name.slice(0, 60)}`);
}

/** Files that stand together share much of what they import; tests of the whole stand last and take longest. */
function sharesOf(all: readonly string[]): string[][] {
  const size = Math.max(8, Math.ceil(all.length / 16));
  const shares: string[][] = [];
  for (let i = 0; i < all.length; i += size) shares.unshift(all.slice(i, i + size));
  return shares;
}

/** Gives once the process has ended. One that ends badly without a failed test is a failure by itself. */
function runShare(share: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('./share.ts', import.meta.url)), share);
    let failed = 0;
    child.on('message', (outcome: Outcome) => {
      if (outcome.kind === 'failed') failed++;
      note(outcome);
    });
    child.on('close', (code, signal) => {
      if (code !== 0 && failed === 0) {
        note({ kind: 'failed', name: share.join(' '), detail: `the process ended with ${signal ?? code}` });
      }
      resolve();
    });
  });
}

const waiting = sharesOf(files);
async function work(): Promise<void> {
  for (let share = waiting.shift(); share !== undefined; share = waiting.shift()) await runShare(share);
}
await Promise.all(Array.from({ length: availableParallelism() + 1 }, work));

if (terminal) process.stderr.write('\r\x1b[K');
for (const skip of skips) console.log(`skipped ${skip}`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;
