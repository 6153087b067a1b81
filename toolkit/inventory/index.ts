/**
 * inventory: what is here, found without running any of it.
 *
 *     const inventory = await inventoryProject('.', files);
 *     inventory.components[0]; // { key: 'Mojolicious@9.31', distribution: 'Mojolicious', presence: 'locked', … }
 *     inventory.unexamined;    // [{ kind: 'dynamic', place: { file: 'cpanfile', line: 12 }, reason: '…' }]
 */
export { InventoryError, type InventoryErrorCode } from './errors.ts';
export { type FileOptions, inventoryFile } from './file.ts';
export type { GivenPlaces } from './given-places.ts';
export { type InstalledOptions, inventoryMachine, inventoryTree } from './installed.ts';
export type {
  Asked,
  Component,
  Distributor,
  Input,
  InputKind,
  Inventory,
  PerlFound,
  Unexamined,
} from './inventory.ts';
export type { Files, Gunzip } from './ops.ts';
export { inventoryProject, type ProjectOptions } from './project.ts';
export { inventoryPurls } from './purls.ts';
