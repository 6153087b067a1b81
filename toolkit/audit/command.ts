/** The command that moves a distribution to a version, as a user pastes it into a shell. */
import type { IndexedDistribution } from '../advisories/index.ts';
import type { PerlVersion } from '../cpan/index.ts';
import type { Bound } from './report.ts';
import type { Subject } from './subject.ts';

/** Programs that install from CPAN. */
export type Client = 'cpm' | 'cpanm' | 'carton';

/** What no shell reads as anything but a word: the command is made of data that others wrote. */
const MODULE: RegExp = /^[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z0-9_]+)*$/;
const VERSION: RegExp = /^v?[0-9][0-9._]*$/;

interface Move {
  readonly target: PerlVersion;
  readonly bounds: readonly Bound[];
}

/**
 * Null for what no CPAN client moves: perl itself, a package of the operating system's vendor, a name that is
 * no plain word; and for what a requirement of the user's own does not admit.
 */
export function commandFor(
  client: Client,
  subject: Subject,
  known: IndexedDistribution,
  { target, bounds }: Move,
): string | null {
  const module = mainModuleOf(known.name, known.mainModule);
  const version = target.original;
  if (known.name === 'perl' || subject.distributor !== null) return null;
  if (!MODULE.test(module) || !VERSION.test(version)) return null;
  const admitted = bounds.every(({ admits }) => admits);
  if (subject.presence === 'declared') {
    const raisable = admitted && bounds.some((bound) => bound.module === module);
    return raisable ? 'cpansec audit --fix' : null;
  }
  if (client === 'carton') return admitted ? `carton update ${module}` : null;
  return client === 'cpm' ? `cpm install ${module}@${version}` : `cpanm ${module}@${version}`;
}

/** The index's, else the one that custom gives the distribution. */
export function mainModuleOf(distribution: string, mainModule: string | null): string {
  return mainModule ?? distribution.replaceAll('-', '::');
}
