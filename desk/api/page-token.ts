/**
 * Where a page of results ends: after an id. Says itself what it is, so that any server goes on from there, whatever
 * was published meanwhile; whoever makes one up gets another part of what is public anyway.
 */
import { ApiError } from './errors.ts';

/** OSV's own: nothing was looked at yet, ask again. */
export const START: string = Buffer.from('FIRST_PAGE_TOKEN').toString('base64');

const TEXT = /^after:([A-Za-z0-9][\w.:-]{0,199})$/;
const MAX_LENGTH = 400;

export function tokenAfter(id: string): string {
  return Buffer.from(`after:${id}`).toString('base64url');
}

/** The id that the page before ended with; empty at the beginning. Throws `invalid`. */
export function readToken(token: string): string {
  if (token === '' || token === START) return '';
  if (token.length <= MAX_LENGTH) {
    const id = TEXT.exec(Buffer.from(token, 'base64url').toString('latin1'))?.[1];
    if (id !== undefined && tokenAfter(id) === token) return id;
  }
  throw new ApiError('invalid', 'invalid page token');
}
