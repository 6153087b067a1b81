/** The last part of the walk: what was public before, how the case becomes public, and who finds it then. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { run, start } from '../built.ts';
import { type CveServer, cveServer } from '../cve-services.ts';
import { freePort } from '../port.ts';
import type { AtEnd, Person, Walk } from './walk.ts';
import { opened, type World } from './walk-mail.ts';

const LIST = 'announce@lists.example.org';
export const CVE = 'CVE-2099-90001';

export interface PublicSide {
  readonly walk: Walk;
  /** Where the desk's commands are typed. */
  readonly home: string;
  readonly services: CveServer;
  /** Where the public tree is served. */
  readonly site: string;
}

const KNOWN = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Other-Example-2026-0001',
  aliases: ['CVE-2026-0001'],
  reported: '2026-01-05',
  summary: 'Other::Example versions before 2.01 for Perl follow links out of their directory',
  affected: [{ distribution: 'Other-Example', ranges: ['<2.01'], fixed: ['>=2.01'], cause: { kind: 'own' } }],
  references: [{ type: 'advisory', url: 'https://example.org/advisories/1' }],
  history: [],
};

const SNAPSHOT = `# carton snapshot format: version 1.0
DISTRIBUTIONS
  Foo-Bar-1.23
    pathname: F/FO/FOO/Foo-Bar-1.23.tar.gz
    provides:
      Foo::Bar 1.23
    requirements:
      perl 5.010
`;

/** Everything that a desk publishes to, and somebody who uses what is public. */
export async function publicSide(atEnd: AtEnd, walk: Walk, home: string): Promise<PublicSide> {
  walk.part(
    'What is public before',
    'A store with one advisory, the public tree that is made of it, and somebody who audits a project by it.',
  );
  const services = await cveServer();
  atEnd(() => services.close());
  const at = new Date().toISOString();
  const { org, user } = services;
  services.ids.set(CVE, {
    ...{ cve: CVE, state: 'RESERVED', owner: org, by: user, reserved: at, modified: at },
  });
  writes(home, services);
  const port = await freePort();
  const side = { walk, home, services, site: `http://localhost:${port}` };
  walk.word(new RegExp(`\\b${port}\\b`, 'g'), 'SITE-PORT');
  await types(side, 'key', 'publisher.key', '--name', 'Example', '--email', 'publisher@example.org');
  await types(side, 'import', 'known', '--store', 'store');
  await types(side, 'log', 'init', '--log', 'log.json');
  await types(side, 'tuf', 'rehearse', 'tuf', '--store', 'tree/tuf', '--bin-bits', '4');
  const [into, signed] = ['--store store --tree tree', '--config publisher.json --key publisher.key'];
  await types(side, ...`publish ${into} ${signed} --log log.json --tuf tuf/tuf.json`.split(' '));
  await serves(atEnd, home, port);
  walk.shell(`cpansec-desk serve --tree tree --port ${port}`, '');
  await audits(side, 0);
  return side;
}

function writes(home: string, { base, org, user, key }: CveServer): void {
  const json = (name: string, value: unknown): void =>
    writeFileSync(join(home, name), JSON.stringify(value, null, 2));
  mkdirSync(join(home, 'known/advisories'), { recursive: true });
  mkdirSync(join(home, 'project'));
  json('known/coverage.json', {
    ...{ format: 'cpansec-coverage/1', distributions: ['Other-Example', 'Foo-Bar'], asOf: '2026-11-20' },
    ...{ mainModules: {}, serial: 1, built: '2026-11-22T06:00:00Z' },
  });
  json('known/advisories/CPANSA-Other-Example-2026-0001.json', KNOWN);
  writeFileSync(join(home, 'project/cpanfile.snapshot'), SNAPSHOT);
  writeFileSync(join(home, 'cve.key'), `${key}\n`, { mode: 0o600 });
  json('cve.json', { base, org, user, keyFile: 'cve.key' });
  const expires = new Date(Date.now() + 90 * 86_400_000).toISOString().replace(/T.*/, 'T00:00:00Z');
  json('publisher.json', {
    ...{ format: 'cpansec-publisher/1', name: 'Example advisories', base: 'https://advisories.example.org' },
    publisher: {
      ...{ name: 'Example group', namespace: 'https://example.org', category: 'coordinator' },
      contact: 'Write to desk@example.org',
    },
    security: { contact: ['mailto:desk@example.org'], expires },
    licence: 'Artistic-2.0',
    cna: { orgId: '00000000-0000-4000-9000-000000000001', shortName: org },
  });
  json('log.json', {
    ...{ format: 'cpansec-log/1', origin: 'advisories.example.org/log', store: 'tree/log' },
    ...{ state: 'log.state', keys: ['log.key'], policy: 'log.policy' },
  });
  json('publication.json', {
    ...{ store: 'store', publisher: 'publisher.json', tree: 'tree', keyFile: 'publisher.key' },
    ...{ log: 'log.json', tuf: 'tuf/tuf.json' },
    lists: { announcement: LIST },
  });
}

/** How the desk is told of all this. */
export const PUBLISHES: readonly string[] = ['--cve', 'cve.json', '--publication', 'publication.json'];

async function types(
  { walk, home }: Pick<PublicSide, 'walk' | 'home'>,
  ...args: readonly string[]
): Promise<void> {
  const { status, stderr } = await run(args, { program: 'cpansec-desk', cwd: home });
  assert.equal(status, 0, stderr);
  walk.shell(`cpansec-desk ${args.join(' ')}`, '');
}

async function serves(atEnd: AtEnd, home: string, port: number): Promise<void> {
  const child = start(['serve', '--tree', 'tree', '--port', `${port}`, '--log', 'error'], {
    ...{ program: 'cpansec-desk', cwd: home },
  });
  atEnd(() => child.kill('SIGTERM'));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/^http:\/\/127/m.test(said)) resolve();
    });
    child.once('close', () => reject(new Error(`it does not serve: ${said}`)));
  });
}

/** Somebody else's machine: it updates, and audits. */
async function audits({ walk, home, site }: Pick<PublicSide, 'walk' | 'home' | 'site'>, expected: number) {
  const env = { CPANSEC_HOME: join(home, 'user'), NODE_DISABLE_COMPILE_CACHE: '1' };
  const first = !existsSync(env.CPANSEC_HOME);
  // It comes by another way than the tree.
  if (first) copyFileSync(join(home, 'tuf/media/1.root.json'), join(home, 'root.json'));
  const args = ['db', 'update', site, ...(first ? ['--root', 'root.json'] : [])];
  const update = await run(args, { cwd: home, env });
  assert.equal(update.status, 0, update.stderr);
  walk.shell(`cpansec ${args.join(' ')}`, '');
  const { status, stdout, stderr } = await run(['audit', 'project'], { cwd: home, env });
  assert.equal(status, expected, `${stdout}${stderr}`);
  // Where its index stands and how old it is differs.
  walk.shell('cpansec audit project', stdout.replace(/\nindex .*$/s, ''));
}

const DETAILS = {
  Title: 'Foo::Bar versions before 1.24 for Perl read past the end of a header in parse_header()',
  Modules: 'Foo::Bar',
  Weaknesses: 'CWE-125',
  'Affected versions': '<1.24',
  'Fixed versions': '>=1.24',
  References: 'fix https://metacpan.org/release/FOO/Foo-Bar-1.24/changes',
  Summary:
    'A header without an end makes parse_header() read on, into other memory of the process, and gives it to whoever sent the header.',
};

/** Two people, one after the other; everything else is the desk's. */
export async function becomesPublic(
  side: PublicSide,
  world: World,
  { Ada, Bob }: Readonly<Record<'Ada' | 'Bob', Person>>,
): Promise<void> {
  const { walk, services } = side;
  walk.part('The advisory is written', 'Bob has the release of the author before him.');
  await Bob.follows('Edit the details');
  await Bob.fills(DETAILS);
  await Bob.clicks('Keep the changes');
  await Bob.follows('The advisory so far');
  await Bob.sees('The advisory as it is now');
  await Bob.looks('draft');
  walk.part(
    'Prepared by one, approved by another',
    'Nothing goes out before both have looked at every word, and before the day.',
  );
  await Bob.follows(await Bob.reference());
  await Bob.follows('Publish it: the checklist');
  await Bob.looks('publications');
  await Bob.checks(`announcement: ${LIST}`);
  await Bob.clicks('Prepare it');
  await Bob.sees('waits for the approval of a second person', 'Another member of the CNA has to approve it');
  await Bob.doesNotSee('It cannot be published as it is:');
  await Bob.looks('publication');
  await Ada.opens(Bob.page.url(), 'the same page');
  await Ada.sees('You approve what stands below, word by word');
  await Ada.looks('publication-approve');
  await Ada.clicks('Approve it');
  await Ada.sees('approved, and waits for its instant');
  assert.equal(services.records.size, 0);
  assert.ok(!world.taken.some(({ to }) => to === LIST));
  walk.part(
    'Somebody else is faster',
    'The fault stands on a public list a week before the day. An embargo ends with that, and what was approved goes out.',
  );
  await Bob.follows(await Bob.reference());
  await Bob.unfolds('It became known');
  await Bob.answers('What was seen', 'It is public');
  await Bob.clicks('Note it; the embargo ends');
  await Ada.waitsFor('is out');
  await Ada.sees('All done');
  await Ada.looks('published');
  const letter = await world.letterTo(LIST);
  const { subject, text } = await opened(letter);
  walk.text(`A mail to ${LIST}: *${subject}*`, text.replaceAll(/^- \d{4}-\d\d-\d\d: /gm, '- TODAY: '));
  assert.match(letter.raw, new RegExp(CVE));
  await others(side, world);
}

/** Everybody who was to be told, and everything that was to be made. */
async function others(side: PublicSide, world: World): Promise<void> {
  const { walk, services, site } = side;
  for (const to of ['author@example.com', 'finder@example.com']) {
    const mail = await letterAbout(world, to, `${CVE} Foo-Bar: published`);
    walk.step(`A mail to ${to}: *${mail}*`);
  }
  const record = services.records.get(CVE);
  assert.equal(services.ids.get(CVE)?.state, 'PUBLISHED');
  walk.text(`What CVE Services have of ${CVE} now:`, JSON.stringify(shortened(record), null, 2));
  for (const [path, words] of [
    [`advisories/CPANSA-Foo-Bar-2099-90001/`, /parse_header/],
    [`advisories/CPANSA-Foo-Bar-2099-90001.osv.json`, /"CVE-2099-90001"/],
    ['feed.atom', /CPANSA-Foo-Bar-2099-90001/],
  ] as const) {
    const response = await served(`${site}/${path}`);
    assert.equal(response.status, 200, path);
    assert.match(await response.text(), words);
    walk.step(`${path} has it`);
  }
  walk.part('Whoever uses it finds it', 'The same machine as in the beginning.');
  await audits(side, 1);
}

/** The server looks now and then whether the tree has changed. */
async function served(url: string): Promise<Response> {
  for (let tries = 0; tries < 300; tries++) {
    const response = await fetch(url);
    if (response.status === 200) return response;
    await response.body?.cancel();
    await wait(100);
  }
  return fetch(url);
}

async function letterAbout({ taken }: World, to: string, subject: string): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    for (const letter of taken.filter((one) => one.to === to)) {
      const read = await opened(letter);
      if (read.subject === subject) return read.subject;
    }
    await wait(20);
  }
  return assert.fail(`no letter to ${to}: ${subject}`);
}

function shortened(record: ReturnType<CveServer['records']['get']>): unknown {
  const { cveId, state } = record?.cveMetadata ?? assert.fail('no record');
  return { cveId, state };
}
