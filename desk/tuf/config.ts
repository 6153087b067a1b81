/** What keeps a repository, as its operator describes it: a JSON file beside which its other files stand. */
import { dirname, isAbsolute, resolve } from 'node:path';
import { array, exact, oneOf, type Shape, string } from 'cpansec/base';
import type { OnlineRole } from 'cpansec/tuf';
import { readShaped } from './read-json.ts';

const places = array(string);

const shape = exact({
  format: oneOf('cpansec-tuf/1'),
  store: string,
  state: string,
  root: string,
  signers: exact({
    timestamp: places,
    snapshot: places,
    'pause-index': places,
    advisories: places,
    'recently-claimed': places,
    bins: places,
  } satisfies Record<OnlineRole, Shape<string[]>>),
});

export interface TufConfig {
  /** Where the metadata stands: a directory, or `s3://BUCKET/PREFIX`. Below a public tree it is its `tuf`. */
  readonly store: string;
  /** A directory of the repository's own on this machine. */
  readonly state: string;
  /** File of the root that the operator began with. */
  readonly root: string;
  /** Where the keys are: files, `pkcs11:…`, `SHA256:…` of the ssh-agent. */
  readonly signers: Readonly<Record<OnlineRole, readonly string[]>>;
}

/** Throws `config`. */
export function readTufConfig(path: string): TufConfig {
  const beside = (file: string): string =>
    /^(?:s3:|pkcs11:|SHA256:)/.test(file) || isAbsolute(file) ? file : resolve(dirname(path), file);
  const { store, state, root, signers } = readShaped(path, shape, 'config');
  return {
    ...{ store: beside(store), state: beside(state), root: beside(root) },
    signers: {
      timestamp: signers.timestamp.map(beside),
      snapshot: signers.snapshot.map(beside),
      'pause-index': signers['pause-index'].map(beside),
      advisories: signers.advisories.map(beside),
      'recently-claimed': signers['recently-claimed'].map(beside),
      bins: signers.bins.map(beside),
    },
  };
}
