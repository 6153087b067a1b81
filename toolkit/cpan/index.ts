/**
 * cpan: what CPAN is: the order of Perl versions, requirement ranges, distribution names and paths, and every
 * file in which CPAN's tools write them down. Files are data here: nothing is ever run.
 *
 *     compareVersions('1.10', '1.9')                       // -1: decimal fractions, .100 and .900
 *     parseVersion('1.002003').normal                      // 'v1.2.3'
 *     parseRequirement('>=1,!=1.2,<2').canonical           // '>= 1, < 2, != 1.2'
 *     parseRequirement('>= 1.0, < 2').accepts('v1.5.0')    // true
 *     parseCpanfile("requires 'DBI', 1.6;").requirements  // [{ phase: 'runtime', module: 'DBI', range: '1.6', … }]
 *     parseSnapshot(text, 'cpanfile.snapshot')             // [{ dist: 'Try-Tiny', version: '0.31', … }]
 *     parseMeta(bytes, 'META.yml').prereqs                 // [{ phase: 'build', relationship: 'requires', … }]
 *     packageVersion('package Foo; our $VERSION = 1.5;')   // { package: 'Foo', version: '1.5', … }
 *     distInfo('A/AB/ABC/Foo-Bar-1.02.tar.gz').dist        // 'Foo-Bar'
 *
 * Words: a *dotted* version is what version.pm calls qv; an *alpha* one has an underscore.
 *
 * - version.pm 0.9929: https://metacpan.org/pod/version
 * - CPAN::Meta::Spec, version ranges: https://metacpan.org/pod/CPAN::Meta::Spec#Version-Ranges
 * - cpanfile: https://metacpan.org/dist/Module-CPANfile/view/lib/cpanfile.pod
 * - CPAN::Meta::Spec 2: https://metacpan.org/pod/CPAN::Meta::Spec
 * - Module::Metadata 1.000037: https://metacpan.org/pod/Module::Metadata
 * - CPAN::DistnameInfo 0.12: https://metacpan.org/pod/CPAN::DistnameInfo
 */

export {
  ARCHIVE_LIMITS,
  type Archive,
  type ArchiveFormat,
  type ArchiveLimits,
  type ArchiveMember,
  type ArchiveOptions,
  type RefusedMember,
  readArchive,
} from './archive.ts';
export { isArchiveName } from './archive-name.ts';
export type { ArchiveEntry, ArchiveOps, Decompress } from './archive-ops.ts';
export { type BadPath, memberPath } from './archive-path.ts';
export {
  type Checksums,
  type ChecksumsFile,
  type ChecksumsOptions,
  MAX_CHECKSUMS_LENGTH,
  parseChecksums,
} from './checksums.ts';
export type { ClearText } from './clear-text.ts';
export { coreDistribution, coreModules, coreModuleVersion, corePerls, isDualLife } from './corelist.ts';
export {
  type Cpanfile,
  type CpanfileRequirement,
  type DynamicConstruct,
  effectiveRequirements,
  parseCpanfile,
  type Span,
} from './cpanfile.ts';
export { type DistInfo, distInfo } from './distinfo.ts';
export { CpanError, type CpanErrorCode } from './errors.ts';
export { type InstallRecord, parseInstallRecord } from './install-record.ts';
export { type MailAlias, parseMailrc } from './mailrc.ts';
export { type Meta, type MetaFeature, type MetaResources, parseMeta } from './meta.ts';
export type { MetaPrereq } from './meta-prereqs.ts';
export {
  type AuthorFile,
  authorFile,
  isMirrorPath,
  MAX_MIRROR_PATH,
  mirrorPathIn,
  typedMirrorPath,
} from './mirror-path.ts';
export { type FoundPackage, type PackageVersions, packageVersion } from './package-version.ts';
export { type PackageRow, type PackagesIndex, parsePackages } from './packages.ts';
export { type PackedFile, parsePacklist } from './packlist.ts';
export { type LocalInstall, parsePerllocal } from './perllocal.ts';
export { type Permission, type PermissionsIndex, parsePerms } from './perms.ts';
export { parseRecent, type Recent, type RecentEvent } from './recent.ts';
export {
  type Clause,
  mergeRequirements,
  parseRequirement,
  type Requirement,
  type RequirementOperator,
} from './requirement.ts';
export { parseSnapshot, type SnapshotDist } from './snapshot.ts';
export {
  compareVersions,
  declareVersion,
  isLaxVersion,
  isStrictVersion,
  type PerlVersion,
  parseVersion,
} from './version.ts';
