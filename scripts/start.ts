/**
 * `npm start`: the walk from a fresh clone to the main job, on embedded defaults. Its result is the example's
 * findings, so findings are no failure. State lives in `var/`; `-- --fresh` empties it first.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { build } from './build.ts';

const KNOWN = ['--fresh', '--once'];
const args = process.argv.slice(2);
const unknown = args.filter((arg) => !KNOWN.includes(arg));
if (unknown.length > 0) {
  console.error(
    `npm start: unknown ${unknown.join(' ')}; it takes ${KNOWN.map((name) => `-- ${name}`).join(', ')}`,
  );
  process.exit(2);
}

if (args.includes('--fresh')) rmSync('var', { recursive: true, force: true });
mkdirSync('var', { recursive: true });
await build();

console.log('\nAuditing examples/shop with the embedded index\n\n  $ cpansec audit examples/shop\n');
audit('examples/shop');
audit('examples/shop', '--format', 'html', '--output', 'var/shop.html');
audit('examples/shop', '--format', 'json', '--output', 'var/shop.json');
console.log('\nThe same report as a page and as JSON: var/shop.html, var/shop.json');

/** 0 clean, 1 findings, 3 something unknown: the audit ran. Anything else is a failure of the walk. */
function audit(...operands: string[]): void {
  const env = { ...process.env, CPANSEC_HOME: 'var/home' };
  const { status } = spawnSync(process.execPath, ['toolkit/dist/cpansec.cjs', 'audit', ...operands], {
    stdio: 'inherit',
    env,
  });
  if (status !== 0 && status !== 1 && status !== 3) process.exit(status ?? 1);
}
