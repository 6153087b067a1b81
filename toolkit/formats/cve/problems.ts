/** What a CVE record must be beside valid by its schema, and what the schema's own refusals do not explain. */
import { quoteFound } from '../../base/index.ts';
import { FormatError } from '../errors.ts';
import { parsePurl } from '../purl.ts';
import { isRejectedCve } from './cve.ts';
import type { CveProduct, CveRecord, CveText, CveVersion } from './types.ts';

export interface CveProblem {
  /** Path in the record. */
  readonly path: string;
  /** What is wrong, with what was found. */
  readonly text: string;
}

/**
 * Problems of a record that is to be published: a package URL with a version (by `@` or the `vers` qualifier), a
 * version with two ends, a range without the type of its versions, no English description or reason, nothing
 * affected, no reference.
 */
export function cveProblems(record: CveRecord): CveProblem[] {
  const at = 'containers.cna';
  if (isRejectedCve(record)) return noEnglish(record.containers.cna.rejectedReasons, `${at}.rejectedReasons`);
  const { descriptions, affected, references } = record.containers.cna;
  return [
    ...noEnglish(descriptions, `${at}.descriptions`),
    ...(affected.length > 0 ? [] : [{ path: `${at}.affected`, text: 'nothing is affected' }]),
    ...affected.flatMap((product, i) => problemsOf(product, `${at}.affected[${i}]`)),
    ...(references.length > 0 ? [] : [{ path: `${at}.references`, text: 'no reference' }]),
  ];
}

/** The language tags that the schema takes for English. */
const ENGLISH: RegExp = /^en(?:[_-][A-Za-z]{4})?(?:[_-](?:[A-Za-z]{2}|[0-9]{3}))?$/;

export function isEnglish({ lang }: CveText): boolean {
  return ENGLISH.test(lang);
}

function noEnglish(texts: readonly CveText[], path: string): CveProblem[] {
  return texts.some((text) => isEnglish(text) && text.value !== '')
    ? []
    : [{ path, text: 'nothing in English' }];
}

function problemsOf({ packageURL, versions = [] }: CveProduct, at: string): CveProblem[] {
  return [
    ...(packageURL === undefined ? [] : purlProblems(packageURL, `${at}.packageURL`)),
    ...versions.flatMap((version, i) => versionProblems(version, `${at}.versions[${i}]`)),
  ];
}

function purlProblems(found: string, path: string): CveProblem[] {
  try {
    const { version, qualifiers } = parsePurl(found);
    if (version === null && qualifiers?.vers === undefined) return [];
    return [{ path, text: `a package URL with a version: ${quoteFound(found)}` }];
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return [{ path, text: error.problem }];
  }
}

function versionProblems(version: CveVersion, path: string): CveProblem[] {
  const { lessThan, lessThanOrEqual, versionType, changes } = version;
  const ends = [lessThan, lessThanOrEqual].filter((end) => end !== undefined);
  const texts = [
    ...(ends.length === 2 ? ['both lessThan and lessThanOrEqual'] : []),
    ...(ends.length > 0 && versionType === undefined ? ['a range without versionType'] : []),
    ...(ends.length === 0 && changes !== undefined ? ['changes without an end'] : []),
  ];
  return texts.map((text) => ({ path, text }));
}
