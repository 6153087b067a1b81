/** The monitors over logs in memory. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { encodeUtf8 } from '../base/index.ts';
import { formatNote, parseNote } from '../formats/index.ts';
import {
  type AdvisoryEntry,
  type AskedWitness,
  auditLog,
  auditMirror,
  checkSplitView,
  type FetchBytes,
  type Finding,
  formatEntry,
  type LogEntry,
  type LogWatch,
  MAX_LOOKUP,
  type Mirror,
  type MonitorReport,
  type Policy,
  reportAtom,
  reportJson,
  reportText,
  staleness,
  TransparencyError,
  viewAt,
  watchAdvisories,
  watchAuthor,
} from './index.ts';
import {
  GivenCpanLog,
  ORIGIN,
  ops,
  others,
  policy,
  release,
  sha256Of,
  TIME,
  witnesses,
} from './testdata/given-cpan-log.ts';
import { signedCheckpoint, signerOf } from './testdata/signed.ts';

const at = '2026-11-20T12:00:00Z';
const brief = (findings: readonly Finding[]): string[] =>
  findings.map(({ kind, level, subject, index }) => `${level} ${kind} ${subject} ${index ?? '-'}`);

test('author watch: every entry of an author, from where the run before ended', async () => {
  const foo = release('Foo-1.0.tar.gz', 'foo', { uploaded: null });
  const gone: LogEntry = {
    type: 'removal',
    path: foo.path,
    removed: '2026-11-20T11:00:00Z',
    source: 'pause',
  };
  const checksums: LogEntry = {
    type: 'checksums',
    path: 'authors/id/E/EX/EXAMPLE/CHECKSUMS',
    sha256: sha256Of('c'),
    size: 1,
    key: null,
    published: null,
    source: 'mirror',
  };
  const log = await new GivenCpanLog().publish([...others(0, 300), foo, checksums]);
  const first = await watchAuthor(await log.view(), 'EXAMPLE', { from: 0, at });
  assert.deepEqual(brief(first), [`found release ${foo.path} 300`, `found checksums ${checksums.path} 301`]);
  assert.equal(first[0]?.words, `uploaded at an unknown time, sha256 ${foo.sha256}, source mirror`);
  await log.publish([...others(300, 310), gone]);
  const steps: number[] = [];
  const second = await watchAuthor(await log.view(), 'EXAMPLE', {
    from: 302,
    at,
    progress: (done) => void steps.push(done),
  });
  assert.deepEqual(brief(second), [`found removal ${foo.path} 312`]);
  assert.equal(second[0]?.words, 'removed 2026-11-20T11:00:00Z, source pause');
  assert.deepEqual([steps.length, steps.at(-1)], [11, 313]);
  assert.deepEqual(await watchAuthor(await log.view(), 'EXAMPL', { from: 0, at }), []);
});

/** A mirror in memory, which lists itself. */
function mirrorOf(files: Readonly<Record<string, string>>): Mirror {
  const read = async (path: string): Promise<Uint8Array | null> => {
    const text = files[path];
    return text === undefined ? null : encodeUtf8(text);
  };
  return {
    async *files() {
      yield* Object.keys(files);
    },
    sha256: async (path) => {
      const bytes = await read(path);
      return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
    },
    read,
  };
}

const directory = 'authors/id/E/EX/EXAMPLE';
const cksum = (name: string, text: string): string =>
  `$cksum = {'${name}' => {'sha256' => '${sha256Of(text)}', 'size' => ${text.length}}};\n`;

test('mirror audit: both ways, and what CHECKSUMS say', async () => {
  const removed: LogEntry = {
    type: 'removal',
    path: `${directory}/Old-1.tar.gz`,
    removed: null,
    source: 'mirror',
  };
  const log = await new GivenCpanLog().publish([
    release('Foo-1.0.tar.gz', 'foo'),
    release('Bar-1.0.tar.gz', 'bar'),
    release('Old-1.tar.gz', 'old'),
    removed,
    release('Gone-1.tar.gz', 'gone'),
    manifest(1),
  ]);
  const view = await log.view();
  const good = {
    [`${directory}/Foo-1.0.tar.gz`]: 'foo',
    [`${directory}/Bar-1.0.tar.gz`]: 'bar',
    [`${directory}/Gone-1.tar.gz`]: 'gone',
    [`${directory}/README`]: 'no release',
    [`${directory}/CHECKSUMS`]: cksum('Foo-1.0.tar.gz', 'foo').replace(
      '}};',
      "}, 'Bar-1.0.tar.gz' => {'size' => 3}};",
    ),
  };
  const run = async (files: Readonly<Record<string, string>>): Promise<readonly Finding[]> =>
    (await auditMirror(view, { from: 0, at, mirror: mirrorOf(files), logged: new Map() })).findings;
  assert.deepEqual(await run(good), []);
  const { [`${directory}/Gone-1.tar.gz`]: _, ...bad } = {
    ...good,
    [`${directory}/Bar-1.0.tar.gz`]: 'evil',
    [`${directory}/New-1.zip`]: 'new',
    [`${directory}/CHECKSUMS`]: cksum('Bar-1.0.tar.gz', 'bar'),
    'authors/id/O/OT/OTHER/CHECKSUMS': 'system("rm")',
  };
  assert.deepEqual(brief(await run(bad)), [
    `found other-digest ${directory}/Bar-1.0.tar.gz 1`,
    `found not-logged ${directory}/New-1.zip -`,
    `found not-on-mirror ${directory}/Gone-1.tar.gz 4`,
    `found checksums ${directory}/Bar-1.0.tar.gz -`,
    'unknown checksums authors/id/O/OT/OTHER/CHECKSUMS -',
  ]);
});

test('mirror audit: what is served of a conflict, of what was removed, and of every kind of archive', async () => {
  const path = (name: string): string => `${directory}/${name}`;
  const gone = (name: string): LogEntry => ({
    type: 'removal',
    path: path(name),
    removed: at,
    source: 'mirror',
  });
  const log = await new GivenCpanLog().publish([
    release('Two-1.tar.gz', 'first'),
    release('Two-1.tar.gz', 'second'),
    release('Old-1.tar.gz', 'old'),
    gone('Old-1.tar.gz'),
    gone('Never-1.tar.gz'),
  ]);
  const rows: [name: string, bytes: string, found: string[]][] = [
    ['Two-1.tar.gz', 'first', ['conflict 1']],
    ['Two-1.tar.gz', 'second', ['conflict 1']],
    ['Two-1.tar.gz', 'third', ['other-digest 1']],
    ['Old-1.tar.gz', 'old', ['removed 3']],
    ['Old-1.tar.gz', 'evil', ['other-digest 3', 'removed 3']],
    ['Never-1.tar.gz', 'x', ['other-digest 4', 'removed 4']],
    ...['Evil.pm.gz', 'Evil-1.tbz', 'Evil-1.txz', 'Evil-1.tar_gz', 'Evil-1.tar-gz', 'Evil-1.zip'].map(
      (name): [string, string, string[]] => [name, 'evil', ['not-logged -']],
    ),
    ['Evil-1.readme', 'evil', []],
  ];
  for (const [name, bytes, found] of rows) {
    const mirror = mirrorOf({ [path(name)]: bytes });
    const { findings } = await auditMirror(await log.view(), { from: 0, at, mirror, logged: new Map() });
    const here = findings.filter(({ subject }) => subject === path(name));
    assert.deepEqual(
      here.map(({ kind, index }) => `${kind} ${index ?? '-'}`),
      found,
      `${name} ${bytes}`,
    );
  }
});

test('mirror audit: a run goes on from what the one before knows of the log', async () => {
  const removal = (path: string): LogEntry => ({ type: 'removal', path, removed: null, source: 'mirror' });
  const [foo, bar] = [release('Foo-1.0.tar.gz', 'foo'), release('Bar-1.0.tar.gz', 'bar')];
  const log = await new GivenCpanLog().publish([foo, bar, release('Foo-1.0.tar.gz', 'second')]);
  const mirror = mirrorOf({ [foo.path]: 'evil', [bar.path]: 'bar' });
  const first = await auditMirror(await log.view(), { from: 0, at, mirror, logged: new Map() });
  assert.deepEqual(brief(first.findings), [`found other-digest ${foo.path} 2`]);
  await log.publish([removal(bar.path), release('Foo-1.0.tar.gz', 'evil')]);
  const read: number[] = [];
  const second = await auditMirror(await log.view(), {
    from: 3,
    at,
    mirror: mirrorOf({ [foo.path]: 'evil' }),
    logged: first.logged,
    progress: (done) => void read.push(done),
  });
  assert.deepEqual([brief(second.findings), read], [[`found conflict ${foo.path} 4`], [4, 5]]);
  const digests = ['foo', 'second', 'evil'].map((text) => sha256Of(text));
  assert.deepEqual(second.logged.get(foo.path), { index: 4, digests, removed: false });
  assert.deepEqual(second.logged.get(bar.path), { index: 3, digests: [sha256Of('bar')], removed: true });
});

test('mirror audit: what cannot be had is unknown, and hides nothing else', async () => {
  const names = ['A', 'B', 'C', 'D'];
  const log = await new GivenCpanLog().publish(names.map((name) => release(`${name}-1.0.tar.gz`, name)));
  const of = (name: string): string => `${directory}/${name}-1.0.tar.gz`;
  const good = mirrorOf(Object.fromEntries(names.map((name) => [of(name), name === 'D' ? 'evil' : name])));
  const run = async (mirror: Partial<Mirror>): Promise<string[]> => {
    const watch = { from: 0, at, mirror: { ...good, ...mirror }, logged: new Map() };
    return brief((await auditMirror(await log.view(), watch)).findings);
  };
  const failing = (code: 'missing' | 'mirror' | 'bounds'): Partial<Mirror> => ({
    sha256: async (path) => {
      if (path === of('B')) throw new TransparencyError(code, 'took its time');
      return good.sha256(path);
    },
  });
  const evil = `found other-digest ${of('D')} 3`;
  assert.deepEqual(await run(failing('missing')), [`unknown unread ${of('B')} -`, evil]);
  assert.deepEqual(await run(failing('mirror')), ['unknown unread authors/id/ -']);
  await assert.rejects(run(failing('bounds')), { code: 'bounds' });
  assert.deepEqual(
    await run({
      async *files(_logged, unread) {
        unread(`${directory}/`, 'permission denied');
        yield 'authors/id/O/OT/OTHER/README';
      },
    }),
    [`unknown unread ${directory}/ -`],
  );
});

const revision = (id: string, number: number, text: string, published: string | null): AdvisoryEntry => ({
  type: 'advisory',
  id,
  revision: number,
  sha256: sha256Of(text),
  published,
  source: 'publisher',
});
const manifest = (serial: number): LogEntry => ({
  type: 'manifest',
  serial,
  sha256: sha256Of(`manifest ${serial}`),
  size: 10,
  built: '2026-11-20T09:00:00Z',
});
const nothing = { seen: new Map(), manifest: null, witnessed: null };

test('advisories: what is served is the newest revision that was logged', async () => {
  const log = await new GivenCpanLog().publish([
    revision('A', 1, 'a1', '2026-11-19T09:00:00Z'),
    revision('A', 2, 'a2', '2026-11-20T09:00:00Z'),
    revision('B', 1, 'b1', '2026-11-20T09:00:00Z'),
    manifest(7),
  ]);
  const view = await log.view();
  const tree = {
    serial: 7,
    manifest: sha256Of('manifest 7'),
    records: new Map([
      ['A', sha256Of('a2')],
      ['B', sha256Of('b1')],
    ]),
  };
  const run = async (changed: object): Promise<string[]> => {
    const watch = { from: 0, at, tree: { ...tree, ...changed }, ...nothing };
    return brief((await watchAdvisories(view, watch)).findings);
  };
  assert.deepEqual(await run({}), []);
  const records = new Map([
    ['A', sha256Of('a1')],
    ['C', sha256Of('c')],
  ]);
  assert.deepEqual(await run({ records }), [
    'found silent-change A 1',
    'found gone B 2',
    'found not-logged C -',
  ]);
  assert.deepEqual(await run({ manifest: sha256Of('x') }), ['found tree tree 7 -']);
  assert.deepEqual(await run({ serial: 8, records }), ['unknown tree tree 8 -']);
  assert.deepEqual(await run({ serial: 6, records }), ['unknown tree tree 6 -']);
});

test('advisories: revisions go forward, and none is back-dated; a second run goes on', async () => {
  const log = await new GivenCpanLog().publish([
    { ...revision('A', 2, 'a2', '2026-11-20T09:00:00Z'), source: 'backfill' },
    manifest(1),
  ]);
  const tree = (serial: number, text: string) => ({
    serial,
    manifest: sha256Of(`manifest ${serial}`),
    records: new Map([['A', sha256Of(text)]]),
  });
  const first = await watchAdvisories(await log.view(), { from: 0, at, tree: tree(1, 'a2'), ...nothing });
  assert.deepEqual(first.findings, []);
  await log.publish([
    revision('A', 1, 'a1', '2026-11-21T09:00:00Z'),
    revision('A', 2, 'other', '2026-11-21T09:00:00Z'),
    revision('A', 3, 'a3', '2026-11-01T09:00:00Z'),
    revision('D', 1, 'd1', '2026-11-19T09:00:00Z'),
    { ...revision('E', 1, 'e1', '2026-11-19T09:00:00Z'), source: 'backfill' },
    revision('F', 1, 'f1', null),
    {
      type: 'patch',
      path: 'patches/Foo-1/fix.patch',
      sha256: sha256Of('p'),
      size: 1,
      published: null,
      source: 'backfill',
    },
    manifest(2),
  ]);
  const { findings, seen } = await watchAdvisories(await log.view(), {
    from: 2,
    at,
    tree: tree(2, 'a3'),
    seen: first.seen,
    manifest: first.manifest,
    witnessed: '2026-11-20T10:00:00Z',
  });
  assert.deepEqual(brief(findings), [
    'found goes-back A 2',
    'found conflict A 3',
    'found back-dated A 4',
    'found back-dated D 5',
    'found back-dated E 6',
    'found back-dated F 7',
    'found back-dated patches/Foo-1/fix.patch 8',
    'found gone D 5',
    'found gone E 6',
    'found gone F 7',
  ]);
  assert.deepEqual([seen.get('A')?.revision, seen.get('A')?.index], [3, 4]);
});

const hour = 3600;

function watch(more: Partial<LogWatch> = {}): LogWatch {
  return {
    from: 0,
    at,
    seen: null,
    before: null,
    witnesses: [],
    policy,
    now: TIME + hour,
    fresh: 24 * hour,
    signatures: ops,
    ...more,
  };
}

test('log audit: what holds', async () => {
  const log = await new GivenCpanLog().publish(others(0, 300));
  const before = log.note;
  await log.publish(others(300, 520));
  assert.deepEqual((await auditLog(await log.view(), watch())).findings, []);
  const seen = await auditLog(await log.view(), watch({ seen: before, from: 300 }));
  assert.deepEqual([seen.findings, seen.evidence], [[], []]);
});

const text = (entry: LogEntry): string => new TextDecoder().decode(formatEntry(entry));

test('what cannot be read is unknown to every monitor, and not clean', async () => {
  const foo = text(release('Foo-1.0.tar.gz', 'foo'));
  const log = new GivenCpanLog();
  const unread = [
    foo.replace('cpan-log/v1', 'cpan-log/v2'),
    foo.replace('v1 release', 'v1 upload'),
    foo.replace('size ', 'size 0'),
  ];
  log.add([...others(0, 1).map(formatEntry), ...unread.map(encodeUtf8)]);
  const view = await (await log.publish([])).view();
  const from = { from: 0, at };
  const tree = { serial: 1, manifest: sha256Of('m'), records: new Map() };
  const author = await watchAuthor(view, 'EXAMPLE', from);
  assert.deepEqual(brief(author), [`unknown unread ${ORIGIN} 1`]);
  assert.match(author[0]?.words ?? '', /^3 of the entries cannot be read: /);
  assert.deepEqual(brief((await watchAdvisories(view, { ...from, tree, ...nothing })).findings), [
    `unknown unread ${ORIGIN} 1`,
    'unknown tree tree 1 -',
  ]);
  const mirror = mirrorOf({});
  const mirrored = await auditMirror(view, { ...from, from: 1, mirror, logged: new Map() });
  assert.deepEqual(brief(mirrored.findings), [`unknown unread ${ORIGIN} 1`]);
  assert.deepEqual(brief((await auditLog(view, watch())).findings), [
    'found entry entry 3 3',
    `unknown unread ${ORIGIN} 1`,
  ]);
  assert.deepEqual(await watchAuthor(view, 'EXAMPLE', { from: 4, at }), []);
});

test('log audit: entries that are none, of later versions, and two digests of one path', async () => {
  const foo = release('Foo-1.0.tar.gz', 'foo');
  const log = await new GivenCpanLog().publish([foo, release('Foo-1.0.tar.gz', 'evil')]);
  log.add([encodeUtf8('hello\n'), encodeUtf8('cpan-log/v2 release\nx\n')]);
  log.said.push(foo, foo); // what stands there is looked up by nobody
  await log.publish([release('Foo-1.0.tar.gz', 'third')]);
  const whole = await auditLog(await log.view(), watch());
  const subject = `path:${foo.path}`;
  assert.deepEqual(brief(whole.findings), [
    `found conflict ${subject} 1`,
    'found entry entry 2 2',
    `found conflict ${subject} 4`,
    `unknown unread ${ORIGIN} 3`,
  ]);
  assert.match(whole.findings[0]?.words ?? '', /by entry 0$/);
});

test('log audit: what was logged before the last run is in conflict whatever the log shows of it', async () => {
  const foo = release('Foo-1.0.tar.gz', 'foo');
  const log = await new GivenCpanLog().publish([foo, ...others(0, 3)]);
  const { logged } = await auditLog(await log.view(), watch());
  const gone = (i: number): LogEntry => ({
    type: 'removal',
    path: foo.path,
    removed: new Date((TIME + i) * 1000).toISOString().replace('.000Z', 'Z'),
    source: 'mirror',
  });
  await log.publish([
    ...Array.from({ length: MAX_LOOKUP }, (_, i) => gone(i)),
    release('Foo-1.0.tar.gz', 'evil'),
  ]);
  for (const path of log.files.keys()) if (path.startsWith('lookup/')) log.files.delete(path);
  const later = await auditLog(await log.view(), watch({ from: 4, before: logged }));
  assert.deepEqual(brief(later.findings), [`found conflict path:${foo.path} ${4 + MAX_LOOKUP}`]);
  assert.match(later.findings[0]?.words ?? '', new RegExp(`and ${foo.sha256} by entry 0$`));
  assert.deepEqual(later.logged.firsts.get(`release ${foo.path}`), { index: 0, sha256: foo.sha256 });
});

test('log audit: a number of a TUF role or of a tree has one digest, and goes forward', async () => {
  const tuf = (role: string, version: number, text: string): LogEntry => ({
    type: 'tuf',
    role,
    version,
    sha256: sha256Of(text),
    size: 1,
  });
  const tree = (serial: number, text: string): LogEntry => ({
    type: 'manifest',
    serial,
    sha256: sha256Of(text),
    size: 1,
    built: at,
  });
  const entries: [entry: LogEntry, found: string[]][] = [
    [tuf('root', 2, 'a'), []],
    [tuf('timestamp', 1, 't'), []],
    [tuf('root', 2, 'b'), ['found conflict tuf:root 2']],
    [tuf('root', 1, 'old'), ['found goes-back tuf:root 3']],
    [tuf('root', 2, 'a'), []],
    [tree(7, 'x'), []],
    [tree(7, 'y'), ['found conflict manifest:7 6']],
    [tree(5, 'z'), ['found goes-back manifest:5 7']],
    [tree(6, 'w'), []],
  ];
  const log = await new GivenCpanLog().publish(entries.map(([entry]) => entry));
  const whole = await auditLog(await log.view(), watch());
  assert.deepEqual(
    brief(whole.findings),
    entries.flatMap(([, found]) => found),
  );
  assert.deepEqual(
    whole.findings.slice(1, 3).map(({ words }) => words),
    [
      'version 1 was logged after version 2',
      `serial 7 has sha256 ${sha256Of('y')}, and ${sha256Of('x')} by entry 5`,
    ],
  );
  await log.publish([tuf('root', 1, 'old'), tree(6, 'v')]);
  const later = await auditLog(await log.view(), watch({ from: 9, before: whole.logged }));
  assert.deepEqual(brief(later.findings), ['found goes-back tuf:root 9', 'found conflict manifest:6 10']);
});

test('log audit: a witness may keep what another key of the log signed', async () => {
  const [before, after] = [await signerOf(ORIGIN, 1, 'ed25519'), await signerOf(ORIGIN, 2, 'ed25519')];
  const stranger = await signerOf(ORIGIN, 3, 'ed25519');
  const [one = assert.fail()] = witnesses;
  const log = await new GivenCpanLog().publish(others(0, 3));
  const both = await signedCheckpoint({ origin: ORIGIN, ...log.checkpoint }, after, [[one, TIME]]);
  const own = formatNote({
    ...parseNote(both),
    signatures: [...parseNote(both).signatures, ...parseNote(log.note).signatures],
  });
  const logs = [after, before].map(({ verifier }) => ({ verifier, url: null }));
  const view = await viewAt(own, { ...ops, signatures: ops, fetch: log.fetch, policy: { ...policy, logs } });
  const shown: [note: string, found: string[]][] = [
    [await signedCheckpoint({ origin: ORIGIN, ...log.checkpoint }, before, [[one, TIME]]), []],
    [
      await signedCheckpoint({ origin: ORIGIN, ...log.checkpoint }, stranger, [[one, TIME]]),
      ['found witness witness one -'],
    ],
  ];
  for (const [note, found] of shown) {
    const witness = { name: 'one', verifier: one.verifier, fetch: async () => encodeUtf8(note) };
    assert.deepEqual(
      brief((await auditLog(view, watch({ policy: { ...policy, logs }, witnesses: [witness] }))).findings),
      found,
    );
  }
});

test('log audit: cosignatures of which too many are too old', async () => {
  const log = await new GivenCpanLog().publish(others(0, 3));
  const { checkpoint } = await log.view();
  const now = TIME + 50 * hour;
  const old = 'the newest cosignature is of 2026-11-20T10:00:00Z, more than 24 hours ago';
  const all = { ...policy, groups: [{ name: 'both', needs: 2, members: ['w1', 'w2'] }] };
  const any = { ...policy, groups: [{ name: 'both', needs: 1, members: ['w1', 'w2'] }] };
  const none = { ...policy, groups: [], quorum: null };
  const few =
    'the cosignatures of the last 24 hours are no quorum: "both" has 1 of the 2 that it needs, without "w1"';
  const rows: [policy: Policy, times: number[], words: string[]][] = [
    [all, [TIME, TIME], [old]],
    [all, [TIME, now], [few]],
    [all, [now - 24 * hour, now], []],
    [any, [TIME, now], []],
    [none, [TIME, TIME], [old]],
    [none, [TIME, now], []],
    [none, [], ['no witness cosigned its checkpoint']],
  ];
  for (const [policy, times, words] of rows) {
    const witnesses = times.map((time, i) => ({ name: `w${i + 1}`, time }));
    const found = staleness({ checkpoint, witnesses }, watch({ policy, now }), 'found');
    assert.deepEqual(
      found.map((one) => one.words),
      words,
    );
    assert.deepEqual(staleness({ checkpoint, witnesses }, watch({ policy, now, fresh: null }), 'found'), []);
  }
  const late = await auditLog(await log.view(), watch({ now }));
  assert.deepEqual(brief(late.findings), [`found stale ${ORIGIN} -`]);
});

test('log audit: what witnesses show', async () => {
  const log = await new GivenCpanLog().publish(others(0, 300));
  const behind = log.note;
  await log.publish(others(300, 310));
  const view = await log.view();
  const other = await new GivenCpanLog().publish(others(100, 300));
  const ahead = await new GivenCpanLog().publish(others(0, 400));
  const [one] = witnesses;
  const alone = await new GivenCpanLog().publish(others(0, 310), TIME, witnesses.slice(1));
  const path = `${sha256Of(ORIGIN)}/checkpoint`;
  const shows =
    (note: string): FetchBytes =>
    async (asked) =>
      asked === path ? encodeUtf8(note) : null;
  const cases: [what: string, fetch: FetchBytes, found: string[]][] = [
    ['the same', shows(log.note), []],
    ['an older one', shows(behind), []],
    ['a newer one', shows(ahead.note), ['unknown older witness one -']],
    ['another tree', shows(other.note), ['found split witness one -']],
    ['nothing', async () => null, ['unknown witness witness one -']],
    ['no checkpoint', shows('hello'), ['found witness witness one -']],
    ['one that it has not signed', shows(alone.note), ['found witness witness one -']],
    [
      'one that the log has not signed',
      shows(log.note.replace('310', '311')),
      ['found witness witness one -'],
    ],
    [
      'no answer',
      async () => {
        throw new TransparencyError('missing', 'no connection');
      },
      ['unknown witness witness one -'],
    ],
  ];
  for (const [what, fetch, found] of cases) {
    const witness: AskedWitness = { name: 'one', verifier: one?.verifier ?? assert.fail(), fetch };
    const { findings, evidence } = await auditLog(view, watch({ witnesses: [witness] }));
    assert.deepEqual(brief(findings), found, what);
    for (const proof of evidence) assert.ok(await checkSplitView(proof, policy.logs, ops));
    assert.equal(evidence.length, what === 'another tree' ? 1 : 0);
  }
});

const report: MonitorReport = {
  monitor: 'author EXAMPLE',
  origin: ORIGIN,
  from: 5,
  size: 9,
  findings: [
    {
      kind: 'release',
      level: 'found',
      subject: 'authors/id/E/EX/EXAMPLE/A.tar.gz',
      index: 7,
      words: 'up',
      at,
    },
    {
      kind: 'witness',
      level: 'unknown',
      subject: 'witness <"&">\u202e\u0001',
      index: null,
      words: 'a\nb',
      at,
    },
  ],
};

test('a report as text, JSON and Atom', () => {
  assert.equal(
    reportText(report),
    `author EXAMPLE: 2 found (example.org/log, entries 5 to 9)

release: authors/id/E/EX/EXAMPLE/A.tar.gz, entry 7
  up
unknown: witness: witness <"&">\\u202e\\u0001
  a b
`,
  );
  assert.equal(
    reportText({ ...report, findings: [] }),
    'author EXAMPLE: nothing found (example.org/log, entries 5 to 9)\n',
  );
  assert.deepEqual(JSON.parse(reportJson(report)), { format: 'cpansec-monitor/1', ...report });
  const atom = reportAtom(report, '2026-01-01T00:00:00Z');
  assert.match(atom, /<id>https:\/\/example\.org\/log#author%20EXAMPLE<\/id>/);
  assert.match(atom, /<id>https:\/\/example\.org\/log#author%20EXAMPLE\/release\/7\/authors%2Fid%2FE/);
  assert.match(atom, /<title>witness: witness &lt;&quot;&amp;&quot;&gt;\\u202e\\u0001<\/title>/);
  assert.match(atom, /A\.tar\.gz\/up\/2026-11-20T12:00:00Z<\/id>/);
  assert.equal(atom.match(/<updated>2026-11-20T12:00:00Z<\/updated>/g)?.length, 3);
  const odd = report.findings.map((one) => ({ ...one, words: 'half \ud800' }));
  assert.match(reportAtom({ ...report, findings: odd }, at), /\/half%20%EF%BF%BD\/2026/);
  assert.match(reportAtom({ ...report, findings: [] }, '2026-01-01T00:00:00Z'), /<updated>2026-01-01T/);
});

test('expat reads the feed, whatever the findings say', { skip: withoutPerl('XML::Parser') }, () => {
  const hostile = ['\u0000\u001b[2J', ']]>', '<!--', '&amp;', '\ud800', '\ufffe', '\u0085', 'é\u202e'];
  const findings = hostile.flatMap((text): Finding[] => [
    { kind: 'release', level: 'found', subject: `a${text}b`, index: 1, words: `c${text}d`, at },
  ]);
  const program =
    'use XML::Parser; local $/; my $n = 0; XML::Parser->new(Handlers => {Start => sub { $n++ if $_[1] eq "entry" }})->parse(<STDIN>); print "$n\\n"';
  assert.deepEqual(askPerl(program, reportAtom({ ...report, findings }, at).split('\n')), [
    String(hostile.length),
  ]);
});
