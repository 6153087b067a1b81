/** The effects that reading archives needs: decompression. `io` has them over Node's zlib and libraries. */
export interface ArchiveOps {
  readonly gunzip: Decompress;
  readonly bunzip2: Decompress;
  readonly unxz: Decompress;
  /** The entries of a zip archive in the order of its directory. Throws when it is damaged. */
  unzip(bytes: Uint8Array): AsyncIterable<ArchiveEntry>;
}

/** Reads no further ahead than it must. Throws when the data is damaged or cut short. */
export type Decompress = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** An entry as the archive states it, nothing of it checked. */
export interface ArchiveEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'hardlink' | 'other';
  readonly size: number;
  /** Where a link leads, when that is known without reading. */
  readonly target?: string;
  /** Its content, to be read before the next entry is asked for, or not at all. */
  read(): AsyncIterable<Uint8Array>;
}
