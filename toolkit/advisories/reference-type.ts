import type { Reference } from './record.ts';

/** Parts of an address that tell what stands there; the first line with a hit decides. */
const HINTS: readonly (readonly [Reference['type'], readonly string[]])[] = [
  ['patch', ['.patch', '.diff', 'security.metacpan.org/patches/']],
  [
    'advisory',
    ['cve.org/', 'nvd.nist.gov/', 'cve.mitre.org/', '/security/advisories/', '/advisories/', '/GHSA-'],
  ],
  ['advisory', ['security.metacpan.org/', 'lists.security.metacpan.org/', 'debian.org/security/', '/usn/']],
  ['fix', ['/commit/', '/commits/', '/pull/', 'perl.git/commit']],
  ['report', ['/issues/', 'rt.cpan.org/', 'rt.perl.org/', 'show_bug', 'bugreport.cgi', '/issue/']],
  [
    'discussion',
    ['openwall.com/lists/', 'seclists.org/', '/pipermail/', 'nntp.perl.org/', '://lists.', 'marc.info/'],
  ],
  ['package', ['metacpan.org/', 'search.cpan.org/', 'cpan.org/authors/']],
];

/** What stands at an address whose source does not say. `web` where nothing tells. */
export function referenceType(url: string): Reference['type'] {
  return HINTS.find(([, parts]) => parts.some((part) => url.includes(part)))?.[0] ?? 'web';
}

/** The types in words for people. */
export const REFERENCE_WORDS: Readonly<Record<Reference['type'], string>> = {
  advisory: 'Advisory',
  article: 'Article',
  discussion: 'Discussion',
  evidence: 'Evidence',
  fix: 'Fix',
  package: 'Package',
  patch: 'Patch',
  report: 'Report',
  web: 'Web page',
};
