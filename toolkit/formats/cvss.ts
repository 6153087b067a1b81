/**
 * CVSS 3.1 and 4.0 scores of vectors (https://www.first.org/cvss/). The vector is held against the pattern of the
 * standard's JSON schema first; the formulas are a library's.
 */
import library from 'ae-cvss-calculator';
import { quoteFound } from '../base/index.ts';
import { FormatError } from './errors.ts';

export type CvssRating = 'none' | 'low' | 'medium' | 'high' | 'critical';

/** Scores are 0.0 to 10.0 with one decimal. */
export type CvssScore = CvssScore31 | CvssScore40;

export interface CvssScore31 {
  readonly version: '3.1';
  /** The base score, as feeds show it. */
  readonly score: number;
  /** Of `score`. */
  readonly rating: CvssRating;
  readonly base: number;
  /** Metrics that the vector leaves out count as not defined (X), as sections 7.2 and 7.3 have it. */
  readonly temporal: number;
  readonly environmental: number;
}

export interface CvssScore40 {
  readonly version: '4.0';
  /** The vector's one score, with the threat and environmental metrics that it has. */
  readonly score: number;
  /** Of `score`. */
  readonly rating: CvssRating;
  /** The same: 4.0 gives one score for a vector, whichever metrics are in it. */
  readonly base: number;
}

/** Metric names and their values, in the order of the standard; the first of each name are mandatory. */
interface Grammar {
  readonly prefix: string;
  readonly metrics: ReadonlyMap<string, readonly string[]>;
  readonly mandatory: readonly string[];
  /** 4.0 fixes the order of metrics; 3.1 only recommends it. */
  readonly ordered: boolean;
}

const grammar31 = grammar({
  prefix: 'CVSS:3.1',
  ordered: false,
  mandatory: 'AV:NALP AC:LH PR:NLH UI:NR S:UC C:HLN I:HLN A:HLN',
  optional:
    'E:XUPFH RL:XOTWU RC:XURC CR:XLMH IR:XLMH AR:XLMH ' +
    'MAV:XNALP MAC:XLH MPR:XNLH MUI:XNR MS:XUC MC:XNLH MI:XNLH MA:XNLH',
});

const grammar40 = grammar({
  prefix: 'CVSS:4.0',
  ordered: true,
  mandatory: 'AV:NALP AC:LH AT:NP PR:NLH UI:NPA VC:HLN VI:HLN VA:HLN SC:HLN SI:HLN SA:HLN',
  optional:
    'E:XAPU CR:XHML IR:XHML AR:XHML MAV:XNALP MAC:XLH MAT:XNP MPR:XNLH MUI:XNPA ' +
    'MVC:XNLH MVI:XNLH MVA:XNLH MSC:XNLH MSI:XNLHS MSA:XNLHS S:XNP AU:XNY R:XAUI V:XDC RE:XLMH ' +
    'U:X,Clear,Green,Amber,Red',
});

/**
 * Scores a vector.
 *
 * @example
 *   scoreCvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H').score; // 9.8
 *   scoreCvss('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:L/SA:N').rating; // 'medium'
 *
 * Throws `cvss` for anything that is not a whole vector of one of the two versions.
 */
export function scoreCvss(vector: string): CvssScore {
  if (vector.startsWith(`${grammar31.prefix}/`)) return score31(vector);
  if (vector.startsWith(`${grammar40.prefix}/`)) return score40(vector);
  return refuse(vector, 'it starts with neither "CVSS:3.1/" nor "CVSS:4.0/"');
}

/** The rating of a score, the same words in both versions (3.1, section 5; 4.0, section 6). */
export function rateCvss(score: number): CvssRating {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}

function score31(vector: string): CvssScore31 {
  const metrics = readMetrics(vector, grammar31);
  const value = (name: string): string => metrics.get(name) ?? 'X';
  const calculator = new library.Cvss3P1(vector);
  const base = calculator.calculateExactBaseScore();
  const temporal = ['E', 'RL', 'RC'].every((name) => value(name) === 'X')
    ? base
    : calculator.calculateExactTemporalScore();
  // The library leaves the environmental score out where no such metric is defined. A modified metric that
  // repeats its base metric changes nothing and brings it about.
  if (value('MAV') === 'X') calculator.applyVector(`MAV:${value('AV')}`);
  const environmental = calculator.calculateExactEnvironmentalScore();
  return { version: '3.1', score: base, rating: rateCvss(base), base, temporal, environmental };
}

function score40(vector: string): CvssScore40 {
  readMetrics(vector, grammar40);
  const score = new library.Cvss4P0(vector).calculateOverallScore();
  return { version: '4.0', score, rating: rateCvss(score), base: score };
}

function readMetrics(vector: string, { prefix, metrics, mandatory, ordered }: Grammar): Map<string, string> {
  const names = [...metrics.keys()];
  const found = new Map<string, string>();
  let last = -1;
  for (const part of vector.slice(prefix.length + 1).split('/', names.length + 1)) {
    const [name = '', value = '', ...more] = part.split(':', 3);
    if (more.length > 0 || metrics.get(name)?.includes(value) !== true)
      refuse(vector, `${quoteFound(part)} is no metric`);
    if (found.has(name)) refuse(vector, `metric ${name} twice`);
    const place = names.indexOf(name);
    if (ordered && place < last) refuse(vector, `metric ${name} stands after ${names[last]}`);
    last = place;
    found.set(name, value);
  }
  const missing = mandatory.filter((name) => !found.has(name));
  if (missing.length > 0) refuse(vector, `without ${missing.join(', ')}`);
  return found;
}

function grammar(text: { prefix: string; ordered: boolean; mandatory: string; optional: string }): Grammar {
  const { prefix, ordered, mandatory, optional } = text;
  const metrics = `${mandatory} ${optional}`.split(' ').map((metric): [string, string[]] => {
    const [name = '', values = ''] = metric.split(':');
    return [name, values.includes(',') ? values.split(',') : [...values]];
  });
  const names = mandatory.split(' ').map((metric) => metric.split(':')[0] ?? '');
  return { prefix, ordered, metrics: new Map(metrics), mandatory: names };
}

function refuse(vector: string, problem: string): never {
  throw new FormatError('cvss', `no CVSS vector: ${quoteFound(vector)}: ${problem}`);
}
