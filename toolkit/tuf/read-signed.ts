/** From JSON to what a role says: strict, in time linear in its size. */
import {
  anything,
  array,
  boolean,
  instant,
  type Json,
  matching,
  object,
  optional,
  record,
  type Shape,
  ShapeError,
  string,
  whole,
} from '../base/index.ts';
import type { RoleKeys, TufKey } from './keys.ts';
import {
  type DelegatedRole,
  type Delegations,
  fileNameOf,
  type Hashes,
  isTopRole,
  type MetaFile,
  type Root,
  type SignedOf,
  type Snapshot,
  type SuccinctRoles,
  type TargetFile,
  type Targets,
  type Timestamp,
  TOP_ROLES,
  type TopRole,
} from './model.ts';

/** What is verified costs time: most keys of one role. */
const MAX_ROLE_KEYS = 1_000;
/** The longest name of a file that every system takes, with a version before it. */
const MAX_FILE_NAME = 200;

const version = whole(1);
const keyid = matching(/^[\x21-\x7e]{1,128}$/, 'an id of a key');
const word = matching(/^[\x21-\x7e]{1,64}$/, 'a word in ASCII');
const path = matching(/^[\x20-\x7e]{1,1024}$/, 'a path in ASCII of at most 1024 characters');

const roleName: Shape<string> = (value, at = '') => {
  const name = matching(/^[\x20-\x7e]+$/, 'the name of a role in ASCII')(value, at);
  if (fileNameOf(name).length <= MAX_FILE_NAME) return name;
  throw new ShapeError(at, `a name of a role of at most ${MAX_FILE_NAME} characters`, value);
};

const delegatedName: Shape<string> = (value, at = '') => {
  const name = roleName(value, at);
  if (!isTopRole(name)) return name;
  throw new ShapeError(at, 'the name of a delegated role', value);
};

function mapOf<T>(name: Shape<string>, shape: Shape<T>): Shape<Map<string, T>> {
  return (value, at = '') => {
    const members = Object.entries(object({})(value, at));
    return new Map(members.map(([key, one]) => [name(key, at), shape(one, `${at}[${JSON.stringify(key)}]`)]));
  };
}

const hashes: Shape<Hashes> = (value, at = '') => {
  const digest = matching(/^[0-9a-f]{2,256}$/, 'a digest in small hexadecimal digits');
  const found = mapOf(word, digest)(value, at);
  if (found.size === 0) throw new ShapeError(at, 'a digest', value);
  return found;
};

const keyids: Shape<string[]> = (value, at = '') => {
  const found = array(keyid)(value, at);
  if (found.length > MAX_ROLE_KEYS) throw new ShapeError(at, `at most ${MAX_ROLE_KEYS} keys`, found.length);
  if (new Set(found).size < found.length) throw new ShapeError(at, 'each key once', value);
  return found;
};

const threshold = whole(1);

const roleKeys: Shape<RoleKeys> = (value, at) => {
  const found = object({ keyids, threshold })(value, at);
  return { keyids: found.keyids, threshold: found.threshold };
};

const keyShape = object({ keytype: word, scheme: word, keyval: object({ public: string }) });

const keys: Shape<Map<string, TufKey>> = (value, at) => {
  const found = mapOf(keyid, keyShape)(value, at);
  const known = [...found].map(([id, { keytype, scheme, keyval }]): [string, TufKey] => [
    id,
    { keyid: id, keytype, scheme, keyval: { public: keyval.public } },
  ]);
  return new Map(known);
};

const common = { version, expires: instant };

const rootShape = object({ ...common, consistent_snapshot: boolean, keys, roles: record(roleKeys) });

const root: Shape<Root> = (value, at) => {
  const { version, expires, consistent_snapshot, keys, roles } = rootShape(value, at);
  const one = (role: TopRole): RoleKeys => roleKeys(roles[role], `roles.${role}`);
  const other = Object.keys(roles).find((role) => !isTopRole(role));
  if (other !== undefined) throw new ShapeError('roles', `roles among ${TOP_ROLES.join(', ')}`, other);
  return {
    kind: 'root',
    version,
    expires,
    consistentSnapshot: consistent_snapshot,
    keys,
    roles: {
      root: one('root'),
      timestamp: one('timestamp'),
      snapshot: one('snapshot'),
      targets: one('targets'),
    },
  };
};

const metaShape = object({ version, length: optional(whole(1)), hashes: optional(hashes) });

const metaFile: Shape<MetaFile> = (value, at) => {
  const { version, length, hashes } = metaShape(value, at);
  return {
    version,
    ...(length === undefined ? {} : { length }),
    ...(hashes === undefined ? {} : { hashes }),
  };
};

const timestampShape = object({ ...common, meta: object({ 'snapshot.json': metaFile }) });

const timestamp: Shape<Timestamp> = (value, at) => {
  const { version, expires, meta } = timestampShape(value, at);
  return { kind: 'timestamp', version, expires, snapshot: meta['snapshot.json'] };
};

const metaName = matching(/^[\x20-\x7e]+\.json$/, 'the name of a role with .json');
const snapshotShape = object({ ...common, meta: mapOf(metaName, metaFile) });

const snapshot: Shape<Snapshot> = (value, at) => {
  const { version, expires, meta } = snapshotShape(value, at);
  const byRole = [...meta].map(([name, file]): [string, MetaFile] => [
    roleName(name.slice(0, -'.json'.length), 'meta'),
    file,
  ]);
  return { kind: 'snapshot', version, expires, meta: new Map(byRole) };
};

const targetShape = object({ length: whole(), hashes, custom: optional(anything) });

const targetFile: Shape<TargetFile> = (value, at) => {
  const { length, hashes, custom } = targetShape(value, at);
  // It came out of JSON, and any JSON will do.
  return custom === undefined ? { length, hashes } : { length, hashes, custom: custom as Json };
};

const delegatedShape = object({
  name: delegatedName,
  keyids,
  threshold,
  terminating: boolean,
  paths: optional(array(path)),
  path_hash_prefixes: optional(array(matching(/^[0-9a-f]{1,64}$/, 'the beginning of a SHA-256'))),
});

const delegatedRole: Shape<DelegatedRole> = (value, at = '') => {
  const found = delegatedShape(value, at);
  const { name, keyids, threshold, terminating, paths: patterns, path_hash_prefixes: hashPrefixes } = found;
  const role = { name, keyids, threshold, terminating };
  if (patterns !== undefined && hashPrefixes === undefined) return { ...role, paths: { patterns } };
  if (hashPrefixes !== undefined && patterns === undefined) return { ...role, paths: { hashPrefixes } };
  throw new ShapeError(at, 'either paths or path_hash_prefixes', Object.keys(found));
};

const delegatedRoles: Shape<DelegatedRole[]> = (value, at = '') => {
  const found = array(delegatedRole)(value, at);
  const names = new Set<string>();
  for (const { name } of found) {
    if (names.has(name)) throw new ShapeError(at, 'each role once', name);
    names.add(name);
  }
  return found;
};

const succinctShape = object({ keyids, threshold, bit_length: whole(1, 32), name_prefix: delegatedName });

const succinctRoles: Shape<SuccinctRoles> = (value, at) => {
  const { keyids, threshold, bit_length, name_prefix } = succinctShape(value, at);
  return { keyids, threshold, bitLength: bit_length, namePrefix: name_prefix };
};

const delegationsShape = object({
  keys,
  roles: optional(delegatedRoles),
  succinct_roles: optional(succinctRoles),
});

const delegations: Shape<Delegations> = (value, at = '') => {
  const { keys, roles, succinct_roles } = delegationsShape(value, at);
  if (roles !== undefined && succinct_roles === undefined) return { keys, to: roles };
  if (succinct_roles !== undefined && roles === undefined) return { keys, to: succinct_roles };
  throw new ShapeError(at, 'either roles or succinct_roles', Object.keys(object({})(value, at)));
};

const targetsShape = object({
  ...common,
  targets: mapOf(path, targetFile),
  delegations: optional(delegations),
});

const targets: Shape<Targets> = (value, at) => {
  const { version, expires, targets, delegations = null } = targetsShape(value, at);
  return { kind: 'targets', version, expires, targets, delegations };
};

const typeShape = object({ _type: string, spec_version: matching(/^1\.\d+(?:\.\d+)?$/, 'a version 1.…') });

/** Shapes by `_type`; each wants its own. */
export const signedShapes: { readonly [K in TopRole]: Shape<SignedOf[K]> } = {
  root: typed('root', root),
  timestamp: typed('timestamp', timestamp),
  snapshot: typed('snapshot', snapshot),
  targets: typed('targets', targets),
};

function typed<T>(kind: TopRole, shape: Shape<T>): Shape<T> {
  return (value, at = '') => {
    const { _type } = typeShape(value, at);
    if (_type !== kind) throw new ShapeError('_type', kind, _type);
    return shape(value, at);
  };
}
