/** From what a role says to JSON. */
import type { Json } from '../base/index.ts';
import type { RoleKeys, TufKey } from './keys.ts';
import type {
  DelegatedRole,
  Delegations,
  MetaFile,
  Root,
  Signed,
  SuccinctRoles,
  TargetFile,
} from './model.ts';

/** The version of the specification that this is written after. */
const SPEC_VERSION = '1.0.34';

type JsonObject = { [key: string]: Json };

export function signedToJson(signed: Signed): JsonObject {
  const { kind, version, expires } = signed;
  return { _type: kind, spec_version: SPEC_VERSION, version, expires, ...own(signed) };
}

function own(signed: Signed): JsonObject {
  switch (signed.kind) {
    case 'root':
      return rootToJson(signed);
    case 'timestamp':
      return { meta: { 'snapshot.json': metaToJson(signed.snapshot) } };
    case 'snapshot':
      return { meta: toObject(signed.meta, metaToJson, '.json') };
    case 'targets': {
      const targets = toObject(signed.targets, targetToJson);
      return signed.delegations === null
        ? { targets }
        : { targets, delegations: delegationsToJson(signed.delegations) };
    }
  }
}

function rootToJson({ consistentSnapshot, keys, roles }: Root): JsonObject {
  const { root, timestamp, snapshot, targets } = roles;
  return {
    consistent_snapshot: consistentSnapshot,
    keys: toObject(keys, keyToJson),
    roles: {
      root: roleToJson(root),
      timestamp: roleToJson(timestamp),
      snapshot: roleToJson(snapshot),
      targets: roleToJson(targets),
    },
  };
}

function keyToJson({ keytype, scheme, keyval }: TufKey): Json {
  return { keytype, scheme, keyval: { public: keyval.public } };
}

function roleToJson({ keyids, threshold }: RoleKeys): JsonObject {
  return { keyids: [...keyids], threshold };
}

function metaToJson({ version, length, hashes }: MetaFile): Json {
  return {
    version,
    ...(length === undefined ? {} : { length }),
    ...(hashes === undefined ? {} : { hashes: toObject(hashes, (digest) => digest) }),
  };
}

function targetToJson({ length, hashes, custom }: TargetFile): Json {
  const file = { length, hashes: toObject(hashes, (digest) => digest) };
  return custom === undefined ? file : { ...file, custom };
}

function delegationsToJson({ keys, to }: Delegations): Json {
  const written = toObject(keys, keyToJson);
  if ('bitLength' in to) return { keys: written, succinct_roles: succinctToJson(to) };
  return { keys: written, roles: to.map(delegatedToJson) };
}

function succinctToJson({ bitLength, namePrefix, ...role }: SuccinctRoles): Json {
  return { ...roleToJson(role), bit_length: bitLength, name_prefix: namePrefix };
}

function delegatedToJson({ name, terminating, paths, ...role }: DelegatedRole): Json {
  const written = { name, terminating, ...roleToJson(role) };
  if ('patterns' in paths) return { ...written, paths: [...paths.patterns] };
  return { ...written, path_hash_prefixes: [...paths.hashPrefixes] };
}

/** Names are data: one may be `__proto__`. */
function toObject<T>(map: ReadonlyMap<string, T>, write: (value: T) => Json, ending = ''): JsonObject {
  const object: JsonObject = Object.create(null);
  for (const [name, value] of map) object[`${name}${ending}`] = write(value);
  return object;
}
