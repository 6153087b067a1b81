/** What a query of OSV's API asks, and what matches: the semantics of osv.dev's server, its messages too. */
import { affects } from 'cpansec/advisories';
import { CpanError, type PerlVersion, parseVersion } from 'cpansec/cpan';
import { FormatError, type Purl, parsePurl } from 'cpansec/formats';
import type { Distributions, Judged } from './distributions.ts';
import { CPAN, isEcosystem } from './ecosystems.ts';
import { ApiError } from './errors.ts';
import { readToken } from './page-token.ts';

/** `v1Query` of osv_service_v1.swagger.json. */
export interface OsvQuery {
  readonly commit?: string;
  readonly version?: string;
  readonly package?: { readonly name?: string; readonly ecosystem?: string; readonly purl?: string };
  readonly page_token?: string;
}

export interface Asked {
  /** Null where nothing of CPAN is asked for: a commit, another ecosystem, a package URL of another type. */
  readonly distribution: string | null;
  /** Null for all versions. */
  readonly version: string | null;
  /** The id that the page before ended with; empty at the beginning. */
  readonly after: string;
}

/** Throws `invalid`. An empty text is an absent one, as everywhere in protocol buffers. */
export function readQuery(query: OsvQuery): Asked {
  const after = readToken(query.page_token ?? '');
  if (query.commit !== undefined) return askedByCommit(query.commit, query.version, after);
  if (query.package === undefined) throw invalidQuery();
  const { name = '', ecosystem = '', purl = '' } = query.package;
  const version = query.version ?? '';
  if (purl !== '') {
    if (name !== '') throw new ApiError('invalid', 'name specified in a PURL query');
    if (ecosystem !== '') throw new ApiError('invalid', 'ecosystem specified in a PURL query');
    return askedByPurl(readPurl(purl), version, after);
  }
  if (ecosystem !== '' && !isEcosystem(ecosystem)) throw new ApiError('invalid', 'invalid ecosystem');
  if (name === '' || (ecosystem === '' && version === '')) throw invalidQuery();
  const ours = ecosystem === '' || ecosystem === CPAN;
  return { distribution: ours ? name : null, version: version || null, after };
}

function askedByCommit(commit: string, version: string | undefined, after: string): Asked {
  if (version !== undefined) throw new ApiError('invalid', 'commit and version specified');
  if (!/^(?:[0-9a-f]{2})*$/i.test(commit)) throw new ApiError('invalid', 'invalid hash');
  if (commit === '') throw invalidQuery();
  return { distribution: null, version: null, after };
}

/** Whoever released it is not asked: the namespace of older package URLs says nothing here. */
function askedByPurl(purl: Purl, version: string, after: string): Asked {
  if (purl.version !== null && version !== '')
    throw new ApiError('invalid', 'version specified in params and PURL query');
  const distribution = purl.type === 'cpan' ? purl.name : null;
  return { distribution, version: purl.version ?? (version || null), after };
}

function readPurl(text: string): Purl {
  try {
    return parsePurl(text);
  } catch (cause) {
    if (cause instanceof FormatError) throw new ApiError('invalid', cause.message, {}, { cause });
    throw cause;
  }
}

function invalidQuery(): ApiError {
  return new ApiError('invalid', 'invalid query');
}

/** Ids of what matches behind `after`, each once, in code unit order. */
export function matches(known: Distributions, { distribution, version, after }: Asked): readonly string[] {
  const entries = distribution === null ? NONE : known.entries(distribution);
  if (entries.length === 0) return NONE;
  const asked = version === null ? null : tryVersion(version);
  if (version !== null && asked === null) return NONE;
  const ids: string[] = [];
  let last = after;
  for (const entry of entries) {
    if (entry.id <= last || !matchesVersion(entry, asked)) continue;
    last = entry.id;
    ids.push(last);
  }
  return ids;
}

const NONE: readonly never[] = [];

/** What has no range matches nothing, not even a query without a version: it affects no version that we know. */
function matchesVersion(entry: Judged, version: PerlVersion | null): boolean {
  if (version !== null) return affects(entry, version) === true;
  return typeof entry.spans === 'string' || entry.ranges.length > 0;
}

/** Null for what Perl does not read: no release has such a version, no range can hold it. */
function tryVersion(text: string): PerlVersion | null {
  try {
    return parseVersion(text);
  } catch (error) {
    if (error instanceof CpanError) return null;
    throw error;
  }
}
