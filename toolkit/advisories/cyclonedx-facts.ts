/** What a record says of a vulnerability beside versions, in CycloneDX's members. */
import {
  type CycloneDxRating,
  type CycloneDxVulnerability,
  FormatError,
  scoreCvss,
} from '../formats/index.ts';
import { isDate } from './date.ts';
import { causeLosses, type Loss, unplaced } from './losses.ts';
import type { AdvisoryRecord } from './record.ts';
import { REFERENCE_WORDS } from './reference-type.ts';
import { writtenReferences } from './written-reference.ts';

/** The members that are the same in every vulnerability of the record; adds to `losses` what has none. */
export function cycloneDxFacts(record: AdvisoryRecord, losses: Loss[]): CycloneDxVulnerability {
  losses.push(...unsaid(record));
  const { summary, details, reported, withdrawn } = record;
  const ratings = [...ratingsOf(record, losses), ...ssvcRating(record)];
  const cwes = cwesOf(record, losses);
  const advisories = writtenReferences(record, losses).map(({ type, uri }) => ({
    title: REFERENCE_WORDS[type],
    url: uri,
  }));
  const individuals = (record.credits ?? []).map(({ name }) => ({ name }));
  return {
    ...(ratings.length === 0 ? {} : { ratings }),
    ...(cwes.length === 0 ? {} : { cwes }),
    description: summary,
    ...(details === undefined ? {} : { detail: details }),
    ...(advisories.length === 0 ? {} : { advisories }),
    ...(reported !== null && isDate(reported) ? { published: `${reported}T00:00:00Z` } : {}),
    ...(withdrawn !== undefined && isDate(withdrawn.on) ? { rejected: `${withdrawn.on}T00:00:00Z` } : {}),
    ...(individuals.length === 0 ? {} : { credits: { individuals } }),
  };
}

function ratingsOf({ severity }: AdvisoryRecord, losses: Loss[]): CycloneDxRating[] {
  if (severity === undefined) return [];
  const { rating, vector, source } = severity;
  const named = source === undefined ? {} : { source: { name: source } };
  try {
    if (vector !== undefined) {
      const scored = scoreCvss(vector);
      const method = scored.version === '3.1' ? 'CVSSv31' : 'CVSSv4';
      return [{ ...named, score: scored.score, severity: rating ?? scored.rating, method, vector }];
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    losses.push({ path: 'severity.vector', text: 'left out: no vector of CVSS 3.1 or 4.0' });
  }
  return rating === undefined ? [] : [{ ...named, severity: rating }];
}

/** By its outcome nobody can tell how severe it is, so that only the vector is there. */
function ssvcRating({ ssvc }: AdvisoryRecord): CycloneDxRating[] {
  return ssvc === undefined ? [] : [{ method: 'SSVC', vector: ssvc }];
}

function cwesOf({ weaknesses = [] }: AdvisoryRecord, losses: Loss[]): number[] {
  return weaknesses.flatMap((id, i) => {
    const number = /^CWE-([1-9]\d{0,5})$/.exec(id)?.[1];
    if (number !== undefined) return [Number(number)];
    losses.push({ path: `weaknesses[${i}]`, text: 'left out: no number of CWE' });
    return [];
  });
}

function unsaid(record: AdvisoryRecord): Loss[] {
  const { credits, history, flags, withdrawn } = record;
  const lose = (path: string): Loss => unplaced(path, 'CycloneDX');
  return [
    ...causeLosses(record, 'CycloneDX'),
    ...(credits ?? []).map((_, i) => lose(`credits[${i}].role`)),
    ...(withdrawn?.kind === 'withdrawn' ? [lose('withdrawn.reason')] : []),
    ...(history.length === 0 ? [] : [lose('history')]),
    ...(flags === undefined ? [] : [lose('flags')]),
  ];
}
