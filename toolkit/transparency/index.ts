/**
 * transparency: a log of what CPAN publishes, in one order, for everyone: static files that anybody can check
 * (https://c2sp.org/tlog-tiles).
 *
 * Words: an *entry* is one fact, a *leaf* its hash; a *checkpoint* is the size and root of the log, signed; a
 * *tile* is 256 hashes of one level, a *bundle* 256 entries; a *witness* signs that it saw nothing taken back.
 */

export {
  type Cosign,
  type Cosigned,
  Log,
  type LogOptions,
  type Publishing,
} from './append.ts';
export { type CheckLogOptions, checkLog, type LogFault } from './check-log.ts';
export {
  type BelievedCheckpoint,
  checkPolicy,
  type PolicyOptions,
  type Witnessed,
} from './check-policy.ts';
export {
  CHECKPOINT_PATH,
  type Checkpoint,
  formatCheckpoint,
  MAX_CHECKPOINT,
  parseCheckpoint,
  readCheckpoint,
} from './checkpoint.ts';
export { cosign, type Signed, verifySignature, verifySignatures } from './cosignature.ts';
export {
  authorOf,
  formatEntry,
  identityOf,
  isSequence,
  onceOf,
  parseEntry,
  proofPath,
  sequenceOf,
  subjectsOf,
} from './entries.ts';
export type {
  AdvisoryEntry,
  AttestationEntry,
  AuditHeadEntry,
  ChecksumsEntry,
  EntrySource,
  EntryType,
  IndexEntry,
  KeyEntry,
  LogEntry,
  ManifestEntry,
  OwnSource,
  PatchEntry,
  ReleaseEntry,
  RemovalEntry,
  TufEntry,
} from './entry.ts';
export { TransparencyError, type TransparencyErrorCode } from './errors.ts';
export { findEntries, type LoggedEntry } from './find-entries.ts';
export { type Edge, EMPTY_EDGE, type Growth, grow, loadEdge } from './grow.ts';
export {
  conflictOf,
  type FileEntry,
  type FileInHand,
  type FileVerdict,
  judgeByLog,
  judgeByProof,
  type PlacedFile,
} from './judge-file.ts';
export type { CheckpointLock, LogStore, Seen, SeenEntry, SeenFact, SeenPlace } from './keeping.ts';
export { formatLock, type LockState, parseLock } from './lock-state.ts';
export {
  decodeLookup,
  encodeLookup,
  LOOKUP_DIGITS,
  type Lookup,
  lookupOf,
  lookupPath,
  MAX_LOOKUP,
  MAX_LOOKUP_BYTES,
  MAX_LOOKUP_DIGITS,
} from './lookup.ts';
export {
  type Consistency,
  EMPTY_ROOT,
  type Inclusion,
  leafHash,
  nodeHash,
  rootOfInclusion,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
export {
  type Finding,
  findingKey,
  type MonitorReport,
  reportAtom,
  reportJson,
  reportText,
  type Watch,
} from './monitor.ts';
export {
  type AdvisoryReport,
  type AdvisoryTree,
  type AdvisoryWatch,
  type SeenAdvisory,
  type SeenManifest,
  watchAdvisories,
} from './monitor-advisories.ts';
export { watchAuthor } from './monitor-author.ts';
export {
  type AskedWitness,
  auditLog,
  type FirstDigest,
  type LoggedBefore,
  type LogReport,
  type LogWatch,
  staleness,
} from './monitor-log.ts';
export {
  auditMirror,
  type LoggedRelease,
  type Mirror,
  type MirrorReport,
  type MirrorWatch,
} from './monitor-mirror.ts';
export { openCheckpoint, openOwnCheckpoint } from './open-checkpoint.ts';
export type { FetchBytes, Gunzip, SignatureOps } from './ops.ts';
export type { Added } from './plan.ts';
export {
  MAX_POLICY,
  type Policy,
  type PolicyGroup,
  type PolicyLog,
  type PolicyWitness,
  parsePolicy,
} from './policy.ts';
export {
  formatProof,
  MAX_PROOF,
  type Proof,
  type ProvedEntry,
  parseProof,
  type ToProve,
  verifyProof,
} from './proof.ts';
export { missingForQuorum } from './quorum.ts';
export type { LogFile } from './read.ts';
export { LogReader, type LogReaderOptions, type PlacedEntry } from './reader.ts';
export {
  checkpointSignedBy,
  checkSplitView,
  decodeSplitView,
  encodeSplitView,
  type NextLeaf,
  type SplitView,
} from './split-view.ts';
export { STAGING, stagedFor } from './staging.ts';
export {
  decodeBundle,
  encodeBundle,
  MAX_ENTRY,
  parseTilePath,
  type TileName,
  tilePath,
  tilesOf,
} from './tile.ts';
export type { TreeHead } from './tree.ts';
export {
  type Continuity,
  compareCheckpoints,
  type LogView,
  type ViewOptions,
  viewAt,
  viewLog,
} from './view.ts';
export {
  addCheckpoint,
  MAX_WITNESS_REQUEST,
  type Witness,
  type WitnessAnswer,
  type WitnessStore,
} from './witness.ts';
export {
  type Gathered,
  type Gathering,
  gatherCosignatures,
  type Post,
  type WitnessOutcome,
  type WitnessPlace,
} from './witness-client.ts';
