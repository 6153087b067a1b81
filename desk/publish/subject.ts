/** Subjects of products, from what is known. */
import { type AdvisoryRecord, toCve, toOpenVex } from 'cpansec/advisories';
import type { CveRecord, OpenVex } from 'cpansec/formats';
import type { AdvisoryLine, AdvisoryPage } from '../site/index.ts';
import type { PublishConfig } from './config.ts';
import { type Advisory, affectedDistributions, distributionPage, instantsOf, newestFirst } from './facts.ts';
import { advisoryStem, formatsOf, patchPath, releasesFrom } from './paths.ts';
import type {
  AdvisorySubject,
  AuthorSubject,
  Context,
  DistributionSubject,
  Kind,
  Subjects,
} from './product.ts';

/** Null for a subject that is gone. */
export function subjectOf(kind: Kind, key: string, context: Context): Subjects[Kind] | null {
  const { known } = context;
  switch (kind) {
    case 'advisory':
      return advisorySubject(key, context);
    case 'distribution':
      return distributionSubject(key, context);
    case 'author':
      return authorSubject(key, context);
    case 'name': {
      const lines = known.linesOfName(key);
      return lines.length === 0 ? null : { name: key, lines };
    }
    case 'year': {
      const lines = known.linesOfYear(key).sort(newestFirst);
      return lines.length === 0 ? null : { year: key, lines };
    }
    case 'shard': {
      const number = Number(key);
      return number < context.searchShards ? { number, documents: known.searchDocuments(number) } : null;
    }
    case 'letter': {
      const distributions = known.letter(key);
      return distributions.length === 0 ? null : { letter: key, distributions };
    }
  }
}

function advisorySubject(id: string, context: Context): AdvisorySubject | null {
  const found = context.known.advisory(id);
  return found === null ? null : new OneAdvisory(found.advisory, found.line, context);
}

class OneAdvisory implements AdvisorySubject {
  readonly record: Advisory['record'];
  readonly revisions: Advisory['revisions'];
  readonly origin: Advisory['origin'];
  readonly line: AdvisoryLine;
  readonly #context: Context;
  #page: AdvisoryPage | undefined;
  #cve: readonly CveRecord[] | undefined;
  #openVex: OpenVex | null | undefined;

  constructor({ record, revisions, origin }: Advisory, line: AdvisoryLine, context: Context) {
    this.record = record;
    this.revisions = revisions;
    this.origin = origin;
    this.line = line;
    this.#context = context;
  }

  get page(): AdvisoryPage {
    this.#page ??= {
      record: this.record,
      line: this.line,
      revision: this.revisions.at(-1)?.revision ?? 1,
      ...instantsOf(this),
      origin: this.origin,
      affected: affectedDistributions(this.record, (name) => this.#context.known.releases(name)),
      formats: formatsOf(this),
      patches: patchesOf(this.record, this.#context.config),
    };
    return this.#page;
  }

  get cve(): readonly CveRecord[] {
    this.#cve ??= this.#writeCve();
    return this.#cve;
  }

  get openVex(): OpenVex | null {
    if (this.#openVex === undefined) this.#openVex = this.#writeOpenVex();
    return this.#openVex;
  }

  #writeCve(): readonly CveRecord[] {
    const { config, known } = this.#context;
    if (config.cna === undefined) return [];
    return toCve(this.record, {
      assigner: config.cna,
      ...instantsOf(this),
      author: (name) => known.authorOf(name),
      mainModule: (name) => known.distribution(name)?.mainModule ?? null,
    }).documents;
  }

  #writeOpenVex(): OpenVex | null {
    const { config, known } = this.#context;
    const { published: timestamp, modified: updated } = instantsOf(this);
    return toOpenVex(this.record, {
      id: `${config.base}/${advisoryStem(this.record.id)}.openvex.json`,
      author: config.publisher.name,
      timestamp,
      ...(updated === timestamp ? {} : { updated }),
      version: this.revisions.length,
      releases: releasesFrom(known),
    }).document;
  }
}

/** Paths of its patches that are of this tree. */
function patchesOf({ references }: AdvisoryRecord, config: PublishConfig): string[] {
  return references.flatMap((reference) => patchPath(reference, config) ?? []);
}

function distributionSubject(name: string, { known, covered, config }: Context): DistributionSubject | null {
  const found = known.distribution(name);
  if (found === null) return null;
  const advisories = known.advisoriesOf(name);
  const page = distributionPage({
    distribution: name,
    mainModule: found.mainModule,
    releases: known.releases(name),
    advisories,
    covered: covered(name),
    patches: [...new Set(advisories.flatMap(({ record }) => patchesOf(record, config)))],
  });
  const modified =
    advisories
      .map(({ line }) => line.modified)
      .sort()
      .at(-1) ?? null;
  return { page, modified };
}

function authorSubject(author: string, { known }: Context): AuthorSubject | null {
  const distributions = known.distributionsOfAuthor(author);
  if (distributions.length === 0) return null;
  const lines = new Map(
    distributions.flatMap((name) => known.advisoriesOf(name).map(({ line }) => [line.id, line])),
  );
  return { author, distributions, lines: [...lines.values()].sort(newestFirst) };
}
