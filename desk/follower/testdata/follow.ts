/** A follower that is to be killed: round after round without a pause, and a dot on its output after each. */
import { writeSync } from 'node:fs';
import { LogTwin } from '../../../test/log-twin.ts';
import { openBlobs } from '../../blobs/index.ts';
import { PublishedStore } from '../../published/index.ts';
import { FollowError, followOnce, openMirror, State } from '../index.ts';

const [address = '', directory = ''] = process.argv.slice(2);
const state = new State(`${directory}/state.db`);
const log = new LogTwin(`${directory}/log`);
const store = new PublishedStore(openBlobs(`${directory}/store`, {}));
const { signal } = new AbortController();
const mirror = openMirror(address, {
  ...{ net: { env: {} }, userAgent: 'cpansec-desk/test', connections: 2, pause: 1, patience: 5000 },
  signal,
});
for (;;) {
  try {
    await followOnce({
      ...{ mirror, state, log, store, connections: 2, maxSize: 1 << 20, everything: false, signal },
      // Time goes by quickly, so that what was put off is tried again.
      ...{
        now: () => new Date(Date.now() + Math.round(performance.now()) * 1000),
        progress: () => {},
        onProblem: () => {},
      },
    });
  } catch (error) {
    // A test that changes a file while it is served.
    if (!(error instanceof FollowError)) throw error;
  }
  writeSync(1, '.');
}
