/** A key that gpg's agent holds: a smart card, a passphrase, another account. gpg runs as a process. */
import { spawn } from 'node:child_process';
import { encodeUtf8 } from 'cpansec/base';
import { SigningError } from './errors.ts';
import type { Signer } from './signer.ts';

const MAX_OUTPUT = 256 * 1024;
const TIMEOUT = 60_000;

export interface GpgOptions {
  /** Default: gpg's own. */
  readonly home?: string;
}

/** Throws `key` when gpg has no such secret key, `agent` when it fails or takes longer than a minute. */
export async function gpgSigner(key: string, { home }: GpgOptions = {}): Promise<Signer> {
  if (!/^[0-9A-Fa-f]{40}(?:[0-9A-Fa-f]{24})?$/.test(key))
    throw new SigningError('key', 'name the key by its whole fingerprint');
  const common = ['--batch', '--no-tty', '--quiet', ...(home === undefined ? [] : ['--homedir', home])];
  const run = (args: readonly string[], input: Uint8Array = new Uint8Array(0)): Promise<string> =>
    gpg([...common, ...args], input);
  const signAt = (at: string): string[] => [
    ...['--faked-system-time', `${Math.max(Math.floor(Date.parse(at) / 1000), made)}!`],
    ...[
      '--local-user',
      `${key}!`,
      '--armor',
      '--no-emit-version',
      '--no-comments',
      '--digest-algo',
      'SHA512',
    ],
  ];
  const publicKey = await run(['--armor', '--export', key]);
  if (!publicKey.includes('BEGIN PGP PUBLIC KEY')) throw new SigningError('key', `gpg has no key ${key}`);
  const made = madeAt(await run(['--with-colons', '--list-secret-keys', key]));
  return {
    fingerprint: key.toUpperCase(),
    publicKey,
    detached: (bytes, at) => run([...signAt(at), '--detach-sign'], bytes),
    cleartext: (text, at) => run([...signAt(at), '--clear-sign'], encodeUtf8(text)),
  };
}

/** When the key was made, in seconds: field 6 of its record (gnupg's doc/DETAILS). */
function madeAt(listing: string): number {
  const record = listing.split('\n').find((line) => line.startsWith('sec:'));
  const seconds = Number(record?.split(':')[5]);
  if (Number.isSafeInteger(seconds)) return seconds;
  throw new SigningError('key', 'gpg does not say when the key was made');
}

function gpg(args: readonly string[], input: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('gpg', args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: TIMEOUT });
    const output: Buffer[] = [];
    const said: Buffer[] = [];
    let length = 0;
    const keep = (list: Buffer[]) => (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_OUTPUT) child.kill();
      else list.push(chunk);
    };
    child.stdout.on('data', keep(output));
    child.stderr.on('data', keep(said));
    child.on('error', (cause) => reject(new SigningError('agent', `gpg: ${cause.message}`)));
    child.on('close', (status) => {
      if (status === 0) return resolve(Buffer.concat(output).toString('utf8'));
      const words = Buffer.concat(said).toString('utf8').trim().split('\n').at(-1) ?? '';
      reject(new SigningError('agent', `gpg ended with ${status ?? 'a signal'}: ${words}`));
    });
    // gpg may end before it has read everything; its status says why.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
