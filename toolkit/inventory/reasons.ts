import { printable as onOneLine, type Place, PlacedError } from '../base/index.ts';
import type { Unexamined } from './inventory.ts';

/** What was thrown while something was read, as a thing left unexamined. Nothing raw of it is kept. */
export function unreadable(file: string, error: unknown): Unexamined {
  return { kind: 'unreadable', place: placeOf(file, error), reason: reasonOf(error) };
}

function placeOf(file: string, error: unknown): Place {
  return error instanceof PlacedError ? { ...error.place, file } : { file };
}

function reasonOf(error: unknown): string {
  if (error instanceof PlacedError) return error.problem;
  return printable(error instanceof Error ? error.message : String(error));
}

/** Longest text of others that is passed on. */
const MAX_TEXT = 300;

/** Text that came from what is inspected, fit to be printed. */
export function printable(text: string): string {
  return onOneLine(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
}
