/** Bytes at a path below the top of a log, at most `limit` of them; null where nothing stands. */
export type FetchBytes = (path: string, limit: number) => Promise<Uint8Array | null>;
