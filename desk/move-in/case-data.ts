/** Case data: the YAML of cna-tool, one document a case. */
import { AdvisoryError, fromCna, parseCnaYaml } from 'cpansec/advisories';
import type { Json } from 'cpansec/base';
import type { Cna } from 'cpansec/formats';
import type { CaseContent, ReferenceKind } from '../casefile/index.ts';
import { EMPTY_REPORT, type Report } from '../reports/index.ts';
import type { InputFile } from './json-file.ts';
import type { DataFile } from './match.ts';
import type { Tally } from './report.ts';

/** What git-crypt leaves in the place of a file that was not unlocked. */
const LOCKED = '\0GITCRYPT\0';

/** Documents that can be read; the others stand in the report. */
export function dataIn(files: readonly InputFile[], tally: Tally): DataFile[] {
  const found = new Map<string, DataFile>();
  for (const { name, bytes } of files) {
    const cna = readData({ name, bytes });
    if (typeof cna === 'string') {
      tally.leave(name, '', cna);
      continue;
    }
    const before = found.get(cna.cve);
    if (before === undefined) found.set(cna.cve, { name, bytes, cna });
    else tally.leave(name, '', `${cna.cve} stands in ${before.name} already`);
  }
  return [...found.values()];
}

/** Or why not. */
function readData({ name, bytes }: InputFile): Cna | string {
  if (Buffer.from(bytes.subarray(0, LOCKED.length)).toString('latin1') === LOCKED)
    return 'is encrypted by git-crypt: unlock the repository first';
  try {
    return parseCnaYaml(bytes, name);
  } catch (cause) {
    if (!(cause instanceof AdvisoryError)) throw cause;
    return cause.place.line === undefined ? cause.problem : `line ${cause.place.line}: ${cause.problem}`;
  }
}

/** Content and draft; `flagged` is what is odd about it, in words. */
export function contentOf(cna: Cna): {
  readonly content: Partial<CaseContent>;
  readonly draft: Json;
  readonly flagged: readonly string[];
} {
  const record = recordOf(cna);
  const affected = typeof record === 'string' ? [] : record.affected;
  const content = {
    title: cna.title.trim().replace(/\s+/g, ' '),
    distribution: cna.distribution,
    modules: [cna.module],
    summary: cna.description.trim(),
    weaknesses: (cna.cwes ?? []).flatMap((text) => /^CWE-\d{1,5}/.exec(text)?.[0] ?? []),
    references: cna.references.map(({ link, tags = [] }) => ({ url: link, kind: kindOf(tags) })),
    affected: affected.map(({ ranges, fixed }) => ({ ranges, fixed })),
  };
  if (typeof record === 'string') return { content, draft: null, flagged: [record] };
  const flagged = (record.flags ?? []).map(({ rule }) => `the importer says ${rule}`);
  return { content, draft: JSON.parse(JSON.stringify(record)) as Json, flagged }; // without undefined members
}

function recordOf(cna: Cna): NonNullable<ReturnType<typeof fromCna>> | string {
  try {
    return fromCna(cna) ?? 'it gives no advisory: the file of the case has all of it';
  } catch (cause) {
    if (!(cause instanceof AdvisoryError)) throw cause;
    return cause.problem;
  }
}

const KINDS: Readonly<Record<string, ReferenceKind>> = {
  patch: 'patch',
  advisory: 'advisory',
  'vendor-advisory': 'advisory',
  'third-party-advisory': 'advisory',
  'issue-tracking': 'report',
  'release-notes': 'fix',
};

function kindOf(tags: readonly string[]): ReferenceKind {
  return tags.map((tag) => KINDS[tag]).find((kind) => kind !== undefined) ?? 'web';
}

/** The document as a report, for the timeline. */
export function dataReport({ cve, distribution, affected, title, description }: Cna): Report {
  return {
    ...EMPTY_REPORT,
    where: distribution,
    versions: affected.join(', '),
    what: `${title.trim().replace(/\s+/g, ' ')}\n\n${description.trim()}`,
    known: `The case data of ${cve} were moved in.`,
    credit: 'no',
  };
}
