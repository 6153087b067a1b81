/**
 * The log from end to end, as its users have it: a mirror is followed, a store published, the tree served; then files
 * are verified by command, by page and by perl, and whoever watches sees a release that was replaced.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodeRecord } from '../../toolkit/advisories/index.ts';
import { launch, withoutChromium, withPage } from '../browser.ts';
import { ended, type Ran, run, start } from '../built.ts';
import { record } from '../given.ts';
import { withoutProgram } from '../peers.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-whole-log-'));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const home = join(scratch, 'home');
const author = 'cpan/authors/id/E/EX/EXAMPLE';
const COVERAGE = JSON.stringify({
  ...{ format: 'cpansec-coverage/1', distributions: ['Example-Dist'], asOf: '2026-11-20' },
  ...{ mainModules: {}, serial: 1, built: '2026-11-22T06:00:00Z' },
});
const advisory = 'CPANSA-Example-Dist-2026-0001';

function put(path: string, text: string): void {
  mkdirSync(dirname(join(scratch, path)), { recursive: true });
  writeFileSync(join(scratch, path), text);
}

async function desk(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(args, { program: 'cpansec-desk', cwd: scratch });
  assert.equal(status, 0, `${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

function cpansec(...args: string[]): Promise<Ran> {
  return run(args, { cwd: scratch, env: { CPANSEC_HOME: home, HOME: scratch } });
}

async function clean(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await cpansec(...args);
  assert.equal(status, 0, `${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

describe('a log that was kept, published and served', () => {
  let server: ChildProcess | undefined;
  let site = '';

  before(async () => {
    put(`${author}/Example-Dist-1.0.tar.gz`, 'one');
    put(`${author}/Example-Dist-1.1.tar.gz`, 'two');
    put(`records/advisories/${advisory}.json`, encodeRecord(record(advisory, [{ ranges: ['<1.1'] }])));
    put('records/coverage.json', COVERAGE);
    put(
      'log.json',
      JSON.stringify({
        format: 'cpansec-log/1',
        origin: 'advisories.example.org/log',
        store: 'tree/log',
        state: 'log.state',
        keys: ['log.key'],
        policy: 'log.policy',
      }),
    );
    cpSync(join(repository, 'examples/publisher/publisher.json'), join(scratch, 'publisher.json'));
    await desk('log', 'init', '--log', 'log.json');
    await desk('follow', 'cpan', '--log', 'log.json', '--once');
    await desk('key', 'signing.key', '--name', 'Example', '--email', 'security@example.org');
    await desk('import', 'records', '--store', 'store');
    await publish();
    server = start(['serve', '--tree', 'tree', '--port', '0', '--log', 'error'], {
      program: 'cpansec-desk',
      cwd: scratch,
    });
    const [said] = (await once(server.stdout ?? assert.fail(), 'data')) as [Buffer];
    site = said.toString().trim();
    mkdirSync(home);
    writeFileSync(join(home, 'log-policy'), await (await fetch(`${site}/log/policy`)).text());
  });
  after(async () => {
    server?.kill();
    if (server !== undefined) await ended(server);
    rmSync(scratch, { recursive: true });
  });

  const publish = (): Promise<string> =>
    desk(
      ...['publish', '--store', 'store', '--tree', 'tree', '--config', 'publisher.json'],
      ...['--key', 'signing.key', '--log', 'log.json'],
    );
  const log = (): string => `${site}/log/`;
  /** A server keeps a checkpoint for a second. */
  const shown = async (): Promise<void> => {
    const newest = readFileSync(join(scratch, 'tree/log/checkpoint'), 'utf8');
    for (let i = 0; i < 100 && (await (await fetch(`${log()}checkpoint`)).text()) !== newest; i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
  };

  test('holds, whole', async () => {
    const said = await clean('log', 'verify', log(), '--full');
    assert.match(said, /^log +advisories\.example\.org\/log, 5 entries\n/);
    assert.match(said, /checked +every entry, bundle and tile\n$/);
  });

  test('vouches for releases, advisories and the manifest', async () => {
    for (const [file, words] of [
      [
        `${author}/Example-Dist-1.0.tar.gz`,
        /release authors\/id\/E\/EX\/EXAMPLE\/Example-Dist-1\.0\.tar\.gz/,
      ],
      [`tree/advisories/${advisory}.json`, /advisory CPANSA-Example-Dist-2026-0001, revision 1/],
      ['tree/manifest.json', /manifest 1, as entry 4/],
    ] as const)
      assert.match(await clean('verify', file, '--log', log()), words);
  });

  test('gives proofs that need nobody', async () => {
    const proof = await (await fetch(`${log()}proof/advisory/${advisory}/1.tlog-proof`)).text();
    cpSync(join(scratch, `tree/advisories/${advisory}.json`), join(scratch, `${advisory}.json`));
    put(`${advisory}.json.tlog-proof`, proof);
    assert.match(await clean('verify', `${advisory}.json`), /is what was logged/);
    cpSync(join(scratch, author, 'Example-Dist-1.0.tar.gz'), join(scratch, 'Example-Dist-1.0.tar.gz'));
    await clean('log', 'prove', 'Example-Dist-1.0.tar.gz', '--log', log());
    const path = 'authors/id/E/EX/EXAMPLE/Example-Dist-1.0.tar.gz';
    assert.match(await clean('verify', 'Example-Dist-1.0.tar.gz', '--path', path), /by its proof/);
  });

  test('gives proofs that perl alone verifies', { skip: withoutProgram('perl') }, async () => {
    const page = await (await fetch(`${site}/verify/`)).text();
    const [, program = ''] = /href="([^"]*verify-proof\.[^"]*\.pl)"/.exec(page) ?? [];
    put('verify-proof.pl', await (await fetch(site + program)).text());
    await clean('log', 'prove', `${author}/Example-Dist-1.1.tar.gz`, '-o', 'proof', '--log', log());
    const args = ['verify-proof.pl', `${author}/Example-Dist-1.1.tar.gz`, 'proof', 'home/log-policy'];
    const said = execFileSync('perl', args, { cwd: scratch, encoding: 'utf8' });
    assert.match(
      said,
      /is what was logged\n {2}logged +authors\/id\/E\/EX\/EXAMPLE\/Example-Dist-1\.1\.tar\.gz/,
    );
  });

  test('is read by the page of the site', { skip: withoutChromium }, async () => {
    const browser = await launch();
    try {
      // A log this small has few lookups.
      await withPage(browser, { base: site, options: {}, expected: /404/ }, async (page) => {
        await page.goto(`${site}/verify/`, { waitUntil: 'load' });
        await page.setInputFiles('#files', join(scratch, author, 'Example-Dist-1.1.tar.gz'));
        await page.getByText('This is what was logged.').waitFor();
        assert.ok(await page.getByText('none; only the log itself vouches for it').isVisible());
      });
    } finally {
      await browser.close();
    }
  });

  test('is watched: nothing is found, then a release that was replaced and a record that was changed', async () => {
    await clean('log', 'watch', 'log', '--log', log());
    await clean('log', 'watch', 'mirror', 'cpan', '--log', log());
    await clean('log', 'watch', 'advisories', site, '--log', log(), '--full');
    const first = await cpansec('log', 'watch', 'author', 'EXAMPLE', '--log', log());
    assert.match(first.stdout, /^author EXAMPLE: 2 found/);

    put(`${author}/Example-Dist-1.0.tar.gz`, 'evil');
    const mirror = await cpansec('log', 'watch', 'mirror', 'cpan', '--log', log());
    assert.match(mirror.stdout, /\nother-digest: .*Example-Dist-1\.0\.tar\.gz, entry \d\n/);
    const follower = await run(['follow', 'cpan', '--log', 'log.json', '--once'], {
      program: 'cpansec-desk',
      cwd: scratch,
    });
    assert.equal(follower.status, 1, follower.stderr);
    await shown();
    const audit = await cpansec('log', 'watch', 'log', '--log', log());
    assert.match(audit.stdout, /\nconflict: path:.*Example-Dist-1\.0\.tar\.gz, entry 5\n/);
    assert.equal(audit.status, 1);
    const second = await cpansec('log', 'watch', 'author', 'EXAMPLE', '--log', log());
    assert.match(second.stdout, /^author EXAMPLE: 1 found .*entries 5 to 6/);
    const file = await cpansec('verify', `${author}/Example-Dist-1.0.tar.gz`, '--log', log());
    assert.match(file.stdout, /CANNOT BE TRUSTED/);
    assert.equal(file.status, 1);

    const path = `tree/advisories/${advisory}.json`;
    put(path, readFileSync(join(scratch, path), 'utf8').replace('<1.1', '<1.0'));
    const changed = await cpansec(
      'log',
      'watch',
      'advisories',
      join(scratch, 'tree'),
      '--log',
      log(),
      '--full',
    );
    assert.match(changed.stdout, /\nsilent-change: CPANSA-Example-Dist-2026-0001, entry 3\n/);
  });
});
