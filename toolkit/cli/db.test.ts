/** `cpansec db import`, `info` and `verify`, as typed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { ended, type Ran, run, start } from '../../test/built.ts';
import { withoutProgram } from '../../test/peers.ts';
import { sharedPath, withoutShared } from '../../test/shared.ts';
import { rounds } from '../../test/sizes.ts';
import { type AdvisoryRecord, encodeRecord, openIndex } from '../advisories/index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-db-'));
after(() => {
  execFileSync('chmod', ['-R', 'u+rwX', scratch]);
  rmSync(scratch, { recursive: true });
});
let count = 0;

/** A new directory with these files. */
function directory(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const path = join(scratch, `d${count++}`);
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

/** A new home, and commands that use it. */
class Home {
  readonly path: string = directory();
  readonly index: string = join(this.path, 'advisories.index');
  readonly env: Record<string, string> = { CPANSEC_HOME: this.path };

  /** What stands here, but for a lock that was being made or taken over when its process was killed. */
  settledFiles(): string[] {
    return readdirSync(this.path)
      .filter((name) => !name.includes('.lock.'))
      .sort();
  }

  db(...args: string[]): Promise<Ran> {
    return run(['db', ...args], { env: this.env });
  }

  /** Imports and gives what is printed, paths and ages made the same on every machine and day. */
  async transcript(...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.db(...args);
    const said = `${stdout}${stderr}`
      .replaceAll(this.path, '$HOME')
      .replace(/built today|[\d,]+ days? old/, 'AGE');
    return `${said}exit ${status}\n`;
  }

  header(): ReturnType<typeof openIndex>['header'] {
    return openIndex(readFileSync(this.index)).header;
  }
}

function record(id: string, distribution: string, change: Partial<AdvisoryRecord> = {}): string {
  return encodeRecord({
    format: 'cpansec-advisory/1',
    id,
    aliases: [],
    reported: '2026-01-02',
    summary: `Something about ${distribution}`,
    affected: [{ distribution, ranges: ['<2'], fixed: ['>=2'], cause: { kind: 'own' } }],
    references: [],
    history: [],
    ...change,
  });
}

const cpansa = JSON.stringify({
  meta: { commit: '0123456789abcdef', epoch: 1_770_000_000 },
  module2dist: { 'Some::Thing': 'Some-Thing' },
  dists: {
    'Some-Thing': {
      main_module: 'Some::Thing',
      versions: [{ version: '1.0' }, { version: '1.1' }],
      advisories: [
        {
          id: 'CPANSA-Some-Thing-2026-01',
          distribution: 'Some-Thing',
          description: 'It trusts what it reads. More follows.',
          cves: ['CVE-2026-1000'],
          affected_versions: ['1.0'],
          fixed_versions: ['>=1.1'],
          references: ['https://example.org/1'],
          reported: '2026-01-02',
          severity: 'high',
        },
      ],
    },
  },
});

const set = {
  'coverage.json': JSON.stringify({
    format: 'cpansec-coverage/1',
    distributions: ['Alpha', 'Quiet'],
    serial: 7,
    built: '2026-03-04T05:06:07Z',
  }),
  'modules.json': '{"Alpha::One": "Alpha"}',
  'releases.json': '{"Alpha": ["1", "2"]}',
  'advisories/CPANSA-Alpha-2026-01.json': record('CPANSA-Alpha-2026-01', 'Alpha'),
  'vectors/none.json': 'not of the set',
};

test('an import of the CPANSA database, as it is printed', async () => {
  const home = new Home();
  const file = join(directory({ 'database.json': cpansa }), 'database.json');
  assert.equal(
    (await home.transcript('import', file)).replace(/size .*\nsha256 .*\n/, ''),
    `imported 1 advisory

what was odd, by rule
  1  range-bare: a version without an operator; read as \`==\`

source  CPANSA, commit 0123456789abcdef
read    1 file; 1 row became 1 entry
index   $HOME/advisories.index
serial  1770000000
built   2026-02-02T02:40:00Z, AGE
covers  complete: what it does not name has no known advisory
holds   1 record, 1 entry, 1 distribution, 1 module
exit 0
`,
  );
  assert.deepEqual(readdirSync(home.path), ['advisories.index']);
});

test('an import of a set of records, as it is printed', async () => {
  assert.equal(
    (await new Home().transcript('import', directory(set))).replace(/size .*\nsha256 .*\n/, ''),
    `imported 1 advisory

nothing was odd

source  advisory records
read    4 files; 1 row became 1 entry
index   $HOME/advisories.index
serial  7
built   2026-03-04T05:06:07Z, AGE
covers  partial: 2 distributions; of others it cannot tell
holds   1 record, 1 entry, 1 distribution, 1 module
exit 0
`,
  );
});

const osv = JSON.stringify({
  schema_version: '1.7.5',
  id: 'CVE-2026-1',
  modified: '2026-07-08T09:10:11.5Z',
  summary: 'Alpha trusts its input',
  affected: [
    {
      package: { ecosystem: 'CPAN', name: 'Alpha' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.2' }] }],
    },
  ],
});
const cve = JSON.stringify({
  dataType: 'CVE_RECORD',
  dataVersion: '5.2.0',
  cveMetadata: {
    cveId: 'CVE-2026-99990',
    assignerOrgId: '00000000-0000-4000-9000-000000000000',
    state: 'PUBLISHED',
    dateUpdated: '2026-07-08T09:10:11.5Z',
  },
  containers: {
    cna: {
      providerMetadata: { orgId: '00000000-0000-4000-9000-000000000000' },
      descriptions: [{ lang: 'en', value: 'Alpha trusts its input.' }],
      affected: [
        {
          collectionURL: 'https://cpan.org/modules',
          packageName: 'Alpha',
          defaultStatus: 'unaffected',
          versions: [{ version: '0', lessThan: '1.2', status: 'affected', versionType: 'custom' }],
        },
      ],
      references: [{ url: 'https://example.org/1' }],
    },
  },
});
const cna = `cpansec:
  cve: CVE-2026-99991
  distribution: Alpha
  module: Alpha
  author: SOMEBODY
  affected: [< 1.2]
  title: Alpha versions before 1.2 for Perl trust their input
  description: Alpha versions before 1.2 for Perl trust their input.
  references:
    - link: https://example.org/1
`;
const npm = JSON.stringify({
  id: 'GHSA-0000',
  modified: '2026-07-01T00:00:00Z',
  affected: [{ package: { ecosystem: 'npm', name: 'alpha' }, versions: ['1'] }],
});

const yaml = {
  'README.md': 'Of no concern',
  'cpansa/A.yml': `---
distribution: Alpha
advisories:
- id: CPANSA-Alpha-2026-01
  affected_versions: ['<1.2']
  fixed_versions: ['>=1.2']
  cves: [CVE-2026-1]
  description: Alpha trusts its input.
  references: [https://example.org/1]
  reported: 2026-02-03
  severity: high
`,
  'external_reports/zed.yml': `---
name: zed
advisories:
- cve: CVE-2020-1
  affected_versions: '<3'
  fixed_versions: '>=3'
  description: Zed reads too far.
  references: [https://example.org/2]
  reported: 2020-01-02
  severity: low
perl_distributions:
- name: Beta
  affected:
  - perl_module_versions: '<2'
    distributed_library_version: '2.5'
`,
};

test('every kind of source is told by its content', async () => {
  const a = record('A', 'Alpha');
  const b = record('B', 'Beta', {
    history: [
      { on: '2026-05-06', change: 'first' },
      { on: '9999-01-01', change: '' },
    ],
  });
  const cases: [
    what: string,
    files: Record<string, string>,
    operand: string,
    args: string[],
    header: object,
  ][] = [
    ['a database', { 'x.txt': cpansa }, 'x.txt', [], { serial: 1_770_000_000, coverage: { complete: true } }],
    ['a byte order mark', { 'x.json': `\ufeff${cpansa}` }, 'x.json', [], { coverage: { complete: true } }],
    [
      'one database in a directory',
      { 'x.json': cpansa, README: '' },
      '',
      [],
      { coverage: { complete: true } },
    ],
    [
      'a record',
      { 'a.json': a },
      'a.json',
      [],
      { serial: 0, built: '2026-01-02T00:00:00Z', coverage: partial(1) },
    ],
    [
      'records',
      { 'a.json': a, 'deep/b.json': b },
      '',
      [],
      { built: '2026-05-06T00:00:00Z', coverage: partial(2) },
    ],
    ['records said to be complete', { 'a.json': a }, '', ['--complete'], { coverage: { complete: true } }],
    [
      'an OSV document',
      { 'o.json': osv },
      'o.json',
      [],
      { serial: 0, built: '2026-07-08T09:10:11Z', coverage: partial(1) },
    ],
    [
      'OSV documents',
      { 'o.json': osv, 'npm.json': npm },
      '',
      [],
      { coverage: partial(1), source: 'OSV documents' },
    ],
    [
      'a CVE record',
      { 'c.json': cve },
      'c.json',
      [],
      { serial: 0, built: '2026-07-08T09:10:11Z', coverage: partial(1) },
    ],
    ['CVE records', { 'c.json': cve }, '', [], { coverage: partial(1), source: 'CVE records' }],
    ['YAML of cna-tool', { 'c.yaml': cna }, 'c.yaml', [], { serial: 0, coverage: partial(1) }],
    ['such files', { 'c.yml': cna }, '', [], { coverage: partial(1), source: 'YAML of cna-tool' }],
    ['OSV said to be complete', { 'o.json': osv }, '', ['--complete'], { coverage: { complete: true } }],
    [
      'the YAML sources',
      yaml,
      '',
      [],
      { serial: 0, built: '2026-02-03T00:00:00Z', coverage: { complete: true } },
    ],
    [
      'what is written by hand alone',
      { 'cpansa/A.yml': yaml['cpansa/A.yml'] },
      '',
      [],
      { coverage: partial(1) },
    ],
    ['a folder of the sources', yaml, 'cpansa', [], { coverage: partial(1) }],
    ['one of the sources', yaml, 'cpansa/A.yml', [], { coverage: partial(1) }],
    ['one said to be complete', yaml, 'cpansa/A.yml', ['--complete'], { coverage: { complete: true } }],
    ['a set', set, '', [], { serial: 7, coverage: partial(2) }],
    ['a set said to be complete', set, '', ['--complete'], { serial: 7, coverage: { complete: true } }],
  ];
  await Promise.all(
    cases.map(async ([what, files, operand, args, wanted]) => {
      const home = new Home();
      const { status, stderr } = await home.db('import', join(directory(files), operand), ...args);
      assert.equal(status, 0, `${what}: ${stderr}`);
      const header: object = home.header();
      assert.deepEqual({ ...header, ...wanted }, header, what);
    }),
  );
});

function partial(distributions: number): object {
  return { complete: false, distributions };
}

test('the YAML sources say what they lack', async () => {
  const { stdout } = await new Home().db('import', directory(yaml));
  assert.match(stdout, /^imported 2 advisories\n/);
  assert.match(stdout, /^read {4}2 files; 2 rows became 2 entries$/m);
  assert.match(stdout, /^note {4}modules and releases stand in CPANSA's JSON database only$/m);
});

test('--json says the same, for programs', async () => {
  const home = new Home();
  const file = join(directory({ 'x.json': cpansa }), 'x.json');
  const { stdout } = await home.db('import', file, '--json');
  const { source, counts, rules, index } = JSON.parse(stdout);
  assert.deepEqual(source, {
    kind: 'cpansa',
    is: 'CPANSA, commit 0123456789abcdef',
    files: 1,
    passedOver: 0,
  });
  assert.deepEqual([counts.rows, counts.entries, counts.ids], [1, 1, 1]);
  assert.deepEqual(rules, [
    { rule: 'range-bare', level: 'flag', count: 1, meaning: 'a version without an operator; read as `==`' },
  ]);
  assert.deepEqual(
    [index.path, index.serial, index.coverage],
    [home.index, 1_770_000_000, { complete: true }],
  );
  const info = JSON.parse((await home.db('info', '--json')).stdout);
  assert.deepEqual([info.sha256, info.size, info.age], [index.sha256, index.size, index.age]);
  assert.equal(info.origin, home.index);
});

test('the same source gives the same bytes, wherever it stands', async () => {
  const [here, there] = [directory(set), join(scratch, 'elsewhere')];
  cpSync(here, there, { recursive: true });
  const home = new Home();
  await home.db('import', here);
  const output = join(directory(), 'an.index');
  const { stdout, status } = await home.db('import', there, '--output', output);
  assert.equal(status, 0);
  assert.match(stdout, new RegExp(`^index {3}${output}$`, 'm'));
  assert.deepEqual(readFileSync(output), readFileSync(home.index));
});

test('--output leaves the own index as it is', async () => {
  const home = new Home();
  const output = join(directory(), 'advisories.index');
  assert.equal((await home.db('import', directory(set), '--output', output)).status, 0);
  assert.equal(existsSync(home.index), false);
  const info = await home.db('info', '--db', dirname(output));
  assert.match(info.stdout, new RegExp(`^index {3}${output}\nformat  cpansec-index/2\nserial  7\n`));
  const nowhere = await home.db('import', directory(set), '--output', join(scratch, 'none', 'x.index'));
  assert.equal(nowhere.status, 4);
  assert.match(
    nowhere.stderr,
    /no new index: .*x\.index: cannot write: no such file or directory\n {2}--output/,
  );
});

test('what is no source, or a damaged one, is named and changes nothing', async () => {
  const home = new Home();
  await home.db('import', directory(set));
  const before = readFileSync(home.index);
  const a = record('A', 'Alpha');
  const cases: [
    what: string,
    files: Record<string, string | Uint8Array>,
    operand: string,
    status: number,
    said: RegExp,
  ][] = [
    ['nothing there', {}, 'none', 2, /none: no such file or directory/],
    ['an empty directory', {}, '', 2, /no \.json or \.yml file in it/],
    ['a directory of other things', { 'README.md': '#' }, '', 2, /no \.json or \.yml file in it/],
    ['a text', { 'x.md': '# Advisories' }, 'x.md', 2, /x\.md is no source of advisories that we know/],
    ['an empty file', { 'x.json': '' }, 'x.json', 2, /x\.json is no source of advisories that we know/],
    [
      'another JSON',
      { 'x.json': '{"dists": {}}' },
      'x.json',
      2,
      /x\.json is no source of advisories that we know/,
    ],
    [
      'one other JSON',
      { 'a.json': a, 'b.json': '{}' },
      '',
      2,
      /b\.json is no source of advisories that we know/,
    ],
    [
      'a record and a database',
      { 'a.json': a, 'b.json': cpansa },
      '',
      2,
      /mixed: a\.json is an advisory record and b/,
    ],
    [
      "YAML of cna-tool and CPANSA's",
      { 'a.yml': cna, 'b.yml': yaml['cpansa/A.yml'] },
      '',
      2,
      /mixed: a\.yml is YAML of cna-tool and b/,
    ],
    [
      'half a YAML of cna-tool',
      { 'a.yml': cna.slice(0, 90) },
      '',
      3,
      /a\.yml at cpansec\.affected: expected a list/,
    ],
    ['OSV and CVE', { 'a.json': osv, 'b.json': cve }, '', 2, /b\.json is a CVE record/],
    ['a record and OSV', { 'a.json': a, 'b.json': osv }, '', 2, /b\.json is an OSV document/],
    ['JSON and YAML', { 'a.json': a, 'b.yml': '---' }, '', 2, /mixed: a\.json is JSON and b\.yml is YAML/],
    ['two databases', { 'a.json': cpansa, 'b.json': cpansa }, '', 2, /several CPANSA databases/],
    ['an index', { 'x.index': before }, 'x.index', 2, /x\.index is an index already\n {2}--db PATH uses it/],
    [
      'no advisory',
      { 'x.json': '{"dists": {}, "module2dist": {}}' },
      'x.json',
      2,
      /x\.json: no advisory of a CPAN/,
    ],
    [
      'half a database',
      { 'x.json': cpansa.slice(0, 200) },
      'x.json',
      3,
      /x\.json:1:\d+: .*\n {2}nothing was imported/,
    ],
    ['a record cut short', { 'a.json': a.slice(0, 200) }, '', 3, /a\.json:\d+:\d+:/],
    [
      'a record of another shape',
      { 'a.json': a.replace('"<2"', '2') },
      '',
      3,
      /a\.json at affected\[0\]\.ranges\[0\]:/,
    ],
    [
      'no UTF-8',
      { 'a.json': new Uint8Array([0x7b, 0xff]) },
      'a.json',
      3,
      /a\.json:1: invalid UTF-8 at byte 1/,
    ],
    ['half an OSV document', { 'o.json': osv.slice(0, 99) }, '', 3, /o\.json:1:\d+:/],
    ['OSV of another shape', { 'o.json': osv.replace('[{"type"', '{"type"') }, 'o.json', 3, /o\.json/],
    ['OSV of another ecosystem', { 'npm.json': npm }, '', 2, /no advisory of a CPAN/],
    [
      'YAML that is none',
      { 'x.yml': 'a: [' },
      'x.yml',
      2,
      /x\.yml: no advisory of a CPAN distribution in it \(x\.yml line 1: /,
    ],
    ['an id twice', { 'a.json': a, 'b.json': a }, '', 3, /b\.json: id A is that of a\.json, too/],
    ['a set without a record', { 'coverage.json': set['coverage.json'] }, '', 3, /a set without a record/],
    [
      'a coverage that is none',
      { ...set, 'coverage.json': '[]' },
      '',
      3,
      /coverage\.json: expected an object/,
    ],
    ['deep nesting', { 'x.json': `{"a":${'['.repeat(1_000_000)}` }, 'x.json', 3, /nested deeper than/],
    ['an escape sequence', { 'x.json': '{"\u001b[2J": ' }, 'x.json', 3, /control character U\+001B/],
  ];
  await Promise.all(
    cases.map(async ([what, files, operand, status, said]) => {
      const ran = await home.db('import', join(directory(files), operand));
      assert.match(ran.stderr, said, what);
      assert.deepEqual([ran.status, ran.stdout], [status, ''], what);
      assert.match(ran.stderr, /^cpansec: [^\n]*\n {2}[^\n]*\n$/, `${what}: a sentence and the next step`);
    }),
  );
  assert.deepEqual(readFileSync(home.index), before);
  assert.deepEqual(readdirSync(home.path), ['advisories.index']);
});

test('what is typed wrongly is said', async () => {
  const home = new Home();
  const cases: [args: string[], said: RegExp][] = [
    [[], /db needs a word more\n {2}say db import, db update, db info, db verify/],
    [['imprt', 'x'], /did you mean db import\?/],
    [['import'], /needs a file or directory/],
    [['import', 'a', 'b'], /takes one source, not 2/],
    [['import', 'a', '--ca', 'x'], /db import takes no --ca\n {2}--ca belongs to db update/],
    [['info', '--output', 'x'], /db info takes no --output/],
    [['info', 'x'], /takes no operand\n {2}--db PATH/],
    [['verify', 'x'], /takes no operand/],
    [['update', 'https://x.example/', '--max-age', '3'], /belongs to db info, db verify/],
    [['import', 'a', '--otput', 'x'], /did you mean --output\?/],
  ];
  await Promise.all(
    cases.map(async ([args, said]) => {
      const { status, stderr } = await home.db(...args);
      assert.equal(status, 2, args.join(' '));
      assert.match(stderr, said);
    }),
  );
});

test('info says which index answers', async () => {
  const home = new Home();
  await home.db('import', directory(set));
  const said = (await home.transcript('info')).replace(/size .*\n/, '').replace(/[0-9a-f]{64}/, 'DIGEST');
  assert.equal(
    said,
    `index   $HOME/advisories.index
format  cpansec-index/2
serial  7
built   2026-03-04T05:06:07Z, AGE
source  advisory records
covers  partial: 2 distributions; of others it cannot tell
holds   1 record, 1 entry, 1 distribution, 1 module
sha256  DIGEST
exit 0
`,
  );
  const old = await home.db('info', '--max-age', '1');
  assert.deepEqual([old.status, old.stdout], [4, '']);
  const none = await home.db('info', '--db', join(scratch, 'none'));
  assert.equal(none.status, 4);
});

test('verify reads every block, and names the one that is damaged', async () => {
  const home = new Home();
  await home.db('import', directory(set));
  assert.equal(
    await home.transcript('verify'),
    '$HOME/advisories.index: every block is as it was built; 1 record, 1 entry, 1 distribution, 1 module\nexit 0\n',
  );
  const sound = readFileSync(home.index);
  const damaged = (at: number): Uint8Array => sound.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const cases: [what: string, bytes: Uint8Array, said: RegExp][] = [
    ['the last byte', damaged(sound.length - 1), /no usable index: .*@\d+: damaged index/],
    ['a byte of the header', damaged(60), /header@\d+: damaged index/],
    ['the first byte', damaged(0), /no audit index/],
    ['the end missing', sound.subarray(0, -1), /cut short/],
    ['something behind it', Buffer.concat([sound, sound]), /followed by something else/],
    ['nothing', new Uint8Array(), /no audit index|cut short/],
  ];
  for (const [what, bytes, said] of cases) {
    writeFileSync(home.index, bytes);
    const { status, stdout, stderr } = await home.db('verify');
    assert.deepEqual([status, stdout], [4, ''], what);
    assert.match(stderr, said, what);
    assert.match(stderr, /\n {2}cpansec db import FILE builds one/, what);
  }
});

test('links to files are read, links to directories and hidden files are not', async () => {
  const target = directory({ 'a.json': record('A', 'Alpha'), 'd/b.json': record('B', 'Beta') });
  const source = directory({ '.git/c.json': '{', 'notes.txt': '' });
  symlinkSync(join(target, 'a.json'), join(source, 'linked.json'));
  symlinkSync(join(target, 'd'), join(source, 'folder.json'));
  symlinkSync('nowhere', join(source, 'dangling.json'));
  symlinkSync('.', join(source, 'loop'));
  const home = new Home();
  const { stdout, stderr } = await home.db('import', source);
  assert.match(stdout, /read {4}1 file and passed over 1; 1 row became 1 entry/, stderr);
});

test('a pipe is no source, and nobody waits for it', {
  skip: withoutProgram('mkfifo', '--version'),
}, async () => {
  const pipe = join(directory(), 'x.json');
  execFileSync('mkfifo', [pipe]);
  const { status, stderr } = await new Home().db('import', pipe);
  assert.equal(status, 3);
  assert.match(stderr, /is no regular file/);
});

const asRoot = process.getuid?.() === 0 ? 'root may do everything' : false;

test('what may not be read is named', { skip: asRoot }, async () => {
  const home = new Home();
  const files = directory({ 'a.json': record('A', 'Alpha') });
  chmodSync(join(files, 'a.json'), 0);
  for (const path of [files, join(files, 'a.json')]) {
    const { status, stderr } = await home.db('import', path);
    assert.equal(status, 3);
    assert.match(stderr, /a\.json: cannot read: permission denied/);
  }
});

test('a home that may not be written keeps its index', { skip: asRoot }, async () => {
  const home = new Home();
  await home.db('import', directory(set));
  const before = readFileSync(home.index);
  chmodSync(home.path, 0o555);
  const { status, stderr } = await home.db('import', join(directory({ 'x.json': cpansa }), 'x.json'));
  assert.equal(status, 4);
  assert.match(stderr, /permission denied\n {2}CPANSEC_HOME names another directory/);
  assert.deepEqual(readFileSync(home.index), before);
});

test('a full disk keeps the old index', { skip: withoutProgram('prlimit', '--version') }, async () => {
  const home = new Home();
  await home.db('import', directory(set));
  const before = readFileSync(home.index);
  const file = join(directory({ 'x.json': cpansa }), 'x.json');
  const { status, stderr } = await run(['db', 'import', file], {
    env: home.env,
    under: ['prlimit', '--fsize=1000'],
  });
  assert.equal(status, 4, stderr);
  assert.match(stderr, /no new index: .* cannot write: .*\n {2}make room/);
  assert.deepEqual(readFileSync(home.index), before);
  assert.deepEqual(readdirSync(home.path), ['advisories.index']);
});

test('imports at the same time follow each other', async () => {
  const home = new Home();
  const sources = [directory(set), join(directory({ 'x.json': cpansa }), 'x.json')];
  const ran = await Promise.all([...sources, ...sources].map((source) => home.db('import', source)));
  assert.deepEqual(
    ran.map(({ status, stderr }) => [status, stderr]),
    ran.map(() => [0, '']),
  );
  openIndex(readFileSync(home.index)).verify();
  assert.deepEqual(readdirSync(home.path), ['advisories.index']);
});

test('an import that is killed leaves the old index or the new one', async () => {
  const home = new Home();
  await home.db('import', directory(set));
  const many = Object.fromEntries(
    Array.from({ length: 400 }, (_, i) => [
      `${i}.json`,
      record(`A-${i}`, `Dist-${i}`, { details: 'x'.repeat(5000) }),
    ]),
  );
  const source = directory(many);
  const whole = await timed(() => home.db('import', source, '--output', join(scratch, 'whole.index')));
  const turns = rounds(6, 200);
  for (let i = 0; i < turns; i++) {
    const child = start(['db', 'import', source], { env: home.env });
    const kill = setTimeout(() => child.kill('SIGKILL'), (whole * (i + 1)) / turns);
    await ended(child);
    clearTimeout(kill);
    const index = openIndex(readFileSync(home.index));
    index.verify();
    assert.ok([1, 400].includes(index.header.counts.records));
  }
  home.settledFiles();
  assert.equal((await home.db('import', directory(set))).status, 0);
  assert.deepEqual(home.settledFiles(), ['advisories.index']);
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

test('the whole CPANSA database', { skip: withoutShared('cpansa/cpan-security-advisory.json') }, async () => {
  const home = new Home();
  const { status, stdout } = await home.db('import', sharedPath('cpansa/cpan-security-advisory.json'));
  assert.equal(status, 0);
  assert.match(stdout, /^imported 1,001 advisories\n/);
  assert.match(stdout, /2,061 rows became 2,061 entries/);
  const { serial, built, coverage } = home.header();
  assert.deepEqual([serial, built, coverage], [1_786_890_660, '2026-08-16T14:31:00Z', { complete: true }]);
  assert.equal((await home.db('verify')).status, 0);
});

test('the whole of the CPANSA YAML sources', { skip: withoutShared('cpansa/cpansa') }, async () => {
  const home = new Home();
  const { status, stdout } = await home.db('import', sharedPath('cpansa'));
  assert.equal(status, 0);
  assert.match(stdout, /^imported 1,001 advisories\n/);
  assert.match(stdout, /2,061 rows became 2,061 entries/);
  assert.deepEqual(home.header().coverage, { complete: true });
});
