/** The version of each perl whose trees were walked, where something tells it. */
import type { Unexamined } from './inventory.ts';
import type { Files } from './ops.ts';
import { configVersion } from './perl-config.ts';
import { type PerlPlan, readConfig } from './perl-places.ts';
import { printable, unreadable } from './reasons.ts';
import type { Tree } from './trees.ts';

export interface KnownPerl {
  readonly version: string;
  /** What says so. */
  readonly file: string;
}

/** By plan: as it was given, else as a Config.pm in one of its own directories says. */
export function knownPerls(
  trees: readonly Tree[],
  files: Files,
  unexamined: Unexamined[],
): Map<PerlPlan, KnownPerl> {
  const known = new Map<PerlPlan, KnownPerl>();
  for (const { perl, directories } of trees) {
    if (known.has(perl)) continue;
    if (perl.version !== null) known.set(perl, { version: perl.version, file: perl.file });
    for (const { path, modules } of directories) {
      const file = modules.has('Config') ? `${path}/Config.pm` : null;
      const version = file === null || known.has(perl) ? null : versionAt(path, files, unexamined);
      if (file !== null && version !== null) known.set(perl, { version, file });
    }
  }
  return known;
}

function versionAt(directory: string, files: Files, unexamined: Unexamined[]): string | null {
  try {
    return configVersion(readConfig(files, directory) ?? new Map());
  } catch (error) {
    unexamined.push(unreadable(printable(`${directory}/Config.pm`), error));
    return null;
  }
}
