import { PlacedError } from 'cpansec/base';
import { EXIT, type Program, Stop } from 'cpansec/terminal';
import { TransparencyError } from 'cpansec/transparency';
import { BlobError } from '../blobs/index.ts';
import { PublishedError } from '../published/index.ts';
import { LogKeepingError } from '../transparency/index.ts';

/** The desk's meanings of the exit status that all our programs have. */
export const EXITS: Program['exits'] = [
  [EXIT.clean, 'done'],
  [EXIT.finding, 'something is wrong with what was checked'],
  [EXIT.usage, 'a mistake in what was typed'],
  [EXIT.unknown, 'a source is damaged or cannot be read; nothing was written'],
  [EXIT.index, 'the store or the tree cannot be read or written'],
  [EXIT.internal, 'an error of cpansec-desk itself'],
];

const ADDRESSES =
  "an address is a directory, or s3://BUCKET/PREFIX with the AWS_… variables of AWS's own tools";

const LOG = 'docs/formats/log.md says what each of these means and what to do';

/** Runs the work; what goes wrong with a store or log ends the command with status 4, with anything else read, 3. */
export async function explained<T>(next: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof BlobError && cause.code === 'bad-address')
      throw new Stop(EXIT.usage, cause.message, ADDRESSES, { cause });
    if (cause instanceof LogKeepingError && cause.code === 'config')
      throw new Stop(EXIT.usage, cause.message, 'docs/formats/log.md describes the configuration', { cause });
    if (cause instanceof TransparencyError || cause instanceof LogKeepingError)
      throw new Stop(EXIT.index, cause.message, LOG, { cause });
    if (cause instanceof BlobError || cause instanceof PublishedError)
      throw new Stop(EXIT.index, cause.message, next, { cause });
    if (cause instanceof PlacedError)
      throw new Stop(EXIT.unknown, cause.message, 'nothing was written', { cause });
    throw cause;
  }
}
