/**
 * `npm start`: the walk from a fresh clone to the main job, on embedded defaults: audit the example; publish the
 * embedded advisories, logged and signed; publish a fictional case with nothing sent; serve site and API; fetch the
 * index from there by TUF and log, and audit with it; open the desk with another case. On loopback until Ctrl-C. State
 * lives in `var/`; `-- --fresh` empties it first, `-- --once` stops after the walk. The example's findings are its
 * result, so findings are no failure.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { build } from './build.ts';

/** Of releases in the throw-away TUF repository: few, so that it takes a moment. */
const BIN_BITS = '4';
const KNOWN = ['--fresh', '--once'];
const FIRST_PORT = 8080;
/** Ports that are tried. */
const PORTS = 100;
const FIRST_DESK_PORT = 8443;
const DAY = 86_400_000;
/** npm tells its shell alone that it was told to end; the shell goes, and we have another parent. */
const PARENT = process.ppid;

const args = process.argv.slice(2);
const unknown = args.filter((arg) => !KNOWN.includes(arg));
if (unknown.length > 0) {
  console.error(
    `npm start: unknown ${unknown.join(' ')}; it takes ${KNOWN.map((name) => `-- ${name}`).join(', ')}`,
  );
  process.exit(2);
}

if (args.includes('--fresh')) rmSync('var', { recursive: true, force: true });
mkdirSync('var', { recursive: true });
await build();

// 1. Audit the example with the embedded index.
heading('Auditing examples/shop with the embedded index', 'cpansec audit examples/shop');
audit(['examples/shop']);
audit(['examples/shop', '--format', 'html', '--output', 'var/shop.html']);
audit(['examples/shop', '--format', 'json', '--output', 'var/shop.json']);
console.log('\nThe same report as a page and as JSON: var/shop.html, var/shop.json');

// 2. Publish the embedded advisories.
heading(
  'Publishing data/advisories',
  'cpansec-desk import data && cpansec-desk publish --log var/log.json --tuf var/tuf/tuf.json',
);
desk('import', 'data', '--store', 'var/store');
if (!existsSync('var/publisher.key'))
  desk('key', 'var/publisher.key', '--name', 'Throw-away key', '--email', 'publisher@example.org');
writeConfiguration();
const publisher = ['--config', 'var/publisher.json', '--key', 'var/publisher.key'];
cpSync('examples/log/log.json', 'var/log.json');
if (!existsSync('var/log.state/lock')) desk('log', 'init', '--log', 'var/log.json');
if (!existsSync('var/tuf/tuf.json')) {
  // What a walk that was ended left.
  for (const left of ['var/tuf', 'var/tree/tuf']) rmSync(left, { recursive: true, force: true });
  desk('tuf', 'rehearse', 'var/tuf', '--store', 'var/tree/tuf', '--bin-bits', BIN_BITS);
}
const told = ['--log', 'var/log.json', '--tuf', 'var/tuf/tuf.json'];
desk('publish', '--store', 'var/store', '--tree', 'var/tree', ...publisher, ...told);
desk('log', 'status', '--log', 'var/log.json');

// 3. Publish a fictional case, with nothing sent.
heading(
  'Publishing a case that is fiction; nothing is sent',
  'cpansec-desk rehearse --config var/publisher.json',
);
desk('rehearse', ...publisher);

// 4. Serve site and API.
const site = await serve(FIRST_PORT, ['serve', '--tree', 'var/tree', '--log', 'warn']);
const { address } = site;
heading(`Serving at ${address}`, `cpansec-desk serve --tree var/tree --port ${new URL(address).port}`);
console.log(`  ${address}/                        the site
  ${address}/advisories/recent/      what changed last
  ${address}/dist/DBI/               one distribution
  ${address}/audit/                  audit in the browser
  ${address}/openapi.json            the query API, described
  curl ${address}/v1/query -d '{"package": {"purl": "pkg:cpan/DBI@1.600"}}'
`);
await ask(address);

// 5. Audit with what was published, as somebody else would: signed, logged, by a root that came another way.
heading(
  'Fetching the index by TUF and log, and auditing with it',
  `cpansec db update ${address} --root var/tuf/media/1.root.json && cpansec audit examples/shop`,
);
toolkit(['db', 'update', address, '--root', 'var/tuf/media/1.root.json'], 'var/fetched');
audit(['examples/shop'], 'var/fetched');

// 6. Open the desk.
const office = await serve(FIRST_DESK_PORT, ['desk', '--example', '--quiet']);
heading(
  `The desk at ${office.address}`,
  `cpansec-desk desk --example --port ${new URL(office.address).port}`,
);
console.log(`  ${office.address}/report                  report a vulnerability, without an account
  ${office.said.length === 0 ? `${office.address}/                        sign in` : office.said.join('\n  ')}

One case is there: it is fiction, and says so.`);
if (args.includes('--once')) for (const { child } of [site, office]) child.kill('SIGTERM');
else console.log('\nCtrl-C ends both.');
process.exitCode = await ended([site.child, office.child]);

function heading(words: string, command: string): void {
  console.log(`\n${words}\n\n  $ ${command}\n`);
}

/** 0 clean, 1 findings, 3 something unknown: the audit ran. Anything else is a failure of the walk. */
function audit(operands: readonly string[], home = 'var/home'): void {
  toolkit(['audit', ...operands], home, [0, 1, 3]);
}

function toolkit(operands: readonly string[], home: string, fine: readonly (number | null)[] = [0]): void {
  const env = { ...process.env, CPANSEC_HOME: home };
  const { status } = spawnSync(process.execPath, ['toolkit/dist/cpansec.cjs', ...operands], {
    stdio: 'inherit',
    env,
  });
  if (!fine.includes(status)) process.exit(status ?? 1);
}

function desk(...operands: string[]): void {
  const { status } = spawnSync(process.execPath, ['desk/dist/cli/main.js', ...operands], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** The example's, with an end of security.txt that is half a year away; written anew when less than sixty days are left. */
function writeConfiguration(): void {
  const example = JSON.parse(readFileSync('examples/publisher/publisher.json', 'utf8'));
  const before = existsSync('var/publisher.json')
    ? JSON.parse(readFileSync('var/publisher.json', 'utf8'))
    : null;
  const left = Date.parse(before?.security.expires ?? '') - Date.now();
  const expires =
    left > 60 * DAY
      ? before.security.expires
      : new Date(Date.now() + 180 * DAY).toISOString().replace(/T.*/, 'T00:00:00Z');
  const config = { ...example, security: { ...example.security, expires } };
  writeFileSync('var/publisher.json', `${JSON.stringify(config, null, 2)}\n`);
}

interface Served {
  readonly child: ChildProcess;
  readonly address: string;
  /** What it said before its address. */
  readonly said: readonly string[];
}

/** On the first free port; resolves when it answers. */
async function serve(first: number, command: readonly string[]): Promise<Served> {
  const port = `${await freePort(first, first + PORTS)}`;
  const args = ['desk/dist/cli/main.js', ...command, '--port', port];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('http://127.0.0.1:')) return { child, address: `http://localhost:${port}`, said };
    said.push(line);
  }
  process.exit((await ended([child])) || 1);
}

async function freePort(port: number, last: number): Promise<number> {
  if (port > last) throw new Error(`no free port up to ${last}`);
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
  return free ? port : freePort(port + 1, last);
}

/** That the line from a record to an answer is whole. */
async function ask(address: string): Promise<void> {
  const response = await fetch(`${address}/v1/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ package: { purl: 'pkg:cpan/DBI@1.600' } }),
  });
  const { vulns = [] } = (await response.json()) as { vulns?: { id: string }[] };
  if (!response.ok || vulns.length === 0)
    throw new Error(`the API answers ${response.status} and names nothing`);
  console.log(`The API names ${vulns.length} advisories of DBI 1.600, ${vulns[0]?.id} first.`);
}

/** The worst status of all, once they have ended; what ends us ends them. */
async function ended(children: readonly ChildProcess[]): Promise<number> {
  const end = (): void => {
    for (const child of children) child.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  const watch = setInterval(() => {
    if (process.ppid !== PARENT) end();
  }, 500);
  const statuses = await Promise.all(children.map(statusOf));
  clearInterval(watch);
  return Math.max(...statuses);
}

function statusOf(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 0)));
}
