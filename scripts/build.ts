/**
 * Builds what users get into `toolkit/dist`: the rooms as modules with types, the command as one file, and the
 * embedded index from `data`.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build as bundle, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function build(): Promise<void> {
  execFileSync('node_modules/.bin/tsc', ['-p', 'toolkit/tsconfig.json'], { cwd: root, stdio: 'inherit' });
  await bundle({
    absWorkingDir: root,
    entryPoints: ['toolkit/cli/main.ts'],
    outfile: 'toolkit/dist/cpansec.cjs',
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    conditions: ['source'],
    minifyWhitespace: true,
    banner: { js: '#!/usr/bin/env node' },
    define: { 'import.meta.dirname': '__dirname' },
    plugins: [loadOnUse],
    logLevel: 'warning',
  });
  copyFileSync(`${root}LICENSE`, `${root}toolkit/LICENSE`);
  execFileSync(
    process.execPath,
    ['toolkit/dist/cpansec.cjs', 'db', 'import', 'data', '--output', 'toolkit/dist/advisories.index'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}

/**
 * Start-up is most of an audit's time, so a package or a part of Node is loaded when a member of it is first
 * used, not when a file that imports it is. The proxy is its own prototype because esbuild reads members of an
 * import through an object that inherits from it.
 */
const loadOnUse: Plugin = {
  name: 'load-on-use',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind, namespace }) => {
      if (kind === 'entry-point') return undefined;
      return namespace === 'load-on-use' ? { path, external: true } : { path, namespace: 'load-on-use' };
    });
    build.onLoad({ filter: /.*/, namespace: 'load-on-use' }, ({ path }) => ({
      contents: `const lazy = new Proxy({}, {
        get: (_, name) => require(${JSON.stringify(path)})[name],
        getPrototypeOf: () => lazy,
      });
      module.exports = lazy;`,
      resolveDir: root,
    }));
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
