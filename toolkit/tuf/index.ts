/**
 * tuf: The Update Framework (https://theupdateframework.github.io/specification/, 1.0.34, with TAP 15): what CPAN
 * says now, from mirrors that nobody has to trust.
 *
 * Words: a *role* signs *metadata* of its *version*, with at least *threshold* of its *keys*; *root* says whose keys
 * the other roles have, *timestamp* which snapshot is the newest, *snapshot* the version of every role, *targets*
 * what files there are, and to which roles that is *delegated*; a *bin* is one of many roles by a path's digest.
 */
export { type ExpiryAlarm, expiryAlarms } from './alarms.ts';
export { canonicalTuf } from './canonical.ts';
export {
  type Approver,
  approversOf,
  draftsOf,
  draftTargets,
  type Editions,
  finalizeDraft,
  LAYOUT_ROLES,
  type LayoutRole,
  type Progress,
  progressOf,
  signDraft,
  type TufLayout,
} from './ceremony.ts';
export { isTarget, targetAddress } from './check.ts';
export { type CheckedRepository, checkRepository } from './check-repository.ts';
export {
  type FoundTarget,
  TufClient,
  type TufClientOptions,
  type TufDownload,
  type TufState,
} from './client.ts';
export { binName, binOf, type Delegated, delegatedFor, matchesPattern } from './delegation.ts';
export type { TargetChange } from './edit.ts';
export { TufError, type TufErrorCode } from './errors.ts';
export type { OnlineRole, OnlineSigners, TufFile, TufStore } from './keeping.ts';
export {
  checkSigners,
  countSigners,
  keyidOf,
  type RoleKeys,
  type SignedMessage,
  type TufKey,
  type TufSignature,
  type TufSigner,
  type TufVerifier,
} from './keys.ts';
export {
  authorDirectory,
  authorRole,
  type Claim,
  claimsOf,
  type Edition,
  type OnlineQuorums,
  type Quorum,
  releasesOf,
  rootOf,
  targetsOf,
  withClaim,
  withoutClaim,
} from './layout.ts';
export { encodeMetadata, type Metadata, parseMetadata, signedBytes, signMetadata } from './metadata.ts';
export {
  type DelegatedRole,
  type Delegations,
  fileNameOf,
  type Hashes,
  isTopRole,
  type MetaFile,
  type Root,
  type Signed,
  type SignedOf,
  type Snapshot,
  type SuccinctRoles,
  type TargetFile,
  type Targets,
  type Timestamp,
  TOP_ROLES,
  type TopRole,
} from './model.ts';
export type { Digest, FetchBytes, HashAlgorithm, TufCache, TufOps } from './ops.ts';
export { pruneRepository } from './prune.ts';
export {
  type Installation,
  type RepositoryOptions,
  type TufPublication,
  TufRepository,
} from './repository.ts';
export { loadStanding, type RepositoryOps, type Standing } from './standing.ts';
export { TUF_LIMITS, type TufLimits } from './update.ts';
export type { WrittenRole } from './write-roles.ts';
