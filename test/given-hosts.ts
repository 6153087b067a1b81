/** Every host of repositories, on loopback and through the desk's guard. */
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import type { TestContext } from 'node:test';
import { type AskAddress, guardedFetch } from '../desk/contacts/index.ts';
import { makeAuthority, serve } from '../toolkit/io/testdata/servers.ts';

const NAMES = [
  ...['raw.githubusercontent.com', 'api.github.com', 'gitlab.com', 'codeberg.org'],
  ...['bitbucket.org', 'git.sr.ht'],
];

export interface Hosts {
  readonly ask: AskAddress;
  /** `GET /path`, of all hosts. */
  readonly seen: readonly string[];
}

export interface HostsCertificate {
  readonly key: string;
  readonly cert: string;
  /** Of the authority, PEM. */
  readonly ca: string;
}

/** One for all of them. */
export function hostsCertificate(directory: string): HostsCertificate {
  const authority = makeAuthority(directory);
  const secure = authority.issue(NAMES.map((name) => `DNS:${name}`).join());
  return { ...secure, ca: readFileSync(authority.file, 'utf8') };
}

/** Ends with the test. */
export async function givenHosts(
  t: TestContext,
  { ca, ...secure }: HostsCertificate,
  listener: RequestListener,
): Promise<Hosts> {
  const server = await serve(listener, secure);
  t.after(() => server.stop());
  const { port } = server;
  const allow = { address: '127.0.0.1', port, ca };
  const ask: AskAddress = (address, options) => {
    const url = new URL(address);
    url.port = `${port}`;
    return guardedFetch(url.href, { ...options, allow, resolve: async () => ['127.0.0.1'] });
  };
  return { ask, seen: server.seen };
}
