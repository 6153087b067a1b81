/** Directories within each other, of which none deeper is looked at. */
export const MAX_DEPTH = 12;

/** What a mirror can do, over HTTP or in a directory. Paths are those of `isMirrorPath`. */
export interface Mirror {
  /** As it was typed. */
  readonly address: string;
  /**
   * Opens a file; `same` when it still has the validator. Throws `file` for what is no file or not of this mirror,
   * `mirror` when nothing can be had now, and io's errors.
   */
  open(path: string, unless?: string): Promise<MirrorFile | 'absent' | 'same'>;
  /** The directories of authors with the files in them, where the mirror can tell. */
  readonly walk?: () => AsyncIterable<WalkedDirectory>;
  close(): void;
}

export interface MirrorFile {
  /** Another for another state of the file; empty where the mirror gives none. */
  readonly validator: string;
  /** RFC 3339 UTC to the second. */
  readonly modified: string | null;
  /** As stated, in bytes. */
  readonly size: number | null;
  readonly body: AsyncIterable<Uint8Array>;
  /** Throws `file` when what was read is not one state of the file. */
  check(): void;
  close(): void;
}

export interface WalkedDirectory {
  /** With a slash at its end. */
  readonly directory: string;
  readonly files: readonly WalkedFile[];
  /** Why it cannot be looked into; null where it can. */
  readonly problem: string | null;
}

/** An author's file, or something else that has the name of a release. */
export interface WalkedFile {
  readonly name: string;
  /** Empty for what is no file of the mirror. */
  readonly validator: string;
}
