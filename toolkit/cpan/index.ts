/**
 * cpan: what CPAN is: the order of Perl versions, requirement ranges, distribution names and paths.
 *
 *     compareVersions('1.10', '1.9')                       // -1: decimal fractions, .100 and .900
 *     parseVersion('1.002003').normal                      // 'v1.2.3'
 *     parseRequirement('>=1,!=1.2,<2').canonical           // '>= 1, < 2, != 1.2'
 *     parseRequirement('>= 1.0, < 2').accepts('v1.5.0')    // true
 *     distInfo('A/AB/ABC/Foo-Bar-1.02.tar.gz').dist        // 'Foo-Bar'
 *
 * Words: a *dotted* version is what version.pm calls qv; an *alpha* one has an underscore.
 *
 * - version.pm 0.9929: https://metacpan.org/pod/version
 * - CPAN::Meta::Spec, version ranges: https://metacpan.org/pod/CPAN::Meta::Spec#Version-Ranges
 * - CPAN::DistnameInfo 0.12: https://metacpan.org/pod/CPAN::DistnameInfo
 */
export { type DistInfo, distInfo } from './distinfo.ts';
export { CpanError, type CpanErrorCode } from './errors.ts';
export {
  type Clause,
  mergeRequirements,
  parseRequirement,
  type Requirement,
  type RequirementOperator,
} from './requirement.ts';
export {
  compareVersions,
  declareVersion,
  isLaxVersion,
  isStrictVersion,
  type PerlVersion,
  parseVersion,
} from './version.ts';
