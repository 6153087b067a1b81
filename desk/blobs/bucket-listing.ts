/** The XML of ListObjectsV2, as far as we need it. */
import { decodeUtf8 } from 'cpansec/base';
import type { BlobEntry } from './blobs.ts';
import { BlobError } from './errors.ts';

interface Listing {
  readonly entries: readonly BlobEntry[];
  /** The token of the next page; null on the last. */
  readonly next: string | null;
}

/** Objects and not keys of the store: with its prefix. Throws `failed`. */
export function readListing(bytes: Uint8Array, prefix: string): Listing {
  const xml = decodeUtf8(bytes, prefix);
  if (!/<ListBucketResult[\s>]/.test(xml))
    throw new BlobError('failed', 'no list of objects', { file: prefix });
  const entries = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, content = '']) => ({
    key: member(content, 'Key') ?? '',
    size: Number(member(content, 'Size') ?? Number.NaN),
  }));
  const broken = entries.some(({ key, size }) => key === '' || !Number.isSafeInteger(size));
  const next = member(xml, 'IsTruncated') === 'true' ? member(xml, 'NextContinuationToken') : null;
  const endless = next === null && member(xml, 'IsTruncated') === 'true';
  if (broken || endless) throw new BlobError('failed', 'a list that cannot be read', { file: prefix });
  return { entries, next };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text of the first element of that name. */
export function member(xml: string, name: string): string | null {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  if (text === undefined) return null;
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, word) => {
    if (word !== undefined) return ENTITIES[word] ?? whole;
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
