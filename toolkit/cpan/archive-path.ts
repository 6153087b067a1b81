/** Why a member's name is not one that a distribution has. */
export type BadPath =
  | 'empty'
  | 'nul'
  | 'backslash'
  | 'drive'
  | 'absolute'
  | 'climbs'
  | 'too-long'
  | 'too-deep';

/** Directories above a member. */
const MAX_DEPTH = 64;

/**
 * A member's name as a path below the archive: no `.` and no empty part, no slash at the end; empty for the top
 * itself. Or why that cannot be: such a name would lead elsewhere on one system or another.
 */
export function memberPath(name: string, maxLength: number): { path: string } | { bad: BadPath } {
  const bad = badPath(name, maxLength);
  if (bad !== null) return { bad };
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length > MAX_DEPTH) return { bad: 'too-deep' };
  return parts.includes('..') ? { bad: 'climbs' } : { path: parts.join('/') };
}

function badPath(name: string, maxLength: number): BadPath | null {
  if (name.length > maxLength) return 'too-long';
  if (name === '') return 'empty';
  if (name.includes('\0')) return 'nul';
  if (name.includes('\\')) return 'backslash';
  if (name.startsWith('/')) return 'absolute';
  return /^[A-Za-z]:/.test(name) ? 'drive' : null;
}
