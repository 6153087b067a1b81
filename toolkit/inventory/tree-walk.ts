/**
 * What stands in directories of Perl modules, by name alone: modules, and the records that installers leave.
 * Each real directory is visited once, however many links lead to it.
 */
import type { Unexamined } from './inventory.ts';
import type { Files } from './ops.ts';
import { printable, unreadable } from './reasons.ts';

/** Most entries of all directories of one inventory, and deepest nesting. */
export const MAX_ENTRIES = 500_000;
export const MAX_DEPTH = 60;

/** One directory that perl searches, and what is in it. */
export interface ModuleDirectory {
  /** With links resolved: as a package manager names it. */
  readonly path: string;
  /** Modules by name, `Foo::Bar` to the path of its file. */
  readonly modules: Map<string, string>;
  /** `.meta/NAME-VERSION` directories of cpanm and its kin. */
  readonly records: string[];
  /** `.packlist` by the name that its own directories spell, `Foo::Bar`. */
  readonly packlists: Map<string, string>;
  /** `perllocal.pod`, which MakeMaker appends to. */
  readonly perllocals: string[];
  /** Directories found inside that are searched on their own: of an architecture or a version. */
  readonly nested: string[];
}

const IDENTIFIER = /^[A-Za-z_]\w*$/;
/** Directories of one architecture (`Config{archname}`), of one version, and of packagers. */
const SEARCHED_ALONE =
  /^(?:(?=[\w.]{0,60}-)[\w.-]{0,40}?\b(?:linux|darwin|\w{0,9}bsd|dragonfly|solaris|cygwin|MSWin32|msys|aix|hpux|gnu)\b[\w.-]{0,80}|5\.\d+(?:\.\d+)?|(?:site|vendor|core)_perl|mach)$/;

interface Step {
  readonly path: string;
  /** Name of the modules in it, `Foo::Bar::`, empty at the top. */
  readonly prefix: string;
  readonly depth: number;
}

export class TreeWalk {
  readonly unexamined: Unexamined[] = [];
  readonly #files: Files;
  /** Directories not to enter: visited, or to be visited on their own. */
  readonly #closed: Set<string>;
  #entries = 0;

  /** `alone` names directories that are given on their own, wherever else they are met. */
  constructor(files: Files, alone: Iterable<string> = []) {
    this.#files = files;
    this.#closed = new Set(alone);
  }

  /** Everything below one directory; null when it is not there or was visited before. */
  walk(path: string): ModuleDirectory | null {
    const { kind, real } = this.#follow(path);
    if (real === null || kind !== 'directory') return null;
    const found: ModuleDirectory = {
      path: real,
      modules: new Map(),
      records: [],
      packlists: new Map(),
      perllocals: [],
      nested: [],
    };
    this.#closed.add(real);
    const steps: Step[] = [{ path: real, prefix: '', depth: 0 }];
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) this.#visit(step, found, steps);
    return found;
  }

  #visit(step: Step, found: ModuleDirectory, steps: Step[]): void {
    for (const entry of this.#list(step.path)) {
      const path = `${step.path}/${entry.name}`;
      const { kind, real } = entry.kind === 'link' ? this.#follow(path) : { kind: entry.kind, real: path };
      if (kind === 'file') noteFile(entry.name, path, step, found);
      else if (kind === 'directory' && real !== null)
        this.#noteDirectory(entry.name, { path, real }, step, found, steps);
    }
  }

  /** Where a link leads; nowhere when it dangles, loops or may not be followed. */
  #follow(path: string): { kind: ReturnType<Files['kind']>; real: string | null } {
    try {
      return { kind: this.#files.kind(path), real: this.#files.real(path) };
    } catch (error) {
      this.unexamined.push(unreadable(printable(path), error));
      return { kind: null, real: null };
    }
  }

  #list(path: string): ReturnType<Files['list']> {
    try {
      const entries = this.#files.list(path);
      this.#entries += entries.length;
      if (this.#entries <= MAX_ENTRIES) return entries;
      this.#leave(path, `more than ${MAX_ENTRIES} files and directories in all`);
    } catch (error) {
      this.unexamined.push(unreadable(printable(path), error));
    }
    return [];
  }

  #noteDirectory(
    name: string,
    at: { path: string; real: string },
    step: Step,
    found: ModuleDirectory,
    steps: Step[],
  ): void {
    const top = step.prefix === '';
    if (top && name === '.meta') this.#noteRecords(at.path, found);
    else if (this.#closed.has(at.real)) return;
    else if (top && SEARCHED_ALONE.test(name)) found.nested.push(at.real);
    else if (IDENTIFIER.test(name)) this.#enter(name, at, step, steps);
  }

  #enter(name: string, at: { path: string; real: string }, step: Step, steps: Step[]): void {
    if (step.depth >= MAX_DEPTH) {
      this.#leave(at.path, `nested deeper than ${MAX_DEPTH} directories`);
    } else {
      this.#closed.add(at.real);
      steps.push({ path: at.path, prefix: `${step.prefix}${name}::`, depth: step.depth + 1 });
    }
  }

  #noteRecords(path: string, found: ModuleDirectory): void {
    for (const { name, kind } of this.#list(path)) {
      if (kind === 'directory') found.records.push(`${path}/${name}`);
    }
  }

  #leave(path: string, reason: string): void {
    this.unexamined.push({ kind: 'unreadable', place: { file: printable(path) }, reason });
  }
}

function noteFile(name: string, path: string, step: Step, found: ModuleDirectory): void {
  if (name === '.packlist' && step.prefix.startsWith('auto::')) {
    const spelled = step.prefix.slice('auto::'.length, -2);
    if (spelled !== '') found.packlists.set(spelled, path);
  } else if (name === 'perllocal.pod' && step.prefix === '') {
    found.perllocals.push(path);
  } else if (name.endsWith('.pm') && !step.prefix.startsWith('auto::')) {
    const base = name.slice(0, -3);
    if (IDENTIFIER.test(base)) found.modules.set(`${step.prefix}${base}`, path);
  }
}
