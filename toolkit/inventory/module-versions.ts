/** `$VERSION` of modules by the text of their files, each read once. */
import { packageVersion } from '../cpan/index.ts';
import { readSource } from './file-text.ts';
import type { Unexamined } from './inventory.ts';
import type { Files } from './ops.ts';
import { printable, unreadable } from './reasons.ts';

/** Largest module that is read: the largest of CPAN are tables of a few megabytes. */
const MAX_MODULE = 32 * 1024 * 1024;

export interface ModuleVersion {
  readonly version: string | null;
  /** Why there is none. */
  readonly unversioned?: 'absent' | 'unreadable';
}

export class ModuleVersions {
  readonly unexamined: Unexamined[] = [];
  readonly #files: Files;
  readonly #known = new Map<string, ModuleVersion>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** The version that the file gives to the module of its name. */
  of(path: string, module: string): ModuleVersion {
    const known = this.#known.get(path) ?? this.#read(path, module);
    this.#known.set(path, known);
    return known;
  }

  #read(path: string, module: string): ModuleVersion {
    try {
      const { module: _, ...found } = staticVersion(readSource(this.#files, path, MAX_MODULE), module);
      return found;
    } catch (error) {
      this.unexamined.push(unreadable(printable(path), error));
      return { version: null, unversioned: 'unreadable' };
    }
  }
}

/** The version that the source gives to the module; `module` is the package found, where another was meant. */
export function staticVersion(text: string, module: string): ModuleVersion & { readonly module: string } {
  if (!MAY_HAVE_VERSION.test(text)) return { version: null, unversioned: 'absent', module };
  const found = packageVersion(text, `${module.replaceAll('::', '/')}.pm`);
  const own = found.packages.filter(({ name }) => name === module);
  const { version, unreadable } = own.find((entry) => entry.version !== null) ?? own[0] ?? found;
  const name = own.length > 0 ? module : (found.package ?? module);
  if (version !== null) return { version, module: name };
  return { version: null, unversioned: unreadable === undefined ? 'absent' : 'unreadable', module: name };
}

/** Reading a source closely takes time that half of all modules are not worth. */
const MAY_HAVE_VERSION = /VERSION|^[ \t]*package[ \t]+[\w:']+[ \t]+v?[\d.]/m;
