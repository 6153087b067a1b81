/** What OpenPGP (RFC 9580) may use here, and how much of it. */
import { type AlgorithmInfo, type Config, config, enums } from 'openpgp';

const WEAK_HASHES = new Set([enums.hash.md5, enums.hash.ripemd, enums.hash.sha1]);

/** For every call of the library. */
export const PGP_CONFIG: Config = {
  ...config,
  minRSABits: 2048,
  rejectHashAlgorithms: WEAK_HASHES,
  rejectMessageHashAlgorithms: WEAK_HASHES,
  // Mail is decrypted without a person: how long a failure takes must tell nothing (Bleichenbacher).
  constantTimePKCS1Decryption: true,
  allowUnauthenticatedMessages: false,
  enforceGrammar: true,
  showVersion: false,
  showComment: false,
};

/** Everything the library can verify: to see that a key is revoked or expired, whatever says so. */
export const LENIENT_CONFIG: Config = {
  ...config,
  minRSABits: 0,
  rejectHashAlgorithms: new Set(),
  rejectPublicKeyAlgorithms: new Set(),
  rejectCurves: new Set(),
};

const MODERN = new Set(['ed25519', 'x25519', 'ed448', 'x448']);
const CURVES = new Set(['ecdh', 'ecdsa', 'eddsa', 'eddsaLegacy']);

/** RSA of 2048 bits or more, or a curve other than secp256k1; no DSA, no ElGamal. */
export function isAcceptable({ algorithm, bits = 0, curve }: AlgorithmInfo): boolean {
  if (algorithm.startsWith('rsa')) return bits >= 2048;
  return MODERN.has(algorithm) || (CURVES.has(algorithm) && curve !== 'secp256k1');
}

/** `rsaEncryptSign 4096`, `ecdh curve25519Legacy`. */
export function algorithmName({ algorithm, bits, curve }: AlgorithmInfo): string {
  return [algorithm, bits ?? curve].filter((part) => part !== undefined).join(' ');
}
