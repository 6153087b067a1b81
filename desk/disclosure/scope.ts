/**
 * Scope and routing: the charter as a table. The first line that applies says whether the group handles it, why,
 * and who does otherwise.
 */
import { coreDistribution, coreModuleVersion, corePerls, distInfo } from 'cpansec/cpan';
import type { Policy, Route, RouteName } from './policy.ts';

/** What somebody named: a distribution, a module, an archive or a page. */
export interface Subject {
  readonly kind: 'distribution' | 'module' | 'archive' | 'url';
  /** As it was given. */
  readonly given: string;
  readonly distribution: string | null;
  readonly module: string | null;
  /** What perl's own core says of it; `unknown` where no module is named. */
  readonly core: 'no' | 'core-only' | 'dual-life' | 'unknown';
}

/** What is at fault. */
export const PARTS = [
  'own-code',
  'packaged-library',
  'linked-library',
  'interpreter',
  'toolchain',
  'service',
  'metadata',
  'repackaging',
  'legal',
  'management',
] as const;
export type Part = (typeof PARTS)[number];

export interface ScopeFacts {
  readonly subject: Subject;
  readonly part: Part;
  /** Where it was ever published. */
  readonly published: 'cpan' | 'backpan' | 'never' | 'unknown';
  /** Whether it has parts in C. */
  readonly xs: boolean;
  /** Something has to be done before the next ordinary release anywhere. */
  readonly emergency: boolean;
}

export interface Ruling {
  readonly scope: 'in' | 'out' | 'cannot tell';
  /** The line of the table. */
  readonly clause: string;
  /** The line in words. */
  readonly why: string;
  /** The facts that made it apply. */
  readonly because: readonly string[];
  /** Null where the group handles it. */
  readonly handler: Route | null;
  /** What else has to be done. */
  readonly also: readonly string[];
}

interface Clause {
  readonly id: string;
  readonly scope: Ruling['scope'];
  readonly why: string;
  readonly route?: RouteName;
  readonly also?: string;
  /** The facts in words, or null where the line does not apply. */
  readonly applies: (facts: ScopeFacts) => string | null;
}

/** The lines in their order. */
export const SCOPE_TABLE: readonly Clause[] = [
  {
    id: 'legal',
    scope: 'out',
    why: 'questions of law and of management are not questions of security',
    route: 'management',
    applies: ({ part }) => (part === 'legal' || part === 'management' ? `it is a ${part} matter` : null),
  },
  {
    id: 'repackaging',
    scope: 'out',
    why: 'what a distributor changes or builds is answered for by that distributor',
    route: 'distributor',
    applies: isPart('repackaging', 'the fault came with the repackaging'),
  },
  {
    id: 'interpreter',
    scope: 'out',
    why: 'the interpreter is the perl security team’s',
    route: 'perl',
    applies: isPart('interpreter', 'the fault is in the interpreter'),
  },
  {
    id: 'toolchain',
    scope: 'in',
    why: 'the tools that build, upload, index and install are in scope',
    applies: isPart('toolchain', 'the fault is in the toolchain'),
  },
  {
    id: 'infrastructure',
    scope: 'in',
    why: 'PAUSE, MetaCPAN and the chain of trust through the mirrors are in scope',
    applies: isPart('service', 'the fault is in a service of CPAN'),
  },
  {
    id: 'metadata',
    scope: 'in',
    why: 'the metadata of CPAN is in scope',
    applies: isPart('metadata', 'the fault is in metadata'),
  },
  {
    id: 'core-only',
    scope: 'out',
    why: 'modules that come with perl alone are the perl security team’s',
    route: 'perl',
    applies: ({ subject }) =>
      subject.core === 'core-only' ? `${nameOf(subject)} is in perl and in no distribution of its own` : null,
  },
  {
    id: 'alien',
    scope: 'in',
    why: 'Alien distributions and Mozilla::CA stand for what they bring, until tools warn of that by themselves',
    applies: ({ subject, published }) =>
      published !== 'never' && isAlien(subject) ? `${nameOf(subject)} brings the software of others` : null,
  },
  {
    id: 'linked-library',
    scope: 'out',
    why: 'a library that is only linked to is its developers’',
    route: 'upstream',
    applies: isPart('linked-library', 'the fault is in a library that is not in the archive'),
  },
  {
    id: 'dual-life',
    scope: 'in',
    why: 'what is released on CPAN as well as with perl is in scope',
    also: 'a second record for perl (CWE-1395); tell the perl security team',
    applies: ({ subject }) =>
      subject.core === 'dual-life' ? `${nameOf(subject)} comes with perl and by itself` : null,
  },
  {
    id: 'never-on-cpan',
    scope: 'out',
    why: 'software that was never on CPAN is its authors’',
    route: 'author',
    applies: ({ published }) => (published === 'never' ? 'it was never published on CPAN' : null),
  },
  {
    id: 'unknown',
    scope: 'cannot tell',
    why: 'first find out whether it was ever on CPAN or BackPAN',
    applies: ({ published }) => (published === 'unknown' ? 'where it was published is not known' : null),
  },
  {
    id: 'emergency',
    scope: 'in',
    why: 'emergency updates of what CPAN serves are the group’s to coordinate',
    applies: ({ emergency }) => (emergency ? 'it cannot wait for an ordinary release' : null),
  },
  {
    id: 'packaged-library',
    scope: 'in',
    why: 'a library within the archive is part of the distribution',
    also: 'the library has its own CVE id; the distribution’s record says CWE-1395',
    applies: isPart('packaged-library', 'the fault is in a library that the archive carries'),
  },
  {
    id: 'xs',
    scope: 'in',
    why: 'distributions with parts in C, wrappers included, are in scope',
    applies: ({ xs }) => (xs ? 'it has parts in C' : null),
  },
  {
    id: 'backpan',
    scope: 'in',
    why: 'what was deleted from CPAN and stands on BackPAN is in scope',
    applies: ({ published }) => (published === 'backpan' ? 'it is on BackPAN' : null),
  },
];

type Line = Omit<Clause, 'applies'> & { readonly because: string };

/** What no other line says anything of. */
const LAST: Line = {
  id: 'cpan',
  scope: 'in',
  why: 'distributions on CPAN are in scope',
  because: 'it is on CPAN',
};

/** The first line of the table that applies decides; what other lines ask for besides is kept. */
export function rulingOf(facts: ScopeFacts, { routing }: Policy): Ruling {
  const lines: Line[] = SCOPE_TABLE.flatMap((clause) => {
    const because = clause.applies(facts);
    return because === null ? [] : [{ ...clause, because }];
  });
  const first: Line = lines[0] ?? LAST;
  const handler = first.route === undefined ? null : routing[first.route];
  const also = first.scope === 'in' ? lines.flatMap((line) => line.also ?? []) : [];
  return { scope: first.scope, clause: first.id, why: first.why, because: [first.because], handler, also };
}

function isPart(wanted: Part, words: string): Clause['applies'] {
  return ({ part }) => (part === wanted ? words : null);
}

function isAlien({ distribution }: Subject): boolean {
  return distribution !== null && /^(?:Alien(?:-|$)|Mozilla-CA$)/.test(distribution);
}

function nameOf({ module, distribution, given }: Subject): string {
  return module ?? distribution ?? given;
}

const MODULE = /^[A-Za-z_]\w*(?:(?:::|')\w+)*$/;
const DISTRIBUTION = /^[A-Za-z][\w.+]*(?:-[\w.+]+)*$/;
const ARCHIVE = /\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)$/i;
const MOST_CHARACTERS = 2000;

/**
 * What somebody named, as far as its words tell: `Foo::Bar` is a module, `Foo-Bar` a distribution, a path or the
 * name of an archive gives its distribution, pages of MetaCPAN theirs. Null for what is none of these. A single
 * word is taken for a module when perl's core has it, else for a distribution.
 */
export function subjectOf(text: string): Subject | null {
  const given = text.trim();
  if (given === '' || given.length > MOST_CHARACTERS) return null;
  if (/^https?:\/\//i.test(given)) return urlSubject(given);
  if (ARCHIVE.test(given)) return archiveSubject(given);
  if (MODULE.test(given) && (given.includes('::') || coreDistribution(given) !== null))
    return moduleSubject(given.replaceAll("'", '::'), given);
  return DISTRIBUTION.test(given) ? distributionSubject('distribution', given, given) : null;
}

function moduleSubject(module: string, given: string, kind: Subject['kind'] = 'module'): Subject {
  const inCore = coreDistribution(module);
  const distribution = inCore ?? module.replaceAll('::', '-');
  return { kind, given, module, distribution, core: coreOf(module) };
}

/** By the module that a distribution is usually named after. */
function distributionSubject(kind: Subject['kind'], given: string, distribution: string): Subject {
  const core = coreOf(distribution.replaceAll('-', '::'));
  return { kind, given, module: null, distribution, core: distribution === 'perl' ? 'core-only' : core };
}

function archiveSubject(given: string): Subject | null {
  if (!ARCHIVE.test(given)) return null;
  const { dist } = distInfo(given);
  return dist === null ? null : distributionSubject('archive', given, dist);
}

const METACPAN =
  /^https?:\/\/(?:www\.)?metacpan\.org\/(?:(dist|release)\/(?:[A-Z][A-Z0-9-]+\/)?([^/?#]+)|(?:pod|module)\/([\w:]+))/;

function urlSubject(given: string): Subject {
  const [, page, dist, module] = METACPAN.exec(given) ?? [];
  if (module !== undefined && MODULE.test(module)) return moduleSubject(module, given, 'url');
  const name = page === 'release' && dist !== undefined ? (distInfo(`${dist}.tar.gz`).dist ?? dist) : dist;
  if (name !== undefined && DISTRIBUTION.test(name)) return distributionSubject('url', given, name);
  const archive = archiveSubject(given.replace(/[?#].*$/, ''));
  return archive === null
    ? { kind: 'url', given, module: null, distribution: null, core: 'unknown' }
    : { ...archive, kind: 'url', given };
}

/** Whether perl has the module now: what left the core is a module of CPAN like any other. */
function coreOf(module: string): Subject['core'] {
  const distribution = coreDistribution(module);
  const newest = corePerls().at(-1);
  if (distribution === null || newest === undefined) return 'no';
  if (distribution === 'perl') return 'core-only';
  return coreModuleVersion(module, newest) === null ? 'no' : 'dual-life';
}
