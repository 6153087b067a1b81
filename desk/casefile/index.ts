/**
 * casefile: a case in the private database: its content and state sealed under its key, its timeline, its files,
 * and the tokens it is found by. Knows no page and no mail; features build on it.
 *
 *     const file = await openCase(tx, vault, { content: { title: '…', distribution: 'Foo-Bar' }, reporter: null });
 *     const { file: next } = await happen(tx, vault, file, { type: 'phase', step: 'TRIAGE', by: 'member:ID' });
 *     await addEntry(tx, vault, next, { kind: 'message', actor: 'member:ID', audience: 'team', body: { text: '…' } });
 */

export { amended, wantAmendment } from './amendments.ts';
export { type Audience, audienceOf } from './audience.ts';
export {
  type CaseFile,
  type Change,
  changeCase,
  closeCase,
  type Happened,
  type Happening,
  happen,
  type Opening,
  openCase,
  readCase,
  type Splitting,
  shredCase,
  splitCase,
  TEAM,
} from './case-file.ts';
export {
  type CaseContent,
  type CaseCredit,
  type CaseProduct,
  CREDIT_ROLES,
  type Exploitation,
  type Lessons,
  PRODUCT_STATUSES,
  type ProductStatus,
  REFERENCE_KINDS,
  type ReferenceKind,
  type SsvcAssessment,
  UPSTREAM_STATES,
  type Upstream,
} from './content.ts';
export { chooseCredit, creditsChanged, dropCredit, MAX_CREDITS, newCredit, putCredit } from './credits.ts';
export {
  addToPool,
  type CveState,
  dropFromPool,
  giveBackCve,
  holdCve,
  knownInPool,
  type PooledCve,
  type PoolYear,
  passCve,
  poolOf,
  poolYears,
  rejectedInPool,
  takeFromPool,
} from './cve-pool.ts';
export {
  addEntry,
  type Entry,
  type EntryKind,
  entriesOf,
  type NewEntry,
} from './entries.ts';
export { CaseFileError, type CaseFileErrorCode } from './errors.ts';
export { addFile, type FileFacts, filesOf, MAX_FILE, MAX_FILES, readCaseFile } from './files.ts';
export { fillTimes } from './fill-times.ts';
export {
  CONFIDENCES,
  type ContainmentRequest,
  type CourseEvent,
  type Custody,
  type Evidence,
  INCIDENT_KINDS,
  type Incident,
  type IncidentIndicator,
  type IncidentKind,
  type IncidentRelease,
  MEASURES,
  RELEASE_VERDICTS,
  REQUEST_STATES,
} from './incident.ts';
export { instantOf } from './instant.ts';
export { goesOnIn, leadOn, mergedCases } from './merged.ts';
export { type PolicySource, policyOf, policySource, setPolicy } from './policy.ts';
export {
  type Alert,
  alertMembers,
  type DisputeNews,
  lookedAt,
  TELL,
  type Telling,
  type Topic,
  tellAudience,
  tellDisputer,
  tellingShape,
  tellParticipant,
  tellRole,
} from './tell.ts';
export { reporterAnswered, reporterAsked, waitsForReporter } from './waits.ts';
export {
  type Alike,
  assignedToken,
  casesLike,
  casesWith,
  indexFacets,
  statusToken,
  wordsOf,
  wordTokens,
} from './words.ts';
