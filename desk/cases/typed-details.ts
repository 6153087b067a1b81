/** What somebody typed of a case, as the case has it. */
import { readRange } from 'cpansec/advisories';
import { FormatError, scoreCvss } from 'cpansec/formats';
import { type CaseContent, REFERENCE_KINDS } from '../casefile/index.ts';
import { WebError } from '../web/index.ts';

export interface TypedDetails {
  readonly title: string;
  readonly distribution?: string;
  readonly modules?: string;
  readonly labels?: string;
  readonly weaknesses?: string;
  readonly cvss?: string;
  readonly ranges?: string;
  readonly fixed?: string;
  readonly references?: string;
  readonly summary?: string;
}

/** Throws `invalid` with the field that is wrong. */
export function contentOf(
  typed: TypedDetails,
  before: Pick<CaseContent, 'severity' | 'affected'>,
): Partial<CaseContent> {
  const distribution = typed.distribution?.trim() ?? '';
  const ranges = rangesOf(typed.ranges, 'ranges');
  const fixed = typed.fixed === undefined ? null : rangesOf(typed.fixed, 'fixed');
  const [first, ...rest] = before.affected;
  return {
    title: typed.title.trim(),
    distribution: distribution === '' ? null : distribution,
    modules: listOf(typed.modules, /\s+/),
    labels: listOf(typed.labels, /\s*,\s*/),
    weaknesses: listOf(typed.weaknesses, /\s+/).map(weakness),
    severity: { ...before.severity, cvss: vectorOf(typed.cvss?.trim() ?? '') },
    affected: ranges.length === 0 ? rest : [{ ranges, fixed: fixed ?? first?.fixed ?? [] }, ...rest],
    ...(typed.references === undefined ? {} : { references: referencesOf(typed.references) }),
    ...(typed.summary === undefined ? {} : { summary: typed.summary }),
  };
}

function rangesOf(text: string | undefined, field: 'ranges' | 'fixed'): string[] {
  const ranges = listOf(text, /\s*\|\|\s*/);
  const bad = ranges.find((range) => readRange(range) === null);
  if (bad === undefined) return ranges;
  throw new WebError('invalid', 'Not as it must be.', { [field]: `${bad} is no range.` });
}

/** A line each: what it is, then its address. */
function referencesOf(text: string): CaseContent['references'] {
  return listOf(text, /\s*\n\s*/).map((line) => {
    const [, word = 'web', url = ''] = /^(?:([a-z]+)\s+)?(\S+)$/.exec(line) ?? [];
    const kind = REFERENCE_KINDS.find((one) => one === word);
    if (kind !== undefined && /^https?:\/\/\S/.test(url) && URL.canParse(url)) return { kind, url };
    const problem = `${line.slice(0, 80)}: ${REFERENCE_KINDS.join(', ')}, then an address.`;
    throw new WebError('invalid', 'Not as it must be.', { references: problem });
  });
}

/** Its parts, without empty ones. */
export function listOf(text: string | undefined, separator: RegExp): string[] {
  return (text ?? '')
    .trim()
    .split(separator)
    .filter((part) => part !== '');
}

function weakness(text: string): string {
  if (/^CWE-\d{1,5}$/.test(text)) return text;
  throw new WebError('invalid', 'Not as it must be.', { weaknesses: `${text} is no weakness: CWE-79.` });
}

function vectorOf(text: string): string | null {
  if (text === '') return null;
  try {
    scoreCvss(text);
    return text;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new WebError('invalid', 'Not as it must be.', { cvss: error.problem });
  }
}
