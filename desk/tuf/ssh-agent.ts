/**
 * A key that an ssh-agent holds (draft-ietf-sshm-ssh-agent): Ed25519, or ECDSA over P-256 as smart cards have it. It
 * signs the metadata itself, so that verifiers see a signature like any other.
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { connect } from 'node:net';
import type { TufSigner } from 'cpansec/tuf';
import { TufKeepingError } from './errors.ts';
import { tufKeyOf } from './public-key.ts';

const REQUEST_IDENTITIES = 11;
const IDENTITIES = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
/** Of one answer, in bytes. */
const MAX_ANSWER = 256 * 1024;
/** An agent may ask its person first. */
const TIMEOUT = 60_000;

/**
 * @param fingerprint as `ssh-add -l` shows it, `SHA256:…`
 * @param socket where the agent listens, as SSH_AUTH_SOCK says
 * Throws `agent`, `key`.
 */
export async function agentSigner(fingerprint: string, socket: string | undefined): Promise<TufSigner> {
  if (socket === undefined || socket === '') throw new TufKeepingError('agent', 'SSH_AUTH_SOCK is not set');
  const blob = identities(await ask(socket, Buffer.of(REQUEST_IDENTITIES), IDENTITIES)).find(
    (one) => fingerprintOf(one) === fingerprint,
  );
  if (blob === undefined) throw new TufKeepingError('agent', `has no key ${fingerprint}`);
  const key = tufKeyOf(publicKeyOf(blob, fingerprint), fingerprint);
  return {
    key,
    async sign(message) {
      const request = [Buffer.of(SIGN_REQUEST), field(blob), field(message), Buffer.alloc(4)];
      const [answer = Buffer.alloc(0)] = fields(await ask(socket, Buffer.concat(request), SIGN_RESPONSE));
      const [, value = Buffer.alloc(0)] = fields(answer);
      return new Uint8Array(key.keytype === 'ed25519' ? value : derSignature(fields(value)));
    },
  };
}

function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** A count, then a key and a comment for each. */
function identities(answer: Buffer): Buffer[] {
  return fields(answer.subarray(4)).filter((_, i) => i % 2 === 0);
}

/** What stands before a point of the curve in its DER encoding (RFC 5480). */
const P256 = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

function publicKeyOf(blob: Buffer, fingerprint: string): KeyObject {
  const parts = fields(blob);
  const type = parts[0]?.toString('latin1');
  const [before, point] =
    type === 'ssh-ed25519' ? [ED25519, parts[1]] : type === 'ecdsa-sha2-nistp256' ? [P256, parts[2]] : [];
  if (before === undefined || point === undefined)
    throw new TufKeepingError('key', `${fingerprint} is of a type that does not sign metadata`);
  return createPublicKey({ key: Buffer.concat([before, point]), format: 'der', type: 'spki' });
}

/** Two integers as SSH writes them are two integers of DER. */
function derSignature(integers: readonly Buffer[]): Buffer {
  const body = Buffer.concat(integers.map((one) => Buffer.concat([Buffer.of(0x02, one.length), one])));
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

function field(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Strings of SSH, one after the other (RFC 4251, section 5). Throws `agent`. */
function fields(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 <= bytes.length ? at + 4 + bytes.readUInt32BE(at) : bytes.length + 1;
    if (end > bytes.length) throw new TufKeepingError('agent', 'its answer is cut off');
    found.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return found;
}

/** What follows the type of the answer. */
function ask(path: string, message: Uint8Array, type: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const fail = (problem: string): void => {
      socket.destroy();
      reject(new TufKeepingError('agent', problem, { file: path }));
    };
    let answer = Buffer.alloc(0);
    socket.setTimeout(TIMEOUT, () => fail('does not answer'));
    socket.on('error', (error) => fail(error.message));
    socket.on('end', () => fail('went away'));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      const length = answer.length < 4 ? 0 : answer.readUInt32BE(0);
      if (length > MAX_ANSWER) return fail(`answers with ${length} bytes`);
      if (answer.length < 5 || answer.length < 4 + length) return;
      if (answer[4] !== type) return fail('refuses');
      socket.destroy();
      resolve(answer.subarray(5, 4 + length));
    });
    socket.write(field(message));
  });
}
