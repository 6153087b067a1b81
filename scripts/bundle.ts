/**
 * Bundles the command into two files, because start-up is most of an audit's time and every function in the file
 * that is run costs some of it, called or not. `command.cjs` has what `cli/main.ts` reaches by static imports: the way
 * of an audit of a project to its report. What is imported dynamically is in `on-demand.cjs`, which is loaded at the
 * first such import. A file is in one of the two only, so that a class exists once: `on-demand.cjs` takes what it
 * shares from `command.cjs`, by way of `cpansec.cjs`, which starts and runs it (`cli/start.ts`). Large data is a file
 * by itself, loaded at its first use.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const toolkit = fileURLToPath(new URL('../toolkit', import.meta.url));

const START = 'cli/start.ts';
const MAIN = 'cli/main.ts';
const DATA = 'cpan/corelist-data.ts';

const common: BuildOptions = {
  absWorkingDir: toolkit,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  conditions: ['source'],
  minifyWhitespace: true,
  minifySyntax: true,
  define: { 'import.meta.dirname': '__dirname' },
  // Without it `import()` of a package is left as it is, which would load Node's loader of modules as well.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
};

/** Names that `on-demand.cjs` takes from `command.cjs`, by file; no names for a file that it needs none of. */
type Shared = ReadonlyMap<string, ReadonlySet<string>>;

/** Writes the files into the directory. */
export async function bundleCommand(directory: string): Promise<void> {
  const demanded = new Set<string>();
  const shared = await sharedNames(demanded);
  const command = `${directory}/command.cjs`;
  // A function, so that `cli/start.ts` need not copy it to make it one.
  const [banner, footer] = [{ js: '(function (exports, require, module, __dirname) {' }, { js: '})' }];
  await build({ ...mainOptions(shared, demanded), outfile: command, banner, footer });
  const digest = createHash('sha256').update(readFileSync(command)).digest('hex');
  await build({
    ...common,
    entryPoints: [START],
    outfile: `${directory}/cpansec.cjs`,
    banner: { js: '#!/usr/bin/env node' },
    define: { BUILD: JSON.stringify(digest.slice(0, 16)) },
  });
  await build({
    ...onDemandOptions(demanded, [takeFromMain(shared)]),
    outfile: `${directory}/on-demand.cjs`,
  });
  await build({ ...common, entryPoints: [DATA], outfile: `${directory}/corelist-data.cjs` });
}

/** Taking a name from a file may bring more of the files it imports into `command.cjs`: so until none is added. */
async function sharedNames(demanded: Set<string>): Promise<Shared> {
  let shared: Shared = new Map();
  for (let before = -1; shared.size > before; ) {
    before = shared.size;
    const files = await filesOfMain(shared, demanded);
    shared = await namesTaken(files, demanded);
  }
  return shared;
}

async function filesOfMain(shared: Shared, demanded: Set<string>): Promise<string[]> {
  const { metafile } = await build({ ...mainOptions(shared, demanded), write: false, metafile: true });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output?.inputs ?? {})
    .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && /^(?!cli\/main)[^:<]*\.ts$/.test(file))
    .map(([file]) => file);
}

/** Of a module with the files as externals esbuild writes at its top what it imports of them. */
async function namesTaken(files: readonly string[], demanded: Set<string>): Promise<Shared> {
  const names = new Map(files.map((file) => [file, new Set<string>()]));
  const options = onDemandOptions(demanded, [leaveOut(names)]);
  const { outputFiles } = await build({ ...options, format: 'esm', minifyWhitespace: false, write: false });
  for (const [, list = '', file = ''] of (outputFiles?.[0]?.text ?? '').matchAll(
    /^import \{([^}]*)\} from "([^"]+)";$/gm,
  )) {
    for (const name of list.split(',')) names.get(file)?.add(name.trim().replace(/ as .*/, ''));
  }
  return names;
}

function mainOptions(shared: Shared, demanded: Set<string>): BuildOptions {
  const contents = mainSource(shared);
  return { ...common, stdin: { contents, resolveDir: toolkit }, plugins: [loadOnUse, demandLater(demanded)] };
}

function mainSource(shared: Shared): string {
  const used = [...shared].filter(([, names]) => names.size > 0);
  const imports = used.map(([file], i) => `import * as f${i} from './${file}';`);
  const members = used.map(([file, names], i) => {
    const taken = [...names].map((name) => `${name}: f${i}.${name}`);
    return `'${file}': () => ({ ${taken.join(', ')} })`;
  });
  return `${imports.join('\n')}\nimport './${MAIN}';\nexport const shared = { ${members.join(', ')} };`;
}

function onDemandOptions(demanded: ReadonlySet<string>, plugins: Plugin[]): BuildOptions {
  const contents = [...demanded].map((file) => `exports['${file}'] = () => require('./${file}');`).join('\n');
  return { ...common, stdin: { contents, resolveDir: toolkit }, plugins: [loadOnUse, ...plugins] };
}

/** Dynamic imports of our own files become calls for what `on-demand.cjs` has of that name. */
function demandLater(demanded: Set<string>): Plugin {
  return {
    name: 'demand-later',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path, kind, resolveDir, namespace }) => {
        if (namespace === 'demand-later') return { path, external: true };
        const file = relative(toolkit, resolve(resolveDir, path));
        if (file === MAIN) return { path: resolve(toolkit, file), sideEffects: true };
        if (kind !== 'dynamic-import') return undefined;
        demanded.add(file);
        return { path: file, namespace: 'demand-later' };
      });
      onLoad({ filter: /.*/, namespace: 'demand-later' }, ({ path }) => ({
        contents: `module.exports = require('./on-demand.cjs')['${path}']();`,
      }));
    },
  };
}

/** What `command.cjs` has is taken from there. */
function takeFromMain(shared: Shared): Plugin {
  return {
    name: 'take-from-main',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path, resolveDir, namespace }) => {
        if (namespace === 'take-from-main') return { path, external: true };
        const file = relative(toolkit, resolve(resolveDir, path));
        return shared.has(file) ? { path: file, namespace: 'take-from-main' } : undefined;
      });
      onLoad({ filter: /.*/, namespace: 'take-from-main' }, ({ path }) => ({
        contents: `module.exports = require('./cpansec.cjs').shared['${path}']();`,
      }));
    },
  };
}

function leaveOut(shared: Shared): Plugin {
  return {
    name: 'leave-out',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        const file = relative(toolkit, resolve(resolveDir, path));
        return shared.has(file) ? { path: file, external: true } : undefined;
      });
    },
  };
}

/** Parts of Node that it has loaded itself when it starts us. */
const LOADED = new Set(['node:fs', 'node:path', 'node:util']);

/**
 * A package, a part of Node or large data is loaded when a member of it is first used, not when a file that imports
 * it is. The proxy is its own prototype because esbuild reads members of an import through an object that inherits
 * from it.
 */
const loadOnUse: Plugin = {
  name: 'load-on-use',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, namespace }) => {
      if (kind === 'entry-point') return undefined;
      const external = namespace === 'load-on-use' || LOADED.has(path);
      return external ? { path, external } : { path, namespace: 'load-on-use' };
    });
    onResolve({ filter: /^\.\/corelist-data\.(?:ts|cjs)$/ }, ({ namespace }) => {
      const path = './corelist-data.cjs';
      return namespace === 'load-on-use' ? { path, external: true } : { path, namespace: 'load-on-use' };
    });
    onLoad({ filter: /.*/, namespace: 'load-on-use' }, ({ path }) => ({
      contents: `let loaded;
      const lazy = new Proxy({}, {
        get: (_, name) => (loaded ??= require(${JSON.stringify(path)}))[name],
        getPrototypeOf: () => lazy,
      });
      module.exports = lazy;`,
      resolveDir: toolkit,
    }));
  },
};
