/**
 * A key that a PKCS #11 module keeps: a smart card, a hardware module, SoftHSM. OpenSC's `pkcs11-tool` speaks with it
 * as a process, so that no module is ever loaded into ours.
 *
 *     pkcs11:token=cpansec;id=%01?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/etc/cpansec/pin
 */
import { createPublicKey } from 'node:crypto';
import { IoError, nodeSha256, readPrivate, runProgram } from 'cpansec/io';
import type { TufSigner } from 'cpansec/tuf';
import type { Environment } from '../blobs/index.ts';
import { TufKeepingError } from './errors.ts';
import { tufKeyOf } from './public-key.ts';

interface Place {
  readonly token: string;
  /** In hexadecimal digits. */
  readonly id: string;
  readonly module: string;
  /** A file of its owner's alone. */
  readonly pin: string;
}

const TOOL = 'pkcs11-tool';
const MAX_PIN = 1024;

/** ECDSA over P-256. The environment is that of the program (`SOFTHSM2_CONF`). Throws `key`, `token`. */
export function pkcs11Signer(uri: string, env: Environment): TufSigner {
  const { token, id, module, pin } = placeOf(uri);
  const common = ['--module', module, '--token-label', token, '--id', id];
  const key = tufKeyOf(publicKeyOf(run([...common, '--read-object', '--type', 'pubkey'], env), uri), uri);
  if (key.scheme !== 'ecdsa-sha2-nistp256')
    throw new TufKeepingError('key', `of scheme ${key.scheme}; a token signs with P-256`, { file: uri });
  const signing = [...common, '--login', '--pin', 'env:CPANSEC_PIN', '--sign', '--mechanism', 'ECDSA'];
  return {
    key,
    async sign(message) {
      const secret = { ...env, CPANSEC_PIN: readPin(pin) };
      return run([...signing, '--signature-format', 'openssl'], secret, nodeSha256(message));
    },
  };
}

/** The parts of RFC 7512 that say which key it is. */
function placeOf(uri: string): Place {
  const [path = '', query = ''] = uri.replace(/^pkcs11:/, '').split('?');
  const parts = new Map(
    [...path.split(';'), ...query.split('&')].map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)] as const;
    }),
  );
  const of = (name: string): string => {
    const value = parts.get(name) ?? '';
    if (value === '') throw new TufKeepingError('key', `names no ${name}`, { file: uri });
    return value;
  };
  const id = of('id').replaceAll('%', '');
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(id))
    throw new TufKeepingError('key', 'its id is not of the form %01', { file: uri });
  const [token, module, pin] = ['token', 'module-path', 'pin-source'].map((name) => decoded(of(name), uri));
  return { token: token ?? '', id, module: module ?? '', pin: (pin ?? '').replace(/^file:/, '') };
}

function decoded(part: string, uri: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new TufKeepingError('key', 'has a % that encodes nothing', { file: uri }, { cause });
  }
}

function publicKeyOf(der: Uint8Array, uri: string): ReturnType<typeof createPublicKey> {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new TufKeepingError('key', 'the token has no public key of that id', { file: uri }, { cause });
  }
}

function readPin(path: string): string {
  try {
    return readPrivate(path, MAX_PIN).trim();
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    throw new TufKeepingError('key', cause.problem, { file: path }, { cause });
  }
}

function run(args: readonly string[], env: Environment, input?: Uint8Array): Uint8Array {
  try {
    const { status, stdout, stderr } = runProgram(TOOL, args, {
      env,
      ...(input === undefined ? {} : { input }),
    });
    if (status === 0) return stdout;
    const said = Buffer.from(stderr).toString().trim().split('\n').at(-1) ?? '';
    throw new TufKeepingError('token', `${TOOL} ended with ${status ?? 'a signal'}: ${said}`);
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    throw new TufKeepingError('token', cause.message, {}, { cause });
  }
}
