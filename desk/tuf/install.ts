/** What a ceremony has signed, brought into the repository. */
import { type Installation, type TufPublication, TufRepository } from 'cpansec/tuf';
import type { Environment } from '../blobs/index.ts';
import { finalizedRoles } from './ceremony.ts';
import type { TufConfig } from './config.ts';
import { TufKeepingError } from './errors.ts';
import { withOptions, withRepository } from './open.ts';

/**
 * All that is newer than what stands. Throws `ceremony` where nothing is, TufError, and IoError `locked`; nothing that
 * clients see is touched then.
 */
export async function installCeremony(
  config: TufConfig,
  env: Environment,
  directory: string,
): Promise<TufPublication> {
  return withRepository(config, env, (repository) => {
    const { root, meta } = repository.standing;
    const found = newerThan(directory, (role) =>
      role === 'root' ? root.version : (meta.get(role)?.version ?? 0),
    );
    return repository.install(found);
  });
}

/**
 * The newest root, with which timestamp and snapshot go on from a version: those that stand cannot be believed. Throws
 * as {@link installCeremony}.
 */
export async function recoverRepository(
  config: TufConfig,
  env: Environment,
  { directory, from }: { readonly directory: string; readonly from: number },
): Promise<TufPublication> {
  const root = finalizedRoles(directory).get('root')?.bytes;
  if (root === undefined) throw new TufKeepingError('ceremony', 'holds no root', { file: directory });
  return withOptions(config, env, (options) =>
    TufRepository.recover(options, { root, roles: new Map() }, from),
  );
}

function newerThan(directory: string, stands: (role: string) => number): Installation {
  const newer = [...finalizedRoles(directory)].filter(([role, { version }]) => version > stands(role));
  if (newer.length === 0)
    throw new TufKeepingError('ceremony', 'holds nothing newer than what stands', { file: directory });
  const bytes = new Map(newer.map(([role, found]) => [role, found.bytes]));
  const root = bytes.get('root');
  bytes.delete('root');
  return root === undefined ? { roles: bytes } : { root, roles: bytes };
}
