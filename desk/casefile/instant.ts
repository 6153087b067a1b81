import type { Transaction } from '../store/index.ts';

/** To the second, as disclosure has instants. */
export function instantOf({ now }: Pick<Transaction, 'now'>): string {
  return now.replace(/\.\d+Z$/, 'Z');
}
