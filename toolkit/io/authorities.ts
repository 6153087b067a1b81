import { X509Certificate } from 'node:crypto';
import { IoError } from './errors.ts';
import type { Environment } from './home.ts';
import { readFile } from './read-file.ts';

const MAX_FILE = 16 << 20;
const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g;

/**
 * The authorities to trust, in PEM: those of `file` (`--ca`), else of `$SSL_CERT_FILE`, and then no others, as
 * curl and OpenSSL do; undefined stands for Node's own list. Throws `bad-authorities`, also for a file that cannot
 * be read: it must not pass for something missing on the other side.
 */
export function authorities(env: Environment, file?: string): string[] | undefined {
  const path = file ?? env.SSL_CERT_FILE ?? '';
  return path === '' ? undefined : readAuthorities(path);
}

function readAuthorities(path: string): string[] {
  const text = new TextDecoder('latin1').decode(bytesOf(path));
  const found = text.match(CERTIFICATE) ?? [];
  if (found.length === 0) throw new IoError('bad-authorities', 'holds no PEM certificate', { file: path });
  return found.map((pem, i) => checked(pem, i, path));
}

function bytesOf(path: string): Uint8Array {
  try {
    return readFile(path, MAX_FILE);
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    throw new IoError('bad-authorities', cause.problem, { file: path }, { cause });
  }
}

function checked(pem: string, i: number, path: string): string {
  try {
    return new X509Certificate(pem).toString();
  } catch (cause) {
    throw new IoError('bad-authorities', `certificate ${i + 1} cannot be read`, { file: path }, { cause });
  }
}
