/** Installed trees: this machine, directories that were named, an unpacked image. */
import { type Inventory, inventoryMachine, inventoryTree } from '../inventory/index.ts';
import { diskFiles, gunzipBytes as gunzip } from '../io/index.ts';
import type { Typed } from './command.ts';
import type { Terminal } from './terminal.ts';

/** `inc` is what a perl that the user named answered. */
export function inventoryInstalled(
  typed: Typed,
  terminal: Terminal,
  home: string,
  inc?: readonly string[],
): Inventory {
  terminal.progress('looking through installed modules');
  const root = typed.value('root');
  if (root !== undefined) {
    return inventoryMachine(diskFiles(root), { subject: root, gunzip, homes: ['/root', '/home/*'] });
  }
  const given = typed.values('inc');
  if (given.length > 0) return inventoryTree({ inc: given }, diskFiles(), { gunzip });
  const perl = typed.value('perl');
  if (perl !== undefined && inc !== undefined)
    return inventoryTree({ inc }, diskFiles(), { gunzip, subject: perl });
  return inventoryMachine(diskFiles(), { subject: 'this machine', gunzip, homes: [home] });
}
