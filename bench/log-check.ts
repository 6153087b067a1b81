/** Checks a whole log in a directory. By itself, DIRECTORY SIZE ROOT, it is a process whose memory is measured. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeSha256Into } from '../toolkit/io/index.ts';
import { checkLog, type FetchBytes, type TreeHead } from '../toolkit/transparency/index.ts';

export function fetchFolder(dir: string): FetchBytes {
  return async (path) => (existsSync(join(dir, path)) ? readFileSync(join(dir, path)) : null);
}

/** Throws for a log with a fault: nothing is to be measured then. */
export async function checkFolder(dir: string, checkpoint: TreeHead): Promise<void> {
  const faults = await checkLog({ fetch: fetchFolder(dir), hash: nodeSha256Into, checkpoint });
  if (faults.length > 0) throw new Error(JSON.stringify(faults[0]));
}

if (import.meta.main) {
  const [dir = '', size = '', root = ''] = process.argv.slice(2);
  await checkFolder(dir, { size: Number(size), root: new Uint8Array(Buffer.from(root, 'hex')) });
}
