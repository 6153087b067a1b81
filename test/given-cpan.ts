/** A small CPAN in a directory: releases, CHECKSUMS, 02packages and RECENT files, which a test then changes. */
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import { distInfo } from '../toolkit/cpan/index.ts';
import { sharedPath } from './shared.ts';

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface Event {
  readonly epoch: number;
  readonly path: string;
  readonly type: 'new' | 'delete';
}

/** The instant of the first event: seconds since 1970. */
export const BEGIN: number = Date.parse('2026-11-20T10:00:00Z') / 1000;
const NEWEST = 4;

/** Paths are those below `authors/id/`. */
export class GivenCpan {
  readonly top: string;
  #events: Event[] = [];
  #epoch = BEGIN;

  constructor(top: string = mkdtempSync(join(tmpdir(), 'cpansec-cpan-'))) {
    this.top = top;
    after(() => rmSync(top, { recursive: true, force: true }));
    mkdirSync(this.at('authors/id'), { recursive: true });
  }

  at(path: string): string {
    return join(this.top, path);
  }

  /** Puts bytes at a path of the mirror, and tells nobody. */
  put(path: string, bytes: Uint8Array | string): void {
    // As rsync does: readers see the old file or the new one.
    const beside = this.at(`${path}.new`);
    mkdirSync(dirname(beside), { recursive: true });
    writeFileSync(beside, bytes);
    utimesSync(beside, this.#epoch, this.#epoch);
    renameSync(beside, this.at(path));
  }

  /** A release as PAUSE publishes it: its file, the CHECKSUMS of its directory, two events. */
  release(path: string, bytes: Uint8Array | string): void {
    this.#epoch += 60;
    this.put(`authors/id/${path}`, bytes);
    this.event(path, 'new');
    this.checksums(dirname(path));
  }

  remove(path: string): void {
    this.#epoch += 60;
    rmSync(this.at(`authors/id/${path}`));
    this.event(path, 'delete');
    this.checksums(dirname(path));
  }

  event(path: string, type: Event['type'], epoch: number = this.#epoch): void {
    this.#events = this.#events.filter((event) => event.path !== path);
    this.#events.unshift({ epoch, path, type });
  }

  /** Writes what stands in a directory into its CHECKSUMS, as CPAN::Checksums does. */
  checksums(directory: string, changed: (text: string) => string = (text) => text): void {
    this.#epoch += 1;
    const names = readdirSync(this.at(`authors/id/${directory}`), { withFileTypes: true });
    const listed = names
      .filter(({ name }) => name !== 'CHECKSUMS')
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry) => {
        if (entry.isDirectory())
          return `  '${entry.name}' => {\n    'cpan_path' => '${directory}',\n    'isdir' => 1\n  }`;
        const bytes = readFileSync(this.at(`authors/id/${directory}/${entry.name}`));
        return `  '${entry.name}' => {\n    'cpan_path' => '${directory}',\n    'sha256' => '${sha256(bytes)}',\n    'size' => ${bytes.length}\n  }`;
      });
    const written = new Date(this.#epoch * 1000)
      .toUTCString()
      .replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1 $3 $2 $5 $4');
    const text = `# CHECKSUMS file written on ${written} GMT by CPAN::Checksums (v2.14)\n$cksum = {\n${listed.join(',\n')}\n};\n`;
    this.put(`authors/id/${directory}/CHECKSUMS`, changed(text));
    this.event(`${directory}/CHECKSUMS`, 'new');
  }

  /** Writes 02packages of the releases that the events know. */
  packages(): void {
    this.#epoch += 1;
    const rows = this.#events
      .filter(
        ({ path, type }) => type === 'new' && distInfo(path).dist !== null && !path.endsWith('CHECKSUMS'),
      )
      .map(({ path }) => `${distInfo(path).dist?.replaceAll('-', '::')}  1.0  ${path}`)
      .sort();
    const text = `File: 02packages.details.txt\nLine-Count: ${rows.length}\n\n${rows.join('\n')}\n`;
    this.put('modules/02packages.details.txt.gz', gzipSync(text));
  }

  /** Writes the RECENT files: an hour that has the newest, six that have more, all in the last. */
  recent(meta: Readonly<Record<string, string | readonly string[]>> = {}): void {
    this.#epoch += 1;
    const write = (interval: string, events: readonly Event[]): void => {
      const recent = events.map(({ epoch, path, type }) => ({ epoch, path: `id/${path}`, type }));
      const text = JSON.stringify({ meta: { aggregator: ['6h', 'Z'], interval, ...meta }, recent });
      this.put(`authors/RECENT-${interval}.json`, text);
    };
    write('1h', this.#events.slice(0, NEWEST));
    write('6h', this.#events.slice(2, 10));
    write('Z', this.#events.slice(4));
  }
}

/** What makes a request be answered in another way; true when it was. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface ServedCpan {
  readonly address: string;
  /** Paths that were asked for, with the status of the answer. */
  readonly asked: { readonly path: string; readonly status: number }[];
  /** How many connections were made. */
  connections: number;
  close(): Promise<void>;
}

/** Serves a directory as a mirror does: with dates, and 304 for what has not changed. */
export async function serveCpan(top: string, answering: Answering = () => false): Promise<ServedCpan> {
  const asked: { path: string; status: number }[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    response.on('finish', () => asked.push({ path, status: response.statusCode }));
    if (!answering(request, response)) serveFile(join(top, path), request, response);
  });
  const served: ServedCpan = {
    address: '',
    asked,
    connections: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('connection', () => served.connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => served.close());
  const { port } = server.address() as AddressInfo; // of a TCP server
  return Object.assign(served, { address: `http://127.0.0.1:${port}/` });
}

function serveFile(path: string, request: IncomingMessage, response: ServerResponse): void {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    response.writeHead(404).end();
    return;
  }
  const etag = `"${sha256(bytes).slice(0, 16)}"`;
  const status = request.headers['if-none-match'] === etag ? 304 : 200;
  response.writeHead(status, { etag, 'last-modified': 'Fri, 20 Nov 2026 12:00:00 GMT' });
  response.end(status === 200 ? bytes : undefined);
}

/** Debian's archives of CPAN distributions under names as CPAN has them: paths below `authors/id/`, files. */
export function sharedReleases(): { readonly path: string; readonly file: string }[] {
  return readdirSync(sharedPath('dists'))
    .sort()
    .flatMap((name) => {
      const [, dist, version, ending] =
        /^lib(.+)-perl_([^_]+?)(?:\+[a-z0-9.]+)?\.orig\.(tar\.\w+)$/.exec(name) ?? [];
      if (dist === undefined) return [];
      const words = dist.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
      const path = `E/EX/EXAMPLE/${words.join('-')}-${version}.${ending}`;
      return [{ path, file: sharedPath(`dists/${name}`) }];
    });
}
