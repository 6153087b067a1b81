/** A follower over a small CPAN, round after round. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { BEGIN, GivenCpan } from '../../../test/given-cpan.ts';
import { LogTwin } from '../../../test/log-twin.ts';
import type { EntryType, LogEntry } from '../../../toolkit/transparency/index.ts';
import { memoryStore } from '../../blobs/index.ts';
import { PublishedStore } from '../../published/index.ts';
import { type FollowOptions, followOnce, type HttpOptions, openMirror, type Round, State } from '../index.ts';

const { signal } = new AbortController();
export const http: HttpOptions = {
  ...{ net: { env: {} }, userAgent: 'cpansec-desk/test', connections: 3, pause: 0, patience: 5000 },
  signal,
};
export const EXAMPLE = 'E/EX/EXAMPLE';
export const OTHER = 'O/OT/OTHER';

export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cpansec-follower-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A follower of one mirror, over all its rounds. */
export class Following {
  readonly log: LogTwin = new LogTwin();
  readonly store: PublishedStore = new PublishedStore(memoryStore());
  readonly state: State = new State(join(scratch(), 'state.db'));
  /** Called when the follower asks for the time. */
  onTime = (): void => {};
  readonly #address: string;
  /** Moves on by a minute with every round. */
  #now = (BEGIN + 86_400) * 1000;

  constructor(address: string) {
    this.#address = address;
    after(() => this.state.close());
  }

  async round(options: Partial<FollowOptions> = {}, minutes = 1): Promise<Round> {
    this.#now += minutes * 60_000;
    const mirror = openMirror(this.#address, http);
    try {
      const { log, store, state } = this;
      return await followOnce({
        ...{ mirror, state, log, store, connections: 2, maxSize: 1 << 20, everything: false, signal },
        now: () => {
          this.onTime();
          return new Date(this.#now);
        },
        ...{ progress: () => {}, onProblem: () => {} },
        ...options,
      });
    } finally {
      mirror.close();
    }
  }

  of(type: EntryType): string[] {
    return this.log.entries
      .filter((entry) => entry.type === type)
      .map((entry) => ('path' in entry ? entry.path.replace('authors/id/', '') : ''));
  }

  problems(): string[] {
    return this.state
      .problems()
      .map(({ path, kind, words }) => `${path.replace('authors/id/', '')}: ${kind}: ${words}`);
  }
}

/** Two authors with five releases, one in a directory below, and two indexes. */
export function exampleCpan(): GivenCpan {
  const cpan = new GivenCpan();
  for (const version of ['1.0', '1.1', '1.2'])
    cpan.release(`${EXAMPLE}/Example-Dist-${version}.tar.gz`, `dist ${version}`);
  cpan.release(`${OTHER}/Other-Dist-0.1.zip`, 'other');
  cpan.release(`${OTHER}/old/Other-Old-0.01.tgz`, 'old');
  cpan.checksums(OTHER);
  cpan.put('authors/id/E/EX/EXAMPLE/Example-Dist-1.2.readme', 'no release');
  cpan.put('authors/01mailrc.txt.gz', 'mailrc');
  cpan.packages();
  cpan.recent();
  return cpan;
}

export const ALL: readonly string[] = [
  `${EXAMPLE}/Example-Dist-1.0.tar.gz`,
  `${EXAMPLE}/Example-Dist-1.1.tar.gz`,
  `${EXAMPLE}/Example-Dist-1.2.tar.gz`,
  `${OTHER}/Other-Dist-0.1.zip`,
  `${OTHER}/old/Other-Old-0.01.tgz`,
];

export function releaseOf(log: LogTwin, path: string): Extract<LogEntry, { type: 'release' }> | undefined {
  return log.entries.find(
    (entry) => entry.type === 'release' && entry.path === `authors/id/${path}`,
  ) as ReturnType<typeof releaseOf>; // found by its type
}
