/** Subjects of products, from what is known. */
import type { AdvisoryLine, AdvisoryPage } from '../site/index.ts';
import { type Advisory, affectedDistributions, distributionPage, instantsOf, newestFirst } from './facts.ts';
import { cvesOf, formatsOf } from './paths.ts';
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
  if (found === null) return null;
  const { advisory, line } = found;
  let page: AdvisoryPage | null = null;
  return {
    ...advisory,
    line,
    get page() {
      page ??= advisoryPage(advisory, line, context);
      return page;
    },
  };
}

function advisoryPage(advisory: Advisory, line: AdvisoryLine, { known, config }: Context): AdvisoryPage {
  const { record, origin, revisions } = advisory;
  return {
    record,
    line,
    revision: revisions.at(-1)?.revision ?? 1,
    ...instantsOf(advisory),
    origin,
    affected: affectedDistributions(record, (name) => known.releases(name)),
    formats: formatsOf(record, config.cna === undefined ? [] : cvesOf(record)),
    patches: patchesOf(record.references, config.base),
  };
}

/** Those of its patches that stand in this tree. */
function patchesOf(references: readonly { type: string; url: string }[], base: string): string[] {
  return references.flatMap(({ type, url }) => {
    const path = url.startsWith(`${base}/patches/`) ? url.slice(base.length + 1) : null;
    return type === 'patch' && path !== null ? [path] : [];
  });
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
    patches: [...new Set(advisories.flatMap(({ record }) => patchesOf(record.references, config.base)))],
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
