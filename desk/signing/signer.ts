/**
 * Signs with one OpenPGP key (RFC 9580). `at` is the instant of what is signed, RFC 3339 UTC; a key that was made
 * later signs as of its own making, because no signature may be older than its key.
 */
export interface Signer {
  /** Of the primary key, in large hexadecimal digits. */
  readonly fingerprint: string;
  /** Armored, with one line break at the end of each line. */
  readonly publicKey: string;
  /** An armored detached signature over the bytes. */
  detached(bytes: Uint8Array, at: string): Promise<string>;
  /** The text in the cleartext signature framework (RFC 9580, section 7), line breaks as LF. */
  cleartext(text: string, at: string): Promise<string>;
}
