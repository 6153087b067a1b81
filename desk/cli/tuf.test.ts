/** `cpansec-desk tuf` as it is typed, and what a client then believes. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { GivenCeremony } from '../../test/given-ceremony.ts';

const PATH = 'authors/id/A/AB/ABC/Foo-1.0.tar.gz';

test('a ceremony over days: drafts, signatures one by one, and a repository', async (t) => {
  const given = new GivenCeremony(t);
  const { media } = given;
  await given.begin();
  assert.deepEqual(await given.refresh(), [1, 1, 1]);
  assert.match(await given.done('status', media), /^nothing is to be signed\n/);
  assert.match(await given.done('init', media), /^nothing is to be signed: the layout is what stands\n/);
  const dry = await given.done('init', media, '--role', 'claimed', '--dry-run');
  assert.match(
    dry,
    /^role +claimed 2\nexpires .*\ndigest +(?:[0-9a-f]{4} ){15}[0-9a-f]{4}\nsigned +0 of 2 /m,
  );
  assert.ok(!existsSync(join(media, '2.claimed.draft.json')));
  await given.done('init', media, '--role', 'claimed');
  const digest = createHash('sha256')
    .update(readFileSync(join(media, '2.claimed.tbs')))
    .digest('hex');
  assert.match(
    await given.tuf('status', media),
    new RegExp(
      `digest +${digest.replace(/.{4}(?=.)/g, '$& ')}\nsigned +0 of 2 .*nobody; not yet: alice, bob, carol\n=> 1`,
    ),
  );
  assert.match(
    await given.tuf('sign', media, '--key', given.at('dan.pem')),
    /nothing that this key has to sign/,
  );
  await given.sign('carol');
  assert.match(await given.tuf('finalize', media), /\nsigned +1 of 2 .*carol; not yet: alice, bob\n=> 1\n$/);
  await given.done('sign', media, '--key', given.at('alice.pem'), '--dry-run');
  assert.match(await given.tuf('status', media), /\nsigned +1 of 2/);
  await given.sign('alice');
  await given.sign('alice');
  await given.install();
  assert.deepEqual(await given.refresh(), [1, 2, 2]);
  assert.match(
    await given.tuf('install', media, '--tuf', given.at('tuf.json')),
    /nothing newer than what stands\n(?:.*\n)*=> 3/,
  );
  assert.match(
    await given.done('check', '--tuf', given.at('tuf.json')),
    /^roles +22\ntargets +0\nauthors +0\nwrong +nothing\n/,
  );
  assert.match(await given.done('alarms', '--tuf', given.at('tuf.json')), /^nothing runs out\n/);
});

test('what was drafted is not what is signed when somebody changes it on the way', async (t) => {
  const given = new GivenCeremony(t);
  await given.begin();
  const { media } = given;
  await given.done('init', media, '--role', 'releases');
  await given.sign('alice', 'bob');
  const draft = join(media, '2.releases.draft.json');
  writeFileSync(draft, readFileSync(draft, 'utf8').replace('"version":2', '"version":3'));
  assert.match(await given.tuf('finalize', media), /=> 1\n$/);
});

test('drill: an online key is stolen', async (t) => {
  const given = new GivenCeremony(t);
  await given.begin();
  await given.refresh();
  for (const name of ['timestamp-2', 'bins-2']) {
    const { keys, roles, ...rest } = given.layout;
    const [role = ''] = name.split('-');
    const next = { ...keys, [name]: await given.key(name) };
    given.layout = { ...rest, keys: next, roles: { ...roles, [role]: { threshold: 1, keys: [name] } } };
  }
  await given.done('init', given.media);
  await given.sign('alice', 'bob', 'carol');
  given.configure({ timestamp: ['timestamp-2.pem'], bins: ['bins-2.pem'] });
  assert.match(await given.install(), /\nwritten +19 roles\n/);
  assert.deepEqual(await given.refresh(), [2, 2, 2]);
  assert.match(await given.done('check', '--tuf', given.at('tuf.json')), /wrong +nothing/);
  given.configure();
  assert.match(await given.tuf('publish', '--tuf', given.at('tuf.json')), /timestamp: signed by 0 of 1 keys/);
});

test('drill: a root key is lost; drill: the threshold is raised', async (t) => {
  const given = new GivenCeremony(t);
  await given.begin();
  await given.refresh();
  const { keys, roles, ...rest } = given.layout;
  given.layout = {
    ...rest,
    keys: { ...keys, frank: await given.key('frank') },
    roles: { ...roles, root: { threshold: 4, keys: ['alice', 'bob', 'carol', 'dan', 'frank'] } },
  };
  await given.done('init', given.media);
  await given.sign('alice', 'bob', 'carol');
  const waiting = await given.tuf('status', given.media);
  assert.match(
    waiting,
    /\nsigned +3 of 3 \(root 1\).*\nsigned +3 of 4 \(root 2\).*not yet: dan, frank\n=> 1\n$/,
  );
  await given.sign('frank');
  await given.install();
  assert.deepEqual(await given.refresh(), [2, 2, 2]);
  // From now on three are too few.
  await given.done('init', given.media, '--role', 'root');
  await given.sign('alice', 'bob', 'carol');
  assert.match(await given.tuf('finalize', given.media), /=> 1\n$/);
  await given.sign('dan');
  await given.install();
  assert.deepEqual(await given.refresh(), [3, 3, 3]);
});

test('drill: whoever stole keys signed versions far ahead', async (t) => {
  const given = new GivenCeremony(t);
  await given.begin();
  await given.refresh();
  const { keys, roles, ...rest } = given.layout;
  given.layout = {
    ...rest,
    keys: {
      ...keys,
      'timestamp-2': await given.key('timestamp-2'),
      'snapshot-2': await given.key('snapshot-2'),
    },
    roles: {
      ...roles,
      timestamp: { threshold: 1, keys: ['timestamp-2'] },
      snapshot: { threshold: 1, keys: ['snapshot-2'] },
    },
  };
  await given.done('init', given.media);
  await given.sign('alice', 'bob', 'carol');
  given.configure({ timestamp: ['timestamp-2.pem'], snapshot: ['snapshot-2.pem'] });
  await given.install('--recover-from', '1000');
  assert.deepEqual(await given.refresh(), [2, 1000, 1000]);
  assert.match(
    await given.done('publish', '--tuf', given.at('tuf.json')),
    /^timestamp +1,001\nsnapshot +1,000\n/,
  );
});

test('an author claims what they release, turns to another key, and loses it', async (t) => {
  const given = new GivenCeremony(t);
  await given.begin();
  const { media } = given;
  const [tuf, archive] = [given.at('tuf.json'), given.at('Foo-1.0.tar.gz')];
  writeFileSync(archive, 'an archive');
  const claims = (...names: string[]): void => {
    const { keys, ...rest } = given.layout;
    given.layout = { ...rest, keys, claims: { ABC: { threshold: 1, keys: names } } };
  };
  const found = async (): Promise<string | undefined> => {
    await given.refresh();
    return (await given.client().find(PATH))?.role;
  };
  // 1. On line, until people meet.
  for (const name of ['laptop', 'desktop'])
    given.layout = { ...given.layout, keys: { ...given.layout.keys, [name]: await given.key(name) } };
  claims('laptop');
  assert.match(await given.done('author', media, 'ABC', archive), new RegExp(`^drafted +${PATH}\n`));
  await given.sign('laptop');
  await given.done('finalize', media);
  await given.done('claim', media, 'ABC', '--tuf', tuf);
  assert.equal(await found(), 'author-ABC');
  // 2. By people; the author has another key by then, and signs anew with it.
  claims('desktop');
  await given.done('init', media);
  await given.done('author', media, 'ABC');
  await given.sign('alice', 'bob', 'desktop');
  await given.install();
  assert.equal(await found(), 'author-ABC');
  await given.done('unclaim', 'ABC', '--tuf', tuf);
  assert.equal(await found(), 'author-ABC');
  // 3. The key is lost: nobody signs for them any more, and releases are found in bins.
  given.layout = { ...given.layout, claims: {} };
  await given.done('init', media);
  await given.sign('alice', 'carol');
  await given.install();
  assert.equal(await found(), undefined);
  assert.match(await given.done('check', '--tuf', tuf), /authors +0\nwrong +nothing/);
});

test('a repository with throw-away keys', async (t) => {
  const given = new GivenCeremony(t);
  const rehearsal = given.at('rehearsal');
  const said = await given.done('rehearse', rehearsal, '--store', given.at('tree/tuf'), '--bin-bits', '3');
  assert.match(said, /\nwritten +15 roles\n/);
  const tuf = join(rehearsal, 'tuf.json');
  assert.match(await given.done('check', '--tuf', tuf), /^roles +14\n(?:.*\n){2}wrong +nothing\n/);
  assert.ok(existsSync(given.at('tree/tuf/timestamp.json')));
  assert.match(await given.tuf('rehearse', rehearsal), /stands there already/);
});

test('what is no ceremony, no layout and no key says so', async (t) => {
  const given = new GivenCeremony(t);
  await given.begin();
  const { media } = given;
  const good = given.layout;
  const cases: [layout: unknown, message: RegExp][] = [
    [{ ...good, format: 'other' }, /layout\.json: .*expected one of cpansec-tuf-layout\/1/],
    [
      { ...good, roles: { ...good.roles, root: { threshold: 6, keys: good.roles.root?.keys } } },
      /6 of 5 keys can never sign/,
    ],
    [
      { ...good, roles: { ...good.roles, root: { threshold: 1, keys: ['mallory'] } } },
      /no key is called mallory/,
    ],
    [{ ...good, roles: { ...good.roles, root: { threshold: 1, keys: ['bob', 'bob'] } } }, /twice/],
    [{ ...good, claims: { abc: { threshold: 1, keys: ['bob'] } } }, /the id of an author/],
    [{ ...good, binBits: 17 }, /a whole number from 1 to 16/],
  ];
  for (const [layout, message] of cases) {
    writeFileSync(join(media, 'layout.json'), JSON.stringify(layout));
    assert.match(await given.tuf('init', media), message);
  }
  assert.match(await given.tuf('key', given.at('alice.pem')), /alice\.pem: .*=> 3\n$/s);
  assert.match(await given.tuf('public', given.at('tuf.json')), /=> 3\n$/);
  assert.match(await given.tuf('init', given.at('nowhere')), /=> 3\n$/);
  assert.ok(readdirSync(media).every((name) => !name.endsWith('~new')));
});
