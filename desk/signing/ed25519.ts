/**
 * Detached signatures of an Ed25519 key (RFC 9580, sections 5.2.3 to 5.2.4, algorithm 22), octet by octet those of the
 * library, which reads the key anew for each of them: that takes most of the time of a signature.
 */
import { createHash, createPrivateKey, type KeyObject, sign as signWith } from 'node:crypto';
import { type Config, createMessage, enums, type PrivateKey, type SecretKeyPacket, sign } from 'openpgp';

/** A packet of the library, in which a signature has its own instant, hash and value. */
interface Template {
  /** From the version to the end of the hashed subpackets, the first of which is the instant of creation. */
  readonly hashed: Uint8Array;
  readonly key: KeyObject;
}

export type SignDetached = (bytes: Uint8Array, date: Date) => Uint8Array;

/** Where the seconds of the instant stand: after four fields, two lengths and a type. */
const INSTANT = 8;

/** What signs as the key that the library takes at the instant; null for one of another algorithm. */
export async function ed25519Signing(
  key: PrivateKey,
  date: Date,
  config: Partial<Config>,
): Promise<SignDetached | null> {
  const { keyPacket } = await key.getSigningKey(undefined, date);
  if (keyPacket.algorithm !== enums.publicKey.eddsaLegacy) return null;
  const message = await createMessage({ binary: new Uint8Array(0) });
  const options = { message, signingKeys: key, detached: true, date, config, format: 'binary' } as const;
  const hashed = hashedPart(await sign(options));
  // Of a private key of this algorithm they are a seed, and a point behind the octet 0x40.
  const { privateParams, publicParams } = keyPacket as SecretKeyPacket;
  const { seed } = privateParams as { seed: Uint8Array };
  const { Q: point } = publicParams as { Q: Uint8Array };
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: base64url(seed), x: base64url(point.subarray(1)) };
  const template = { hashed, key: createPrivateKey({ format: 'jwk', key: jwk }) };
  return hashed[3] === enums.hash.sha512 ? (bytes, at) => packet(template, bytes, at) : null;
}

/** Of a packet with one octet of length. */
function hashedPart(packet: Uint8Array): Uint8Array {
  const body = packet.subarray(2);
  return body.slice(0, 6 + new DataView(body.buffer, body.byteOffset).getUint16(4));
}

function packet({ hashed, key }: Template, bytes: Uint8Array, date: Date): Uint8Array {
  const head = hashed.slice();
  new DataView(head.buffer).setUint32(INSTANT, date.getTime() / 1000);
  const trailer = new Uint8Array([4, 0xff, 0, 0, 0, 0]);
  new DataView(trailer.buffer).setUint32(2, head.length);
  const hash = createHash('sha512').update(bytes).update(head).update(trailer).digest();
  const value = signWith(null, hash, key);
  const noMore = new Uint8Array(2);
  const halves = [value.subarray(0, 32), value.subarray(32)].flatMap(integer);
  const body = Buffer.concat([head, noMore, hash.subarray(0, 2), ...halves]);
  return Buffer.concat([new Uint8Array([0xc2, body.length]), body]);
}

/** Section 3.2: the length in bits, then the octets without zeros before them. */
function integer(octets: Uint8Array): Uint8Array[] {
  const first = octets.findIndex((octet) => octet !== 0);
  const value = octets.subarray(first < 0 ? octets.length : first);
  const bits = value.length * 8 - (Math.clz32(value[0] ?? 0) - 24);
  return [new Uint8Array([bits >> 8, bits & 0xff]), value];
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
