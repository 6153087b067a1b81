import { EMPTY_REPORT, type Report } from '../reports/index.ts';
import type { Finding } from './finding.ts';

/** A finding as the answers that a reporter gives. */
export function reportOf(finding: Finding): Report {
  const { distribution, version = '', title, description, severity, proof = '' } = finding;
  return {
    ...EMPTY_REPORT,
    where: distribution,
    versions: version,
    what: `${title}\n\n${description}`,
    how: placeOf(finding),
    impact: severity === undefined ? '' : `The scanner says: ${severity}`,
    proof,
    credit: 'no',
  };
}

/** Written so that a fingerprint has file, routine and weakness of it. */
function placeOf({ file, line, routine, weakness }: Finding): string {
  const at = line === undefined ? file : `${file ?? 'line'}:${line}`;
  const name = routine?.replace(/\(.*$/s, '');
  return [at, name === undefined ? undefined : `${name}()`, weakness]
    .filter((part) => part !== undefined)
    .join(', ');
}
