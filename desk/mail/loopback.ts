import { isIP } from 'node:net';

/** The name or an address of this machine (RFC 6761, section 6.3). */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
