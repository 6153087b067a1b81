/**
 * tuf: The Update Framework (https://theupdateframework.github.io/specification/, 1.0.34, with TAP 15): what CPAN
 * says now, from mirrors that nobody has to trust.
 *
 * Words: a *role* signs *metadata* of its *version*, with at least *threshold* of its *keys*; *root* says whose keys
 * the other roles have, *timestamp* which snapshot is the newest, *snapshot* the version of every role, *targets*
 * what files there are, and to which roles that is *delegated*; a *bin* is one of many roles by a path's digest.
 */
export { canonicalTuf } from './canonical.ts';
export { TufError, type TufErrorCode } from './errors.ts';
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
