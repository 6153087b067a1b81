/** The coarse key that docs/integrations/osv.md proposes to OSV.dev. */
import { parseVersion } from '../toolkit/cpan/index.ts';

const MOST = 99_999_999;

/** The first three parts; a part of more than eight digits, and those behind it, are all nines. */
export function coarseKey(version: string): string {
  const { parts } = parseVersion(version);
  const large = parts.findIndex((part) => part > MOST);
  const shown = [0, 1, 2].map((i) => (large >= 0 && i >= large ? MOST : (parts[i] ?? 0)));
  return `00:${shown.map((part) => String(part).padStart(8, '0')).join('.')}`;
}
