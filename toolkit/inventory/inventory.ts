/**
 * The inventory: what is here, found without running any of it. Findings, severities and advisories are not
 * its business; what could not be read is.
 */
import type { Place } from '../base/index.ts';

export interface Inventory {
  /** What was looked at, as its user named it. */
  readonly subject: string;
  readonly inputs: readonly Input[];
  /** The interpreter, when its version is known for certain. */
  readonly perl: PerlFound | null;
  readonly components: readonly Component[];
  /** What could not be examined; an audit reports each as unknown. */
  readonly unexamined: readonly Unexamined[];
}

export type InputKind =
  | 'snapshot'
  | 'cpanfile'
  | 'meta'
  | 'mymeta'
  | 'installed-tree'
  | 'dpkg'
  | 'archive'
  | 'cyclonedx'
  | 'spdx'
  | 'purls'
  | 'argument'
  | 'perl';

export interface Input {
  readonly kind: InputKind;
  readonly path: string;
}

export interface PerlFound {
  /** As `$]` or `$^V` would give it: `5.036000` or `v5.36.0`. */
  readonly version: string;
  readonly place: Place;
}

/**
 * One distribution (or perl, or a module whose distribution is not known here) in one version. Two versions of
 * one distribution in two places are two components.
 */
export interface Component {
  /** Unique in the inventory, stable from run to run: `Mojolicious@9.31`, with `#2` when that is taken. */
  readonly key: string;
  /** The distribution, where the input names it. */
  readonly distribution: string | null;
  /**
   * A module of it, where that is what the input names; the audit maps it to a distribution. Several modules of
   * one tree may map to one distribution: the component that names the distribution speaks for it, else the one
   * with its main module, else the one with the shortest module name.
   */
  readonly module: string | null;
  /** As written; null when absent, unreadable or not pinned. */
  readonly version: string | null;
  /** Why there is no version. */
  readonly unversioned?: 'absent' | 'unreadable' | 'not-pinned';
  /** The range asked for, when that is all the input has (a cpanfile without a lock file). */
  readonly requirement?: string;
  /** `installed`: files are there; `core`: comes with perl; `locked`: a lock file; `declared`: asked for only. */
  readonly presence: 'installed' | 'core' | 'locked' | 'declared' | 'listed';
  /** Where it was seen, best evidence first. */
  readonly places: readonly Place[];
  /** Path below `authors/id/`, where known: `O/OV/ALEXBIO/…`. */
  readonly pathname?: string;
  /** Phases and relationships by which the user's own files ask for it. Empty when nothing asks directly. */
  readonly asked: readonly Asked[];
  /** Keys of components that it requires, sorted. */
  readonly requires: readonly string[];
  /** Set when a package of the operating system's vendor carries it. */
  readonly distributor?: Distributor;
  /** The installed tree that it is in: directories that one `@INC` entry and its architecture's make up. */
  readonly tree?: string;
  /** The file that perl loads instead: an earlier directory of the same `@INC` has the same module. */
  readonly shadowedBy?: string;
  /** True when the lower bound may be raised in this very line (a static cpanfile requirement). */
  readonly editable?: boolean;
}

export interface Asked {
  readonly module: string;
  readonly range: string;
  readonly phase: string;
  readonly relationship: string;
  readonly feature?: string;
  readonly place: Place;
}

export interface Distributor {
  readonly vendor: 'debian';
  readonly package: string;
  readonly packageVersion: string;
  /** Where its changelog stands, or null when there is none on disk. */
  readonly changelog: string | null;
  /** CVE ids that entries of the changelog up to this version name, with the line as evidence. */
  readonly fixes: readonly {
    readonly id: string;
    readonly line: number;
    readonly text: string;
    readonly packageVersion: string;
  }[];
}

export interface Unexamined {
  /** `dynamic`: code decides; `unreadable`: damaged or not permitted; `unsupported`: no reader for it. */
  readonly kind: 'dynamic' | 'unreadable' | 'unsupported' | 'unnamed';
  readonly place: Place;
  readonly reason: string;
}
