import { PlacedError } from '../base/index.ts';

/** What ends an inventory. Whatever is found broken on the way is listed as unexamined instead. */
export type InventoryErrorCode =
  /** Nothing stands at the path that the user named, or it is of another kind (a file for a directory). */
  | 'not-found'
  /** A stanza of dpkg's database without its package or version. */
  | 'dpkg-syntax'
  /** More things than an inventory holds. */
  | 'too-many';

/** An inventory that cannot be taken. */
export class InventoryError extends PlacedError<InventoryErrorCode> {}
