/** Who requires whom among what is installed, by the metadata that installers left. */
import { parseMeta } from '../cpan/index.ts';
import type { Draft } from './collection.ts';
import type { DebianPackage } from './dpkg-status.ts';
import type { Unexamined } from './inventory.ts';
import type { Files } from './ops.ts';
import { printable, unreadable } from './reasons.ts';

const MAX_META = 8 * 1024 * 1024;

/** By the `MYMETA.json` beside each install record: what the distribution needs to run. */
export function linkRecords(
  records: ReadonlyMap<string, Draft>,
  providers: ReadonlyMap<string, Draft>,
  files: Files,
  unexamined: Unexamined[],
): void {
  for (const [directory, draft] of records) {
    const file = `${directory}/MYMETA.json`;
    try {
      if (files.kind(file) !== 'file') continue;
      for (const { phase, relationship, module } of parseMeta(files.read(file, MAX_META), file).prereqs) {
        const provider =
          phase === 'runtime' && relationship === 'requires' ? providers.get(module) : undefined;
        if (provider !== undefined) draft.requires.add(provider);
      }
    } catch (error) {
      unexamined.push(unreadable(printable(file), error));
    }
  }
}

/** By the packages' own dependencies. */
export function linkPackages(drafts: ReadonlyMap<string, Draft>, packages: readonly DebianPackage[]): void {
  for (const { name, depends } of packages) {
    const draft = drafts.get(name);
    if (draft === undefined) continue;
    for (const needed of depends) {
      const other = drafts.get(needed);
      if (other !== undefined) draft.requires.add(other);
    }
  }
}
