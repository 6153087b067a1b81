/**
 * Bundles what the pages of the site and of the desk load: one stylesheet, an ES module for each island, and what an audit loads
 * when there is something to check. Names carry a digest of the content, so that a server may let them be kept for
 * ever. Each is whole in itself: one request, and nothing in it that only another needs.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const desk = fileURLToPath(new URL('../desk', import.meta.url));

const LOOK = ['ui/icon.svg', 'ui/style.css'];

/** The desk's own pages: none of it is in what is published. */
const DESK = [
  ...LOOK,
  'cases/browser/cvss.ts',
  'cases/browser/keys.ts',
  'cases/browser/ranges.tsx',
  'cases/browser/times.ts',
  'session/browser/passkey.ts',
];

const SITE = [
  ...LOOK,
  'site/browser/audit.tsx',
  'site/browser/audit-file.ts',
  'site/browser/search.tsx',
  'site/browser/verify.tsx',
  'site/browser/verify-file.ts',
  'site/verify-proof.pl',
  'site/browser/version.tsx',
];

const options: BuildOptions = {
  absWorkingDir: desk,
  entryNames: '[name].[hash]',
  bundle: true,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
  conditions: ['source'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: true,
  loader: { '.svg': 'copy', '.pl': 'copy' },
  legalComments: 'none',
  logLevel: 'warning',
};

/** Writes `assets/` and `assets.json` into the directory: paths by name, `style.css` to `assets/style.0A1B2C3D.css`. */
export function bundleSite(directory: string): Promise<Record<string, string>> {
  return bundle(directory, SITE);
}

/** As {@link bundleSite}, for the desk. */
export function bundleDesk(directory: string): Promise<Record<string, string>> {
  return bundle(directory, DESK);
}

async function bundle(directory: string, entryPoints: readonly string[]): Promise<Record<string, string>> {
  const outdir = `${directory}/assets`;
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({
    ...options,
    entryPoints: [...entryPoints],
    outdir,
    metafile: true,
  });
  const files = Object.keys(metafile.outputs).map((output) => output.replace(/^.*\//, ''));
  const list = Object.fromEntries(files.sort().map((file) => [plainName(file), `assets/${file}`]));
  writeFileSync(`${directory}/assets.json`, `${JSON.stringify(list, null, 2)}\n`);
  return list;
}

/** `style.0A1B2C3D.css` is `style.css`. */
function plainName(file: string): string {
  return file.replace(/\.\w+(?=\.\w+$)/, '');
}
