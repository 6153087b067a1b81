/**
 * Ecosystems of OSV 1.7.5 (`ecosystemName` of its schema), which a query may name: we know nothing of them, and say
 * so by an empty answer. A release may follow: `Debian:12`.
 */
const OTHERS =
  'AlmaLinux|Alpaquita|Alpine|Android|Azure Linux|BellSoft Hardened Containers|Bioconductor|Bitnami|Chainguard|CleanStart|ConanCenter|CRAN|crates.io|Debian|Docker Hardened Images|Echo|FreeBSD|GHC|GitHub Actions|Go|Hackage|Hex|Julia|Kubernetes|Linux|Mageia|Maven|MinimOS|npm|NuGet|opam|openEuler|openSUSE|OSS-Fuzz|Packagist|Photon OS|Pub|PyPI|Red Hat|Rocky Linux|Root|RubyGems|SUSE|SwiftURL|TuxCare|Ubuntu|VSCode|Wolfi|GIT';

/** Not registered yet; scanners and our documents say it. */
export const CPAN = 'CPAN';

const others: ReadonlySet<string> = new Set(OTHERS.split('|'));

export function isEcosystem(name: string): boolean {
  if (name === CPAN) return true;
  const colon = name.indexOf(':');
  return others.has(colon < 0 ? name : name.slice(0, colon));
}
