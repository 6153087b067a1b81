/** What programs of CPAN read today: `docs/formats/cpansa-feed.md`. */
import { cpansaFeedMember, cpansaMember } from 'cpansec/advisories';
import { decodeUtf8, encodeUtf8 } from 'cpansec/base';
import {
  type CpansaMember,
  formatCpansaDistribution,
  formatCpansaFeedMember,
  joinCpansa,
  joinCpansaFeed,
} from 'cpansec/formats';
import type { Known } from '../known.ts';
import { releasesFrom } from '../paths.ts';
import type { Member, Product, WholeProduct } from '../product.ts';

export const cpansaDistribution: Product<'distribution'> = {
  name: 'cpansa-distribution',
  make({ page: { distribution: name, mainModule, releases } }, { known }) {
    const records = known.advisoriesOf(name).map(({ record }) => record);
    if (records.length === 0) return { files: [] };
    const dates = new Map(
      releases.flatMap(({ version, date }) => (date === null ? [] : [[version, date] as const])),
    );
    const versions = releasesFrom(known)(name) ?? [];
    const database = cpansaMember(name, records, { mainModule, versions, dates }).member;
    const feed = cpansaFeedMember(name, records).member;
    const modules = known.distribution(name)?.modules ?? [];
    const members: Member[] = [
      { collection: 'cpansa', key: name, bytes: encodeUtf8(formatCpansaDistribution(database)) },
      { collection: 'cpansa-modules', key: name, bytes: encodeUtf8(modules.join('\n')) },
    ];
    if (feed.length > 0)
      members.push({ collection: 'cpansa-feed', key: name, bytes: encodeUtf8(formatCpansaFeedMember(feed)) });
    return { files: [], members };
  },
};

export const cpansa: WholeProduct = {
  name: 'cpansa',
  reads: ['records', 'distributions', 'built'],
  make({ known, built, config }) {
    const meta = {
      date: new Date(built).toUTCString(),
      epoch: Date.parse(built) / 1000,
      generator: 'cpansec',
      repo: config.base,
    };
    const database = joinCpansa({ meta, module2dist: modulesOf(known) }, membersOf(known, 'cpansa'));
    return {
      files: [
        { path: 'cpansa/cpan-security-advisory.json', bytes: encodeUtf8([...database].join('')) },
        {
          path: 'feed/cpansa.json',
          bytes: encodeUtf8([...joinCpansaFeed(membersOf(known, 'cpansa-feed'))].join('')),
        },
      ],
    };
  },
};

function* membersOf(known: Known, collection: string): Iterable<CpansaMember> {
  for (const { key, bytes } of known.members(collection)) yield [key, decodeUtf8(bytes)];
}

/** Modules of the distributions that the database names. */
function modulesOf(known: Known): Record<string, string> {
  const modules: [string, string][] = [];
  for (const { key, bytes } of known.members('cpansa-modules')) {
    if (bytes.length === 0) continue;
    for (const module of decodeUtf8(bytes).split('\n')) modules.push([module, key]);
  }
  return Object.fromEntries(modules);
}
