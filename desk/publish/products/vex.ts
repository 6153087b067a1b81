/** OpenVEX and CycloneDX VEX: what a record says of versions, as statements of the publisher. */
import { toCycloneDxVex } from 'cpansec/advisories';
import { encodeUtf8 } from 'cpansec/base';
import { formatCycloneDx, formatOpenVex } from 'cpansec/formats';
import { instantsOf } from '../facts.ts';
import { advisoryStem, releasesFrom } from '../paths.ts';
import type { Product } from '../product.ts';

export const openVex: Product<'advisory'> = {
  name: 'openvex',
  make({ record, openVex: document }) {
    const path = `${advisoryStem(record.id)}.openvex.json`;
    return { files: document === null ? [] : [{ path, bytes: encodeUtf8(formatOpenVex(document)) }] };
  },
};

export const cycloneDxVex: Product<'advisory'> = {
  name: 'cyclonedx',
  make(subject, { config, known }) {
    const { record } = subject;
    const stem = advisoryStem(record.id);
    const { document } = toCycloneDxVex(record, {
      timestamp: instantsOf(subject).modified,
      source: { name: config.name, url: `${config.base}/${stem}/` },
      version: subject.revisions.length,
      releases: releasesFrom(known),
    });
    return { files: [{ path: `${stem}.cdx.json`, bytes: encodeUtf8(formatCycloneDx(document)) }] };
  },
};
