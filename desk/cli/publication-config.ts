/** What a desk publishes to, as its operator describes it: a JSON file beside which its other files stand. */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { object, optional, parseJson, type Shape, ShapeError, string } from 'cpansec/base';
import { ioError } from 'cpansec/io';
import type { DeskPublication } from '../app/index.ts';
import type { Environment } from '../blobs/index.ts';
import { openBlobs } from '../blobs/index.ts';
import { checkExpiry, readConfig } from '../publish/index.ts';
import { PublishedStore } from '../published/index.ts';
import type { Key } from '../signing/index.ts';
import { logHead, readLogConfig } from '../transparency/index.ts';
import { readTufConfig } from '../tuf/index.ts';
import { type MadeTree, makeTree, stateBeside } from './tree.ts';

const MAX_LENGTH = 64 * 1024;

interface PublicationFile {
  /** The published store: a directory, or `s3://BUCKET/PREFIX`. */
  readonly store: string;
  /** Who publishes, and where (docs/formats/publisher.md). */
  readonly publisher: string;
  /** The public tree; without it another process makes it. */
  readonly tree?: string | undefined;
  readonly state?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly gpgKey?: string | undefined;
  /** The transparency log that is told of it (docs/formats/log.md). */
  readonly log?: string | undefined;
  /** The TUF repository that vouches for it (docs/formats/tuf-repository.md). */
  readonly tuf?: string | undefined;
  readonly lists: {
    readonly announcement?: string | undefined;
    readonly 'oss-security'?: string | undefined;
  };
}

const fileShape: Shape<PublicationFile> = object({
  store: string,
  publisher: string,
  tree: optional(string),
  state: optional(string),
  keyFile: optional(string),
  gpgKey: optional(string),
  log: optional(string),
  tuf: optional(string),
  lists: object({ announcement: optional(string), 'oss-security': optional(string) }),
});

/** Throws ShapeError, JsonError, PublishError; IoError for a file that cannot be read. */
export function readPublicationConfig(path: string, env: Environment): DeskPublication {
  const beside = (file: string): string =>
    /^s3:/.test(file) || isAbsolute(file) ? file : resolve(dirname(path), file);
  const file = fileShape(parseJson(read(path), { maxLength: MAX_LENGTH }));
  const config = readConfig(beside(file.publisher));
  const store = beside(file.store);
  const log = file.log === undefined ? null : readLogConfig(beside(file.log));
  const tuf = file.tuf === undefined ? null : readTufConfig(beside(file.tuf));
  const { announcement, 'oss-security': oss } = file.lists;
  return {
    published: new PublishedStore(openBlobs(store, env)),
    site: config.base,
    assigner: config.cna ?? null,
    lists: {
      ...(announcement === undefined ? {} : { announcement }),
      ...(oss === undefined ? {} : { 'oss-security': oss }),
    },
    tellHead: log === null ? null : (head) => logHead(log, env, head),
    tree: treeOf(file, beside, async (tree, state) => {
      checkExpiry(config, new Date().toISOString());
      return makeTree({
        store,
        tree,
        state,
        config,
        env,
        key: keyOf(file, beside),
        log,
        tuf,
        progress: () => {},
      });
    }),
  };
}

type Make = (tree: string, state: string) => Promise<MadeTree>;

function treeOf(
  { tree, state }: PublicationFile,
  beside: (file: string) => string,
  make: Make,
): DeskPublication['tree'] {
  if (tree === undefined) return null;
  const address = beside(tree);
  const remembered = state === undefined ? stateBeside(address) : beside(state);
  if (remembered === null) throw new ShapeError('state', 'a file, since a bucket has no place beside it', {});
  return () => make(address, remembered);
}

function keyOf({ keyFile, gpgKey }: PublicationFile, beside: (file: string) => string): Key | null {
  if (keyFile !== undefined) return { file: beside(keyFile) };
  return gpgKey === undefined ? null : { gpg: gpgKey };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw ioError(cause, 'read it', path);
  }
}
