/** What is published becomes targets, and the repository is signed anew where it is due. */
import { join } from 'node:path';
import { decodeUtf8 } from 'cpansec/base';
import { IoError, readFile, replaceFile } from 'cpansec/io';
import type { TargetChange, TufPublication } from 'cpansec/tuf';
import { type Environment, openBlobs } from '../blobs/index.ts';
import type { LogConfig } from '../transparency/index.ts';
import type { TufConfig } from './config.ts';
import { logTargets } from './log-targets.ts';
import { withRepository } from './open.ts';
import { treeTargets } from './tree-targets.ts';

export interface TufTask {
  readonly config: TufConfig;
  readonly env: Environment;
  /** Address of the public tree. */
  readonly tree?: string;
  readonly log?: LogConfig;
  /** The whole log is read again, and believed where a release stands with another digest than its first. */
  readonly repair?: boolean;
}

/**
 * Targets of the tree and of the log's newest entries; the timestamp is always signed anew. Throws TufKeepingError,
 * TufError, TransparencyError, BlobError; IoError `locked`.
 */
export async function publishTargets({
  config,
  env,
  tree,
  log,
  repair = false,
}: TufTask): Promise<TufPublication> {
  return withRepository(config, env, async (repository) => {
    const changes: TargetChange[] = tree === undefined ? [] : await treeTargets(openBlobs(tree, env));
    const place = join(config.state, 'log-read');
    const found = log === undefined ? null : await logTargets(log, env, repair ? 0 : readSize(place));
    changes.push(...(repair ? firstOnes(found?.changes ?? []) : (found?.changes ?? [])));
    const done = (await repository.change(changes)) ?? (await repository.renew());
    // What is read twice changes nothing, what is not read would be missing.
    if (found !== null) replaceFile(place, Buffer.from(`${found.size}\n`));
    return done;
  });
}

/** What the log comes to, whatever stands in the repository. */
function firstOnes(changes: readonly TargetChange[]): TargetChange[] {
  const last = new Map<string, TargetChange>();
  for (const { path, target, once } of changes)
    if (once !== true || (last.get(path)?.target ?? null) === null) last.set(path, { path, target });
  return [...last.values()];
}

function readSize(place: string): number {
  try {
    const size = Number(decodeUtf8(readFile(place, 32)));
    return Number.isSafeInteger(size) && size >= 0 ? size : 0;
  } catch (error) {
    if (error instanceof IoError && error.code === 'not-found') return 0;
    throw error;
  }
}
