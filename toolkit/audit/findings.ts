/** Findings: what was judged and what could not be, each with why it is there and what ends it. */
import type { IndexedDistribution } from '../advisories/index.ts';
import { cpanPurl, FormatError } from '../formats/index.ts';
import type { Inventory, Unexamined } from '../inventory/index.ts';
import { briefOf } from './brief.ts';
import { type Client, mainModuleOf } from './command.ts';
import { Fixer } from './fix.ts';
import type { Hit, Hits, Judgement, Unknown } from './judge.ts';
import { type Explanation, Graph } from './paths.ts';
import { Releases } from './releases.ts';
import type { Finding, FoundDistribution, UnknownReason } from './report.ts';
import type { Subject } from './subject.ts';

/** Findings of subjects, with the explanations that they share. */
export class Explainer {
  readonly #subjects: readonly Subject[];
  readonly #client: Client;
  /** Whether anything is asked for: nothing leads anywhere otherwise. */
  readonly #asked: boolean;
  readonly #releases = new Map<string, Releases>();
  #graph: Graph | null = null;

  /** The subjects in the order in which equal explanations shall stand. */
  constructor(subjects: readonly Subject[], client: Client) {
    this.#subjects = subjects;
    this.#client = client;
    this.#asked = subjects.some(({ asked }) => asked.length > 0);
  }

  /** What the judgement says of the subject at this position; nothing when it is clean. */
  findings(position: number, subject: Subject, judgement: Judgement): Finding[] {
    if (judgement.kind === 'clean') return [];
    if (judgement.kind === 'unknown')
      return [this.#finding(position, subject, { unknown: judgement.unknown })];
    const releases = this.#releasesOf(judgement.known);
    const fixer = new Fixer(subject, releases, judgement.version, this.#client);
    return judgement.hits.map((hit) =>
      this.#finding(position, subject, { hit, judgement, unknown: hit.unknown, fixer }),
    );
  }

  #finding(position: number, subject: Subject, { hit, judgement, unknown, fixer }: About): Finding {
    const { paths, count } = this.#explain(position);
    const fixable = unknown === null || unknown.reason === 'not-pinned';
    const malicious = hit?.rows.some((row) => row.malicious === true) === true;
    return {
      status: unknown !== null ? 'unknown' : malicious ? 'malicious' : 'vulnerable',
      distribution: foundOf(subject, judgement),
      advisory: hit === undefined ? null : briefOf(hit.rows, judgement?.version ?? null),
      ...(unknown === null ? {} : { unknown: { ...unknown } }),
      places: [...subject.places],
      paths,
      pathCount: count,
      core: subject.core,
      ...(hit !== undefined && fixer !== undefined && fixable
        ? { fix: malicious && unknown === null ? fixer.removal() : fixer.fix(hit.rows) }
        : {}),
    };
  }

  #explain(position: number): Explanation {
    if (!this.#asked) return { paths: [], count: 0 };
    this.#graph ??= graphOf(this.#subjects);
    return this.#graph.explain(position);
  }

  #releasesOf(known: IndexedDistribution): Releases {
    const releases = this.#releases.get(known.name) ?? new Releases(known);
    this.#releases.set(known.name, releases);
    return releases;
  }
}

interface About {
  readonly unknown: Unknown | null;
  /** Set for what an advisory is about. */
  readonly hit?: Hit;
  readonly judgement?: Hits;
  readonly fixer?: Fixer;
}

function graphOf(subjects: readonly Subject[]): Graph {
  const positions = new Map<string, number>();
  subjects.forEach(({ members }, position) => {
    for (const key of members) positions.set(key, position);
  });
  return new Graph(
    subjects.map(({ name, version, asked, requires }, own) => {
      const required = requires
        .flatMap((key) => positions.get(key) ?? [])
        .filter((position) => position !== own);
      const place = asked[0]?.place;
      return {
        step: place === undefined ? { name, version } : { name, version, place },
        asked: asked.length > 0,
        requires: [...new Set(required)],
      };
    }),
  );
}

function foundOf(subject: Subject, judgement: Hits | undefined): FoundDistribution {
  const { name, distribution, requirements } = subject;
  const known = judgement?.known;
  const module = known === undefined ? subject.module : mainModuleOf(known.name, known.mainModule);
  // What requirements pin is a version, though the inventory has none.
  const version = subject.version ?? judgement?.version?.original ?? null;
  const ranges = [...new Set(requirements.map(({ range }) => range))];
  const purl = distribution === null ? null : purlOf(distribution, version);
  return {
    name,
    version,
    ...(module === null ? {} : { module }),
    ...(ranges.length === 0 ? {} : { requirement: ranges.join(' | ') }),
    ...(purl === null ? {} : { purl }),
  };
}

/** Null for a name that no package URL can have. */
function purlOf(distribution: string, version: string | null): string | null {
  try {
    return cpanPurl(distribution, version);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

const UNEXAMINED: Record<Unexamined['kind'], UnknownReason> = {
  dynamic: 'dynamic',
  unreadable: 'unreadable',
  unsupported: 'unreadable',
  unnamed: 'unnamed',
};

/** What the inventory could not examine. */
export function unexaminedFindings({ unexamined }: Inventory): Finding[] {
  return unexamined.map(({ kind, place, reason }) => ({
    status: 'unknown',
    distribution: null,
    advisory: null,
    unknown: { reason: UNEXAMINED[kind], text: reason },
    places: [place],
    paths: [],
    pathCount: 0,
    core: false,
  }));
}
