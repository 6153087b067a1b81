/**
 * Builds what users get into `toolkit/dist`: the rooms as modules with types, the command as bundles, and the
 * embedded index from `data`; and into `desk/dist` the desk's rooms and what the pages of the site load.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from './bundle.ts';
import { bundleDesk, bundleSite } from './bundle-site.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function build(): Promise<void> {
  for (const room of ['toolkit', 'desk'])
    execFileSync('node_modules/.bin/tsc', ['-p', `${room}/tsconfig.json`], { cwd: root, stdio: 'inherit' });
  removeStale();
  await bundleCommand(`${root}toolkit/dist`);
  await bundleSite(`${root}desk/dist`);
  await bundleDesk(`${root}desk/dist/private`);
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

/** Modules of the toolkit whose source is no longer there: what is packed would bring them to users. */
function removeStale(): void {
  for (const module of globSync('toolkit/dist/*/**/*.{js,d.ts}', { cwd: root })) {
    const source = module.replace('/dist/', '/').replace(/\.(?:js|d\.ts)$/, '.ts');
    if (!existsSync(`${root}${source}`)) rmSync(`${root}${module}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
