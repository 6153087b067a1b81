/** The command as its users meet it: every transcript of `transcripts/` reads the same when it is typed again. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertGolden } from './golden.ts';
import { readTranscript, replay } from './transcript.ts';

const folder = fileURLToPath(new URL('transcripts/', import.meta.url));
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .sort();

suite('transcripts', { concurrency: 2 }, () => {
  for (const name of names) {
    const path = join(folder, name);
    test(name, async () => assertGolden(path, await replay(await readTranscript(path))));
  }
});
