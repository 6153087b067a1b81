/** The readers of single files and lists, kept apart so that a lock file audit does not load them. */
import { type FileOptions, type Inventory, inventoryFile } from '../inventory/index.ts';
import { diskFiles, unpackers } from '../io/index.ts';

export { inventoryPurls } from '../inventory/index.ts';

export function inventoryOneFile(path: string, options: FileOptions = {}): Promise<Inventory> {
  return inventoryFile(path, diskFiles(), { ...options, archives: unpackers });
}
