/**
 * Builds what users get into `toolkit/dist`: the rooms as modules with types, the command as one file, and the
 * embedded index from `data/advisories`.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

export function build(): void {
  execFileSync('node_modules/.bin/tsc', ['-p', 'toolkit/tsconfig.json'], { cwd: root, stdio: 'inherit' });
  buildSync({
    absWorkingDir: root,
    entryPoints: ['toolkit/cli/main.ts'],
    outfile: 'toolkit/dist/cpansec.cjs',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    packages: 'external',
    conditions: ['source'],
    banner: { js: '#!/usr/bin/env node' },
    define: { 'import.meta.dirname': '__dirname' },
    logLevel: 'warning',
  });
  copyFileSync(`${root}LICENSE`, `${root}toolkit/LICENSE`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
