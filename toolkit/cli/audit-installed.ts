/** Installed trees: this machine, directories that were named, an unpacked image. */

import { printable } from '../base/index.ts';
import { type Inventory, inventoryMachine, inventoryTree } from '../inventory/index.ts';
import { diskFiles, gunzipBytes as gunzip } from '../io/index.ts';
import { type Terminal, type Typed, usage } from '../terminal/index.ts';
import type { NamedPerl } from './ask-perl.ts';

/** `perl` is one that the user named, and where it looks when it was asked. */
export function inventoryInstalled(
  typed: Typed,
  terminal: Terminal,
  home: string,
  perl?: NamedPerl,
): Inventory {
  terminal.progress('looking through installed modules');
  const root = typed.value('root');
  if (root !== undefined) {
    if (diskFiles().kind(root) !== 'directory') throw usage(`--root ${printable(root)}: no such directory`);
    return inventoryMachine(diskFiles(root), { subject: root, gunzip, homes: ['/root', '/home/*'] });
  }
  const given = typed.values('inc');
  if (given.length > 0) return inventoryTree({ inc: given }, diskFiles(), { gunzip });
  if (perl?.inc !== undefined) {
    const path = perl.found.place.file ?? 'perl';
    const { inc, found } = perl;
    return inventoryTree({ inc, perl: { version: found.version, path } }, diskFiles(), {
      gunzip,
      subject: path,
    });
  }
  return inventoryMachine(diskFiles(), { subject: 'this machine', gunzip, homes: [home] });
}
