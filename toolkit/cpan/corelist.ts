/**
 * What perl brings along: the modules of its core, their versions in each perl, and the distribution that each is
 * released in. The facts are Module::CoreList's (https://metacpan.org/pod/Module::CoreList); `scripts/corelist.ts`
 * writes them into `corelist-data.ts`, which is looked into when something is first asked.
 */
import { CORELIST } from './corelist-data.ts';
import { rowDistribution, rowModule, rowVersion } from './corelist-row.ts';
import { CpanError } from './errors.ts';
import { parseVersion } from './version.ts';

/** The releases of perl whose core is known, as `$]` gives them: `5.036000`; oldest first. */
export function corePerls(): readonly string[] {
  return corelist().perls;
}

/**
 * The modules that come with a perl and their versions, the empty text where a module states none. The perl is
 * given as `5.036000`, `v5.36.0` or `5.36.0`; null when its core is not known. Sorted by module.
 */
export function coreModules(perl: string): ReadonlyMap<string, string> | null {
  const { perls, rows } = corelist();
  const index = perlIndex(perl, perls);
  if (index === -1) return null;
  const found = new Map<string, string>();
  for (const [module, row] of rows) {
    const version = rowVersion(row, index);
    if (version !== null) found.set(module, version);
  }
  return found;
}

/** The version of a module that comes with a perl; null when it does not, or the perl's core is not known. */
export function coreModuleVersion(module: string, perl: string): string | null {
  const { perls, rows } = corelist();
  const row = rows.get(module);
  const index = row === undefined ? -1 : perlIndex(perl, perls);
  return row === undefined || index === -1 ? null : rowVersion(row, index);
}

/**
 * The distribution of a module that has been in perl's core at any time: the one that is also released by itself
 * (`HTTP-Tiny`, `Scalar-List-Utils`), else `perl`. Null for any other module.
 */
export function coreDistribution(module: string): string | null {
  const row = corelist().rows.get(module);
  return row === undefined ? null : rowDistribution(row);
}

/** Whether the module comes both with perl and in a distribution of its own. */
export function isDualLife(module: string): boolean {
  const distribution = coreDistribution(module);
  return distribution !== null && distribution !== 'perl';
}

interface Corelist {
  readonly perls: readonly string[];
  /** By module, not yet taken apart. */
  readonly rows: ReadonlyMap<string, string>;
}

let known: Corelist | undefined;

function corelist(): Corelist {
  known ??= openCorelist();
  return known;
}

function openCorelist(): Corelist {
  const [perls = '', ...rows] = CORELIST.trim().split('\n');
  return { perls: perls.split(' '), rows: new Map(rows.map((row) => [rowModule(row), row])) };
}

function perlIndex(perl: string, perls: readonly string[]): number {
  try {
    const [major = 0, minor = 0, patch = 0, ...more] = parseVersion(perl).parts;
    if (more.some((part) => part !== 0)) return -1;
    const digits = [minor, patch].map((part) => String(part).padStart(3, '0'));
    return perls.indexOf(`${major}.${digits.join('')}`);
  } catch (error) {
    if (error instanceof CpanError) return -1;
    throw error;
  }
}
