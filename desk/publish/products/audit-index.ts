/** The audit index and its head: `docs/formats/index-head.md`. */
import { createHash } from 'node:crypto';
import { buildIndex, type DistributionReleases } from 'cpansec/advisories';
import { encodeUtf8 } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import { encodeIndexHead, HEAD_FORMAT, HEAD_PATH } from 'cpansec/tree';
import type { Known } from '../known.ts';
import type { WholeProduct } from '../product.ts';

export const auditIndex: WholeProduct = {
  name: 'audit-index',
  reads: ['records', 'distributions'],
  make({ known, coverage, config, built, serial }) {
    const { complete, distributions } = coverage;
    const bytes = buildIndex(
      {
        records: [...known.records()],
        ...releasesAndModules(known),
        coverage: complete ? { complete } : { complete, distributions },
        source: config.name,
        serial,
        built,
      },
      nodeSha256,
    );
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const path = `index/${sha256}.index`;
    const head = encodeIndexHead({ format: HEAD_FORMAT, serial, built, path, size: bytes.length, sha256 });
    return {
      files: [
        { path, bytes },
        { path: HEAD_PATH, bytes: encodeUtf8(head) },
      ],
    };
  },
};

/** Of what an index holds: other distributions would only make it larger. */
function releasesAndModules(known: Known): {
  releases: Map<string, DistributionReleases>;
  modules: Map<string, string>;
} {
  const releases = new Map<string, DistributionReleases>();
  const modules = new Map<string, string>();
  for (const { distribution, mainModule, modules: names } of known.distributions()) {
    const versions = known
      .releases(distribution)
      .flatMap(({ version }) => (version === null ? [] : [version.original]));
    releases.set(distribution, { mainModule, versions });
    for (const module of names) if (!modules.has(module)) modules.set(module, distribution);
  }
  return { releases, modules };
}
