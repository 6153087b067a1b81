/**
 * A project's directory: what its own files lock and ask for. In this order, the first that is there counts:
 *
 * 1. `cpanfile.snapshot`: the versions in use, and who requires whom.
 * 2. `local/`: the library that carton or cpanm installed beside the project.
 * 3. Neither: what is asked for is known, versions are not.
 *
 * What is asked for directly comes from `cpanfile`, else from `MYMETA.json`, `MYMETA.yml`, `META.json` or
 * `META.yml`. A project with none of these but a `Makefile.PL`, `Build.PL` or `dist.ini` is unexamined: those
 * are programs, or only programs read them.
 */
import { Collection, type Draft } from './collection.ts';
import type { Core } from './core.ts';
import { addWants } from './declared.ts';
import { InventoryError } from './errors.ts';
import { readText } from './file-text.ts';
import type { InputKind, Inventory, PerlFound } from './inventory.ts';
import { addLocked } from './lock.ts';
import type { Files } from './ops.ts';
import { printable, unreadable } from './reasons.ts';
import { cpanfileWants, type Want } from './wants.ts';

/** Largest file of a project that is read. */
const MAX_FILE = 256 * 1024 * 1024;

export interface ProjectOptions {
  /** The perl that the project runs on, where the user says so; its core modules are judged then. */
  readonly perl?: PerlFound;
  /** The distribution of a module by 02packages. */
  readonly distributionOf?: (module: string) => string | null;
  /**
   * `asked`: who requires whom is left out where the project asks for nothing, as nothing leads anywhere then; a
   * lock file is taken in half the time. Default: `all`.
   */
  readonly links?: 'all' | 'asked';
}

interface Project {
  readonly directory: string;
  readonly files: Files;
  readonly collection: Collection;
}

/** Takes the inventory of a project. Throws `not-found` when the path is no directory. */
export async function inventoryProject(
  directory: string,
  files: Files,
  options: ProjectOptions = {},
): Promise<Inventory> {
  if (files.kind(directory) !== 'directory') {
    throw new InventoryError('not-found', 'there is no such directory', { file: printable(directory) });
  }
  const project: Project = { directory, files, collection: new Collection() };
  const found = readLock(project) ?? (await readLocal(project));
  const wants = readCpanfile(project) ?? (await readMeta(project));
  if (wants.length > 0 || options.links !== 'asked') found?.link();
  await resolveWants(project, wants, found, options);
  if (project.collection.inputs.length === 0) notePrograms(project);
  return project.collection.finish(printable(directory));
}

/** What provides modules here. */
interface Found {
  readonly providers: ReadonlyMap<string, Draft>;
  /** Says who requires whom, unless that was said already. */
  link(): void;
}

async function resolveWants(
  project: Project,
  wants: readonly Want[],
  found: Found | null,
  { perl, distributionOf = () => null }: ProjectOptions,
): Promise<void> {
  if (wants.length === 0 && perl === undefined) return;
  const providers = found?.providers ?? new Map<string, Draft>();
  const core = await coreFor(project, wants, providers, perl);
  addWants(project.collection, wants, { providers, core, complete: found !== null, distributionOf });
}

/** Whether it stands there; what stands in its place, or may not be looked at, is told. */
function stands(
  { directory, files, collection }: Project,
  name: string,
  what: 'file' | 'directory',
): boolean {
  const path = pathOf(directory, name);
  try {
    const kind = files.kind(path);
    if (kind === null || kind === what) return kind === what;
    if (kind === 'dangling') throw new InventoryError('not-found', 'is a symbolic link that leads nowhere');
    throw new InventoryError('not-found', what === 'file' ? 'is no regular file' : 'is no directory');
  } catch (error) {
    collection.unexamined.push(unreadable(printable(path), error));
    return false;
  }
}

/** Reads a file of the project where it is there; null when not, or when it is of no use, which is then told. */
function take<T>(project: Project, name: string, read: (path: string) => T): T | null {
  if (!stands(project, name, 'file')) return null;
  const { directory, collection } = project;
  const path = pathOf(directory, name);
  try {
    collection.inputs.push({ kind: kindOf(name), path: printable(path) });
    return read(path);
  } catch (error) {
    collection.unexamined.push(unreadable(printable(path), error));
    return null;
  }
}

function pathOf(directory: string, name: string): string {
  return directory === '.' ? name : `${directory.replace(/\/$/, '')}/${name}`;
}

function kindOf(name: string): InputKind {
  if (name === 'cpanfile') return 'cpanfile';
  if (name === 'cpanfile.snapshot') return 'snapshot';
  return name.startsWith('MYMETA') ? 'mymeta' : 'meta';
}

function readLock(project: Project): Found | null {
  const { files, collection } = project;
  return take(project, 'cpanfile.snapshot', (path) =>
    addLocked(collection, readText(files, path, MAX_FILE), printable(path)),
  );
}

const LOCAL_LIBRARY = 'local/lib/perl5';

async function readLocal(project: Project): Promise<Found | null> {
  if (!stands(project, LOCAL_LIBRARY, 'directory')) return null;
  const { directory, files, collection } = project;
  const { addLocalLibrary } = await import('./installed.ts');
  return { providers: addLocalLibrary(collection, pathOf(directory, LOCAL_LIBRARY), files), link: () => {} };
}

function readCpanfile(project: Project): readonly Want[] | null {
  const { files, collection } = project;
  return take(project, 'cpanfile', (path) => {
    const { wants, unexamined } = cpanfileWants(readText(files, path, MAX_FILE), printable(path));
    collection.unexamined.push(...unexamined);
    return wants;
  });
}

const META_FILES = ['MYMETA.json', 'MYMETA.yml', 'META.json', 'META.yml'] as const;

async function readMeta(project: Project): Promise<readonly Want[]> {
  const { files, collection } = project;
  for (const name of META_FILES) {
    if (!stands(project, name, 'file')) continue;
    const { takeMeta } = await import('./meta-wants.ts');
    const found = take(project, name, (path) =>
      takeMeta(collection, files.read(path, MAX_FILE), printable(path)),
    );
    if (found !== null) return found;
  }
  return [];
}

/** The list of core modules is only loaded where something that is asked for may come from it. */
async function coreFor(
  { collection }: Project,
  wants: readonly Want[],
  providers: ReadonlyMap<string, Draft>,
  perl: PerlFound | undefined,
): Promise<Core> {
  if (perl === undefined && wants.every(({ asked }) => providers.has(asked.module))) {
    return { supply: () => null, maySupply: () => false };
  }
  const { addCore, anyCore } = await import('./core.ts');
  return perl === undefined ? anyCore() : addCore(collection, perl, providers);
}

const PROGRAMS = ['Makefile.PL', 'Build.PL', 'dist.ini', 'minil.toml'] as const;

/** Nothing to read but what computes the requirements. */
function notePrograms(project: Project): void {
  const { directory, collection } = project;
  for (const name of PROGRAMS) {
    const path = pathOf(directory, name);
    if (!stands(project, name, 'file')) continue;
    const next = name.endsWith('.PL') ? `perl ${name}, then MYMETA.json has them` : 'write a cpanfile';
    const reason = `the requirements are only known when this is run; next: ${next}`;
    collection.unexamined.push({ kind: 'dynamic', place: { file: printable(path) }, reason });
  }
}
