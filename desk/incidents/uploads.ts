/** Releases that an account uploaded in a span of days, from what the desk knows of distributions. */

/** What is known of one distribution; the published store's files fit. */
export interface KnownDistribution {
  readonly distribution: string;
  readonly releases: readonly {
    readonly version: string;
    /** `YYYY-MM-DD`. */
    readonly date: string | null;
    readonly author?: string;
  }[];
}

/** All that is known, or one distribution of it. */
export type Uploads = (distribution: string | null) => AsyncIterable<KnownDistribution>;

export interface AskedUploads {
  readonly account: string | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly distribution: string | null;
}

export interface Upload {
  readonly distribution: string;
  readonly version: string;
  readonly author: string | null;
  readonly on: string | null;
}

export interface FoundUploads {
  /** Newest first, those of unknown day last. */
  readonly uploads: readonly Upload[];
  /** Of these: nobody knows who uploaded them, or when. */
  readonly unknownAuthor: number;
  readonly unknownDay: number;
  /** More than are listed. */
  readonly cut: boolean;
}

/** Releases of one answer. */
export const MOST_UPLOADS = 300;

/**
 * Those that the account may have uploaded in the span. A release of which nobody knows who uploaded it counts where
 * the account has others of its distribution, or the distribution was asked for.
 */
export async function uploadsOf(known: Uploads, asked: AskedUploads): Promise<FoundUploads> {
  const found: Upload[] = [];
  let cut = false;
  for await (const one of known(asked.distribution)) {
    for (const upload of inQuestion(one, asked)) {
      if (found.length < MOST_UPLOADS) found.push(upload);
      else cut = true;
    }
  }
  found.sort((a, b) => ((a.on ?? '') < (b.on ?? '') ? 1 : (a.on ?? '') > (b.on ?? '') ? -1 : 0));
  return {
    uploads: found,
    unknownAuthor: found.filter(({ author }) => author === null).length,
    unknownDay: found.filter(({ on }) => on === null).length,
    cut,
  };
}

function inQuestion({ distribution, releases }: KnownDistribution, asked: AskedUploads): Upload[] {
  const { account, since, until } = asked;
  const theirs = account === null || releases.some(({ author }) => author === account);
  const named = asked.distribution === distribution;
  return releases
    .filter(({ author }) => (author === undefined ? theirs || named : account === null || author === account))
    .filter(({ date }) => date === null || ((since ?? date) <= date && date <= (until ?? date)))
    .map(({ version, date, author }) => ({ distribution, version, author: author ?? null, on: date }));
}
