/**
 * The audit index and its head: `docs/formats/index-head.md`. What it holds of one record and of one distribution is
 * prepared with these and kept.
 */
import { createHash } from 'node:crypto';
import {
  joinIndex,
  type PreparedDistribution,
  type PreparedRecord,
  prepareDistribution,
  prepareRecord,
} from 'cpansec/advisories';
import { decodeUtf8, encodeUtf8 } from 'cpansec/base';
import { encodeIndexHead, HEAD_FORMAT, HEAD_PATH } from 'cpansec/tree';
import type { Known } from '../known.ts';
import { packed, unpacked } from '../packed.ts';
import { releasesFrom } from '../paths.ts';
import type { Product, WholeProduct } from '../product.ts';

export const indexedRecord: Product<'advisory'> = {
  name: 'indexed-record',
  make({ record }) {
    const { id, names, entries, bytes } = prepareRecord(record);
    const member = {
      collection: 'index-record',
      key: id,
      bytes: packed([encodeUtf8(JSON.stringify({ names, entries })), bytes]),
    };
    return { files: [], members: [member] };
  },
};

export const indexedDistribution: Product<'distribution'> = {
  name: 'indexed-distribution',
  make({ page: { distribution: name } }, { known }) {
    const { mainModule = null, modules = [] } = known.distribution(name) ?? {};
    const prepared = prepareDistribution({
      name,
      records: known.advisoriesOf(name).map(({ record }) => record),
      releases: {
        mainModule,
        versions: releasesFrom(known)(name) ?? [],
      },
      has: (module) => modules.includes(module),
    });
    const parts = prepared === null ? [] : [prepared.head, prepared.rest];
    const facts = JSON.stringify({ mainModule: prepared?.mainModule ?? null, modules });
    return {
      files: [],
      members: [
        { collection: 'index-distribution', key: name, bytes: packed([encodeUtf8(facts), ...parts]) },
      ],
    };
  },
};

export const auditIndex: WholeProduct = {
  name: 'audit-index',
  reads: ['records', 'distributions', 'built'],
  make({ known, coverage, config, built, serial }) {
    const parts = { records: recordsOf(known), ...distributionsOf(known) };
    const covered = coverage.complete ? null : coverage.distributions;
    const bytes = joinIndex({ ...parts, covered, source: config.name, serial, built });
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

function recordsOf(known: Known): PreparedRecord[] {
  return Array.from(known.members('index-record'), ({ key: id, bytes: member }) => {
    const [facts = NONE, bytes = NONE] = unpacked(member);
    return { ...(JSON.parse(decodeUtf8(facts)) as Pick<PreparedRecord, 'names' | 'entries'>), id, bytes }; // made above
  });
}

const NONE = new Uint8Array(0);

/** As `buildIndex` has it: a main module is a module that nobody else has. */
function distributionsOf(known: Known): {
  distributions: PreparedDistribution[];
  modules: Map<string, string>;
} {
  const distributions: PreparedDistribution[] = [];
  const mains: [string, string][] = [];
  const modules: [string, string][] = [];
  for (const { key: name, bytes } of known.members('index-distribution')) {
    const [facts = NONE, head, rest] = unpacked(bytes);
    const found = JSON.parse(decodeUtf8(facts)) as { mainModule: string | null; modules: string[] }; // made above
    if (head !== undefined && rest !== undefined) {
      distributions.push({ name, mainModule: found.mainModule, head, rest });
      if (found.mainModule !== null) mains.push([found.mainModule, name]);
    }
    for (const module of found.modules) modules.push([module, name]);
  }
  return { distributions, modules: new Map([...mains, ...modules]) };
}
