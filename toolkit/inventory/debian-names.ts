/** Which distribution a Debian package carries, by what the package says of itself. */
import { distInfo } from '../cpan/index.ts';
import type { DebianPackage } from './dpkg-status.ts';

/** Packages that name no page of their distribution, in the package database of Debian 12 and 13. */
const DISTRIBUTIONS: ReadonlyMap<string, string> = new Map([
  ['ack', 'ack'],
  ['carton', 'Carton'],
  ['cpanminus', 'App-cpanminus'],
  ['eperl', 'eperl'],
  ['libapache2-mod-perl2', 'mod_perl'],
  ['libapache2-request-perl', 'libapreq2'],
  ['libappconfig-perl', 'AppConfig'],
  ['libberkeleydb-perl', 'BerkeleyDB'],
  ['libconfig-model-perl', 'Config-Model'],
  ['libcrypt-openssl-bignum-perl', 'Crypt-OpenSSL-Bignum'],
  ['libcrypt-openssl-dsa-perl', 'Crypt-OpenSSL-DSA'],
  ['libcrypt-openssl-random-perl', 'Crypt-OpenSSL-Random'],
  ['libcrypt-openssl-rsa-perl', 'Crypt-OpenSSL-RSA'],
  ['libcrypt-random-source-perl', 'Crypt-Random-Source'],
  ['libdatetime-perl', 'DateTime'],
  ['libdatetime-timezone-perl', 'DateTime-TimeZone'],
  ['libdbd-mysql-perl', 'DBD-mysql'],
  ['libdbi-perl', 'DBI'],
  ['libdpkg-perl', 'Dpkg'],
  ['libgd-perl', 'GD'],
  ['libgit-raw-perl', 'Git-Raw'],
  ['libhtml-mason-perl', 'HTML-Mason'],
  ['libimage-exiftool-perl', 'Image-ExifTool'],
  ['libimager-perl', 'Imager'],
  ['libjcode-pm-perl', 'Jcode'],
  ['liblemonldap-ng-common-perl', 'Lemonldap-NG-Common'],
  ['liblemonldap-ng-handler-perl', 'Lemonldap-NG-Handler'],
  ['liblemonldap-ng-manager-perl', 'Lemonldap-NG-Manager'],
  ['liblemonldap-ng-portal-perl', 'Lemonldap-NG-Portal'],
  ['libmail-box-perl', 'Mail-Box'],
  ['libmail-dkim-perl', 'Mail-DKIM'],
  ['libmojolicious-perl', 'Mojolicious'],
  ['libnet-dns-perl', 'Net-DNS'],
  ['libnet-ldap-perl', 'perl-ldap'],
  ['libperlbal-perl', 'Perlbal'],
  ['librdf-perl', 'Redland'],
  ['libsub-install-perl', 'Sub-Install'],
  ['libtype-tiny-perl', 'Type-Tiny'],
  ['libunicode-linebreak-perl', 'Unicode-LineBreak'],
  ['mhonarc', 'MHonArc'],
  ['spamassassin', 'Mail-SpamAssassin'],
]);

/** A page of a distribution, or of one of its modules. */
const DISTRIBUTION_PAGE =
  /^https?:\/\/(?:www\.)?(?:beta\.)?(?:metacpan\.org\/(?:release|dist)|search\.cpan\.org\/dist)\/([A-Za-z][\w-]*)\/?$/;
const RELEASE_PAGE =
  /^https?:\/\/(?:metacpan\.org\/release\/[A-Z][A-Z0-9-]*|search\.cpan\.org\/~\w+)\/([A-Za-z][\w.-]*)\/?$/;
const MODULE_PAGE =
  /^https?:\/\/(?:www\.)?metacpan\.org\/(?:pod|module)\/([A-Za-z_]\w*(?:(?:::|%3A%3A)\w+)*)\/?$/;

/** What a package carries: by distribution, or by one of its modules. */
export interface Carried {
  readonly distribution: string | null;
  readonly module: string | null;
}

/**
 * By its home page, else by the source that `debian/copyright` names, else by the table above; nothing where
 * none of them tells. `source` is only asked for when it is needed.
 */
export function carriedBy(entry: DebianPackage, source: () => string | null): Carried {
  return (
    pageNames(entry.homepage) ??
    tableNames(entry.name) ??
    pageNames(source()) ?? { distribution: null, module: null }
  );
}

function tableNames(name: string): Carried | null {
  const distribution = DISTRIBUTIONS.get(name);
  return distribution === undefined ? null : { distribution, module: null };
}

function pageNames(page: string | null): Carried | null {
  const distribution = DISTRIBUTION_PAGE.exec(page ?? '')?.[1] ?? releaseName(page ?? '');
  const module = MODULE_PAGE.exec(page ?? '')?.[1]?.replace(/%3A/gi, ':') ?? null;
  return distribution === null && module === null ? null : { distribution, module };
}

function releaseName(page: string): string | null {
  const release = RELEASE_PAGE.exec(page)?.[1];
  return release === undefined ? null : distInfo(`${release}.tar.gz`).dist;
}

/**
 * The module that stands for the package among those that it carries: the distribution's own name, else what
 * the package is called, else the shortest. Null where there is none.
 */
export function mainModule(
  entry: DebianPackage,
  carried: Carried,
  modules: readonly string[],
): string | null {
  const named = carried.module ?? carried.distribution?.replaceAll('-', '::');
  if (named !== undefined && modules.includes(named)) return named;
  const called = /^lib(.+)-perl$/.exec(entry.name)?.[1] ?? entry.name;
  const alike = modules.find((module) => module.toLowerCase().replaceAll('::', '-') === called);
  return alike ?? shortest(modules);
}

function shortest(names: readonly string[]): string | null {
  return names.reduce<string | null>(
    (best, name) => (best === null || byLength(name, best) < 0 ? name : best),
    null,
  );
}

function byLength(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
