/** Errors on their way between threads, which lose their class there. */
import { type Place, PlacedError } from 'cpansec/base';
import { BlobError } from '../blobs/index.ts';
import { PublishedError } from '../published/index.ts';
import { SigningError } from '../signing/index.ts';
import { PublishError } from './errors.ts';

export interface SentError {
  readonly name: string;
  /** Without the place. */
  readonly message: string;
  /** Of errors with a place. */
  readonly placed: { readonly code: string; readonly place: Place } | null;
  readonly stack: string;
}

export function sentError(error: unknown): SentError {
  if (error instanceof PlacedError) {
    const { name, problem, code, place, stack = '' } = error;
    return { name, message: problem, placed: { code: `${code}`, place }, stack };
  }
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), placed: null, stack: '' };
  return { name: error.name, message: error.message, placed: null, stack: error.stack ?? '' };
}

type PlacedClass = new (code: never, problem: string, place: Place) => PlacedError<string>;

/** Those that somebody tells apart; any other is a {@link PlacedError}. */
const CLASSES: Readonly<Record<string, PlacedClass | undefined>> = {
  BlobError,
  PublishedError,
  PublishError,
  SigningError,
};

export function receivedError({ name, message, placed, stack }: SentError): Error {
  const Class = CLASSES[name] ?? PlacedError;
  // The class sent the code, so that it is one of its own.
  const error = placed === null ? new Error(message) : new Class(placed.code as never, message, placed.place);
  error.stack = stack;
  return error;
}
