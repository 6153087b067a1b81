/** Who signs what, as people write it down: `layout.json` of a ceremony. */
import { array, exact, type Infer, matching, oneOf, record, string, whole } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import { type Claim, keyidOf, type LayoutRole, type Quorum, type TufKey, type TufLayout } from 'cpansec/tuf';
import { TufKeepingError } from './errors.ts';
import { readShaped } from './read-json.ts';

const key = exact({ keytype: string, scheme: string, public: string });
const quorum = exact({ threshold: whole(1), keys: array(string) });
const author = matching(/^[A-Z][A-Z0-9-]{1,8}$/, 'the id of an author');

const shape = exact({
  format: oneOf('cpansec-tuf-layout/1'),
  binBits: whole(1, 16),
  keys: record(key),
  roles: exact({
    root: quorum,
    targets: quorum,
    timestamp: quorum,
    snapshot: quorum,
    'pause-index': quorum,
    advisories: quorum,
    'recently-claimed': quorum,
    bins: quorum,
  } satisfies Record<LayoutRole, typeof quorum>),
  claims: record(quorum),
});

export interface NamedLayout extends TufLayout {
  /** Names of keys by their ids. */
  readonly names: ReadonlyMap<string, string>;
}

/** Throws `ceremony`, for a quorum that can never be met too. */
export function readLayout(path: string): NamedLayout {
  const { binBits, keys, roles, claims } = readShaped(path, shape, 'ceremony');
  const byName = new Map(Object.entries(keys).map(([name, one]) => [name, tufKeyFrom(one)]));
  const of = (found: Infer<typeof quorum>, role: string): Quorum =>
    quorumOf(found, byName, `${path} at ${role}`);
  return {
    binBits,
    roles: {
      root: of(roles.root, 'root'),
      targets: of(roles.targets, 'targets'),
      timestamp: of(roles.timestamp, 'timestamp'),
      snapshot: of(roles.snapshot, 'snapshot'),
      'pause-index': of(roles['pause-index'], 'pause-index'),
      advisories: of(roles.advisories, 'advisories'),
      'recently-claimed': of(roles['recently-claimed'], 'recently-claimed'),
      bins: of(roles.bins, 'bins'),
    },
    claims: Object.entries(claims).map(([id, one]): Claim => ({ author: author(id), ...of(one, id) })),
    names: new Map([...byName].map(([name, { keyid }]) => [keyid, name])),
  };
}

function tufKeyFrom({ keytype, scheme, public: text }: Infer<typeof key>): TufKey {
  const found = { keytype, scheme, keyval: { public: text } };
  return { keyid: keyidOf(found, nodeSha256), ...found };
}

function quorumOf(
  { threshold, keys }: Infer<typeof quorum>,
  known: ReadonlyMap<string, TufKey>,
  file: string,
): Quorum {
  const found = new Map<string, TufKey>();
  for (const name of keys) {
    const one = known.get(name);
    if (one === undefined) throw new TufKeepingError('ceremony', `no key is called ${name}`, { file });
    found.set(one.keyid, one);
  }
  if (found.size < keys.length) throw new TufKeepingError('ceremony', 'one key stands there twice', { file });
  if (threshold > found.size)
    throw new TufKeepingError('ceremony', `${threshold} of ${found.size} keys can never sign`, { file });
  return { keys: [...found.values()], threshold };
}
