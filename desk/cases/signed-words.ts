import type { Signed } from './part.ts';

/** `signed version 1.1 of the agreement on 2026-05-02, moved in` */
export function signedWords({ version, on, movedIn }: Signed): string {
  return `signed version ${version} of the agreement on ${on}${movedIn ? ', moved in' : ''}`;
}
