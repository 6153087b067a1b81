/**
 * Where a page of results ends: after an id. Says itself what it is, so that any server goes on from there, whatever
 * was published meanwhile; whoever makes one up gets another part of what is public anyway.
 */
import { ApiError } from './errors.ts';

/** OSV's own: nothing was looked at yet, ask again. */
export const START: string = Buffer.from('FIRST_PAGE_TOKEN').toString('base64');

const BEFORE = 'after:';
const MAX_LENGTH = 1000;

export function tokenAfter(id: string): string {
  return Buffer.from(BEFORE + id).toString('base64url');
}

/** The id that the page before ended with; empty at the beginning. Throws `invalid`. */
export function readToken(token: string): string {
  if (token === '' || token === START) return '';
  if (token.length <= MAX_LENGTH) {
    const text = Buffer.from(token, 'base64url').toString('utf8');
    const id = text.slice(BEFORE.length);
    if (text.startsWith(BEFORE) && id !== '' && tokenAfter(id) === token) return id;
  }
  throw new ApiError('invalid', 'invalid page token');
}
