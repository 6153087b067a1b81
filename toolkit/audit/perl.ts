/**
 * The interpreter. Modules that only come with perl are part of it: they have its version, and without it
 * nothing is said of them. A requirement such as `perl 5.010` is a lower bound and tells no version.
 */
import { CpanError, coreModules, declareVersion, parseVersion } from '../cpan/index.ts';
import type { Inventory, PerlFound } from '../inventory/index.ts';
import { AuditError } from './errors.ts';
import type { Note } from './report.ts';
import { compareKeys, type Resolved, type Subject, subjectOf } from './subject.ts';

/** What came of the components that belong to perl. */
export interface PerlScope {
  readonly subjects: readonly Subject[];
  /** Everything that is not perl's. */
  readonly others: readonly Resolved[];
  /** How many could not be judged because nothing tells perl's version. */
  readonly setAside: number;
}

/** The perl that the user names, else the one that the inventory found. Throws `option`. */
export function perlOf(inventory: Inventory, named: string | undefined): PerlFound | null {
  if (named === undefined || named === inventory.perl?.version) return inventory.perl;
  return { version: perlVersion(named), place: {} };
}

/** The version that a user tells: `5.36` is meant as v5.36, though as a decimal it would be v5.360. Throws `option`. */
export function perlVersion(text: string): string {
  try {
    const version = parseVersion(text);
    return !version.qv && (version.parts[1] ?? 0) >= 100 ? declareVersion(text).normal : text;
  } catch (cause) {
    if (!(cause instanceof CpanError)) throw cause;
    throw new AuditError('option', `perl version: ${cause.problem}`, {}, { cause });
  }
}

/** One subject for each perl; the first takes in the modules that are part of perl. */
export function scopePerl(resolved: readonly Resolved[], perl: PerlFound | null): PerlScope {
  const own = resolved.filter(isPerl).sort(compareKeys);
  if (own.length === 0 && perl !== null) own.push(interpreter(perl));
  const [first, ...more] = own;
  const isPart = first === undefined ? comesWithPerl : isOfPerl;
  const parts = resolved.filter((one) => isPart(one) && !isPerl(one)).sort(compareKeys);
  const others = resolved.filter((one) => !isPart(one) && !isPerl(one));
  if (first === undefined) return { subjects: [], others, setAside: parts.length };
  const subject = (one: Resolved, group: readonly Resolved[]): Subject =>
    subjectOf(one, group, one.component.version);
  return {
    subjects: [subject(first, [first, ...parts]), ...more.map((one) => subject(one, [one]))],
    others,
    setAside: 0,
  };
}

/** An interpreter, or the user's question about one, version or not. */
function isPerl({ component: { distribution, presence } }: Resolved): boolean {
  return distribution === 'perl' && presence !== 'declared';
}

function isOfPerl({ distribution }: Resolved): boolean {
  return distribution === 'perl';
}

/** Also a distribution of its own that perl brings along, in a version that only perl's would tell. */
function comesWithPerl({ component, distribution }: Resolved): boolean {
  return distribution === 'perl' || (component.presence === 'core' && component.version === null);
}

function interpreter({ version, place }: PerlFound): Resolved {
  const places = Object.keys(place).length === 0 ? [] : [place];
  return {
    component: {
      key: `perl@${version}`,
      distribution: 'perl',
      module: null,
      version,
      presence: 'core',
      places,
      asked: [],
      requires: [],
    },
    distribution: 'perl',
    damage: null,
  };
}

/** Inputs of projects: their modules run on some perl. */
const PROJECT = new Set(['snapshot', 'cpanfile', 'meta', 'mymeta', 'installed-tree']);

/** Says that perl was left out, where there is one to speak of. */
export function perlNotes(inventory: Inventory, { subjects, setAside }: PerlScope): Note[] {
  const isProject = inventory.inputs.some(({ kind }) => PROJECT.has(kind));
  if (subjects.length > 0) return isProject ? coreNotes(inventory) : [];
  if (setAside === 0 && !isProject) return [];
  const modules =
    setAside === 0 ? 'what comes with it' : setAside === 1 ? '1 core module' : `${setAside} core modules`;
  const text = `perl and ${modules} not judged: the version of perl is not known, --perl-version tells it`;
  return [{ code: 'perl-unknown', text }];
}

/** A perl of which no list tells what it brings along, where only such a list could. */
function coreNotes({ perl, inputs }: Inventory): Note[] {
  if (perl === null || inputs.some(({ kind }) => kind === 'installed-tree')) return [];
  if (coreModules(perl.version) !== null) return [];
  const text = `the core modules of perl ${perl.version} not judged: cpansec has no list of them; perl itself is`;
  return [{ code: 'core-unknown', text }];
}
