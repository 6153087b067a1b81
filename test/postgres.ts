/** A PostgreSQL of the tests' own: one scratch cluster for the run, on a free port, with a database for who asks. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './port.ts';

const BIN = globSync('/usr/lib/postgresql/*/bin').sort().at(-1) ?? '';

/** Why there is none, for `skip`; else false. */
export const withoutPostgres: string | false = existsSync(join(BIN, 'initdb')) ? false : 'needs postgresql';

let cluster: Promise<Cluster> | undefined;
let databases = 0;

interface Cluster {
  readonly port: number;
}

/** The address of a new, empty database. */
export async function newPostgresDatabase(): Promise<string> {
  cluster ??= startCluster();
  const { port } = await cluster;
  const name = `test_${databases++}`;
  const client = new pg.Client({ connectionString: addressOf(port, 'postgres') });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return addressOf(port, name);
}

function addressOf(port: number, database: string): string {
  return `postgres://postgres@127.0.0.1:${port}/${database}`;
}

/** `initdb` and `postgres` refuse to run as root. */
function asOther(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function startCluster(): Promise<Cluster> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-postgres-'));
  const other = asOther();
  if (other.uid !== undefined) chownSync(home, other.uid, other.gid);
  chmodSync(home, 0o700);
  const data = join(home, 'data');
  const how = { cwd: home, stdio: 'ignore', ...other } as const;
  execFileSync(
    join(BIN, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'],
    how,
  );
  const port = await freePort();
  const settings = [
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${home}`,
    '-c',
    'shared_buffers=32MB',
  ];
  const child = spawn(join(BIN, 'postgres'), ['-D', data, '-p', String(port), ...settings], how);
  child.unref();
  process.on('exit', () => stop(child, home));
  await answers(port);
  return { port };
}

function stop(child: ChildProcess, home: string): void {
  child.kill('SIGQUIT');
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString: addressOf(port, 'postgres') });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (tries > 200) throw error;
      await wait(50);
    }
  }
}
