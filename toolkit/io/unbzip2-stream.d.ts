/** The decoder within unbzip2-stream; the package itself has no types. */
declare module 'unbzip2-stream/lib/bzip2.js' {
  /** Reads so many bits as a number; null goes on to the next whole byte. */
  export type Bits = (count: number | null) => number;
  interface Decoder {
    /** Reads `BZh1` to `BZh9`: the size of blocks in units of 100,000 bytes. */
    header(bits: Bits): number;
    /** Decodes one block, byte by byte; the checksum so far, or null at the stream's end. */
    decompress(
      bits: Bits,
      write: (byte: number) => void,
      work: Int32Array,
      workSize: number,
      checksum: number,
    ): number | null;
  }
  const decoder: Decoder;
  export default decoder;
}
