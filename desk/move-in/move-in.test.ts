import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { sharedBytes, withoutShared } from '../../test/shared.ts';
import { type CaseFile, entriesOf, filesOf, readCase } from '../casefile/index.ts';
import { readPerson } from '../people/index.ts';
import { type Store, sealedSetting } from '../store/index.ts';
import { type InputFile, MoveInError, type MoveInInput, moveIn } from './index.ts';
import { DEFAULT_LABELS } from './labels.ts';

const file = (name: string, text: string): InputFile => ({ name, bytes: Buffer.from(text) });
const json = (name: string, value: unknown): InputFile => file(name, JSON.stringify(value));

const ticket = (number: number, title: string, more: object = {}): object => ({
  number,
  title,
  body: 'It *overflows* in parse_header().',
  labels: [],
  comments: [],
  state: 'OPEN',
  author: { login: 'ada' },
  url: `https://github.example.org/group/cases/issues/${number}`,
  createdAt: '2026-09-01T08:00:00Z',
  updatedAt: '2026-10-01T08:00:00Z',
  ...more,
});

const yaml = (cve: string, distribution: string): InputFile =>
  file(
    `cves/${cve}.yaml`,
    `cpansec:
  cve: ${cve}
  distribution: ${distribution}
  module: ${distribution.replaceAll('-', '::')}
  author: EXAMPLE
  affected:
    - "1.00 < 1.24"
  title: |
    ${distribution.replaceAll('-', '::')} versions from 1.00 before 1.24 for Perl
    read past the end of a header
  description: |
    The length comes from the peer and is never compared with the buffer.
  cwes:
    - CWE-125 Out-of-bounds Read
  references:
    - link: https://example.org/fix.patch
      tags: [patch]
`,
  );

const INPUT: MoveInInput = {
  issues: json('issues.json', [
    ticket(1, 'CVE-2999-0001: Foo::Bar reads past the end', {
      labels: [{ name: 'TODO contact  Maintainers' }, { name: 'HIGH PRIORITY' }, { name: 'blue' }],
      comments: [
        { author: { login: 'bob' }, body: 'Confirmed.', createdAt: '2026-09-02T09:30:00Z' },
        { author: null, body: 'Written to the author.', createdAt: 'yesterday' },
      ],
      milestone: { title: 'Autumn' },
    }),
    ticket(2, 'Else-Where: follows links', { labels: ['Ready to Publish'], body: 'As CVE-2999-0002 says.' }),
    ticket(3, 'A question of law', { labels: ['OUT OF SCOPE'] }),
    ticket(4, 'Known for long', { labels: ['RETROACTIVE'], body: 'Distribution: Old-News\n', comments: 2 }),
    ticket(5, 'Third-Thing 1.0 is open', { labels: ['Ready to Publish'] }),
    ticket(6, 'Done', { state: 'CLOSED', labels: ['red'] }),
    ticket(1, 'The same number'),
    { number: 7 },
    'nothing',
  ]),
  data: [
    yaml('CVE-2999-0001', 'Foo-Bar'),
    yaml('CVE-2999-0003', 'Third-Thing'),
    yaml('CVE-2999-0004', 'Alone'),
    file('cves/broken.yaml', 'cpansec: ['),
    file('cves/locked.yaml', '\0GITCRYPT\0xyz'),
    { ...yaml('CVE-2999-0004', 'Alone'), name: 'cves/again.yaml' },
  ],
  reserved: file('reserved.txt', '# ours\nCVE-2999-0002\nreserved/CVE-2999-0009 for Later-On\nCVE-1\n'),
  contacts: file(
    'contacts.csv',
    'Distribution,Name,Address,Note\r\nFoo::Bar,"A ""Real"" Name",author@example.org,"by hand, 2026"\r\nNowhere,,x@example.org,\r\nFoo-Bar,,,\r\n',
  ),
  signatories: json('signatories.json', [
    { name: 'Grace', email: 'grace@example.org', version: '1.1', signed: '2026-03-01' },
    { name: 'Nobody', email: 'n@example.org', version: '1.1', signed: '2026-02-30' },
  ]),
};

async function casesOf(store: Store): Promise<CaseFile[]> {
  return store.transaction(async (tx) => {
    const rows = await tx.db.selectFrom('cases').select('id').execute();
    const files = await Promise.all(rows.map(({ id }) => readCase(tx, store.vault, id)));
    return files.filter((one) => one !== null).sort((a, b) => (a.content.title < b.content.title ? -1 : 1));
  });
}

for (const { name, skip, given } of databases) {
  test(`tickets, case data, ids, contacts and signatories move in, once (${name})`, { skip }, async (t) => {
    const { store } = await given(t, () => new Date('2026-11-25T12:00:00.000Z'));
    const trial = await moveIn(store, INPUT, true);
    assert.deepEqual(await casesOf(store), []);
    const first = await moveIn(store, INPUT);
    assert.deepEqual(first, trial);
    assert.deepEqual(first.counts, {
      cases: 6,
      comments: 2,
      here: 0,
      closed: 1,
      skipped: 1,
      data: 3,
      reserved: 4,
      pooled: 1,
      contacts: 1,
      signatories: 1,
    });
    const cases = await casesOf(store);
    assert.deepEqual(
      cases.map(({ content, state, facts }) => [
        content.distribution,
        state.phase,
        state.outcome,
        state.cve,
        state.pxa,
        facts.reported,
        facts.decided,
      ]),
      [
        [null, 'closed', 'out-of-scope', null, 'pxa', '2026-09-01T08:00:00Z', null],
        ['Alone', 'coordinate', null, 'CVE-2999-0004', 'pxa', '2026-11-25T12:00:00Z', '2026-11-25T12:00:00Z'],
        [
          'Else-Where',
          'publication',
          null,
          'CVE-2999-0002',
          'pxa',
          '2026-09-01T08:00:00Z',
          '2026-10-01T08:00:00Z',
        ],
        [
          'Foo-Bar',
          'coordinate',
          null,
          'CVE-2999-0001',
          'pxa',
          '2026-09-01T08:00:00Z',
          '2026-10-01T08:00:00Z',
        ],
        ['Old-News', 'report', null, null, 'Pxa', '2026-09-01T08:00:00Z', null],
        [
          'Third-Thing',
          'publication',
          null,
          'CVE-2999-0003',
          'pxa',
          '2026-09-01T08:00:00Z',
          '2026-10-01T08:00:00Z',
        ],
      ],
    );
    await store.transaction(async (tx) => {
      const foo = cases.find(({ content }) => content.distribution === 'Foo-Bar') ?? assert.fail();
      assert.deepEqual(foo.content.labels, ['high priority', 'blue']);
      assert.deepEqual(foo.content.affected, [{ ranges: ['>=1.00,<1.24'], fixed: ['>=1.24'] }]);
      assert.deepEqual([foo.openedAt, foo.content.weaknesses], ['2026-09-01T08:00:00Z', ['CWE-125']]);
      const entries = await entriesOf(tx, store.vault, foo);
      assert.deepEqual(
        entries.map(({ kind, at, body }) => [kind, at, textOf(body)]),
        [
          ['report', '2026-09-01T08:00:00.000Z', ''],
          ['act', '2026-11-25T12:00:00.000Z', 'was moved in'],
          ['message', '2026-09-02T09:30:00.000Z', 'Confirmed.'],
          ['message', '2026-11-25T12:00:00.000Z', 'Written to the author.'],
          ['task', '2026-11-25T12:00:00.000Z', 'Contact the maintainers'],
          ['report', '2026-11-25T12:00:00.000Z', ''],
          ['act', '2026-11-25T12:00:00.000Z', 'noted a contact'],
        ],
      );
      assert.match(JSON.stringify(entries[1]?.body), /"milestone":\{"title":"Autumn"\}/);
      assert.match(JSON.stringify(entries.at(-1)?.body), /A \\"Real\\" Name/);
      const files = await filesOf(tx, store.vault, foo);
      assert.deepEqual(
        files.map((one) => one.name),
        ['CVE-2999-0001.yaml'],
      );
      const [signed] = (await sealedSetting(tx, store.vault, 'signatories')) as { person: string }[];
      const person = await readPerson(tx, store.vault, signed?.person ?? '');
      assert.deepEqual(person, { name: 'Grace', address: 'grace@example.org' });
    });
    const again = await moveIn(store, INPUT);
    const nothing = {
      cases: 0,
      comments: 0,
      closed: 0,
      data: 0,
      reserved: 0,
      pooled: 0,
      contacts: 0,
      signatories: 0,
    };
    assert.deepEqual(again.counts, { ...nothing, here: 6, skipped: 1 });
    assert.equal((await casesOf(store)).length, 6);
    const acts = await store.transaction((tx) => tx.db.selectFrom('ledger').select('act').execute());
    assert.deepEqual(
      acts.map(({ act }) => act),
      ['desk.moved-in', 'desk.moved-in'],
    );
  });

  test(`what has no place is told by file and reason (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { left } = await moveIn(store, INPUT, true);
    const told = left.map(({ file: of, at, reason }) => `${of} ${at}: ${reason}`);
    for (const words of [
      'issues.json #1: the label "blue" is not known',
      'issues.json #1: stands there twice',
      'issues.json #4: 2 comments are not in the file',
      'issues.json ticket 8: title: expected a string, found nothing',
      'issues.json ticket 9: expected an object, found "nothing"',
      'cves/locked.yaml : is encrypted by git-crypt: unlock the repository first',
      'cves/again.yaml : CVE-2999-0004 stands in cves/CVE-2999-0004.yaml already',
      'reserved.txt line 3: CVE-2999-0009 is in the pool, without "for Later-On"',
      'reserved.txt line 4: no CVE id',
      'contacts.csv line 3: no case is of Nowhere',
      'contacts.csv line 4: needs a distribution and an address',
      'signatories.json entry 2: needs name, address, version and the day of the signature',
    ])
      assert.ok(told.includes(words), `${words}\n${told.join('\n')}`);
    assert.ok(told.some((words) => words.startsWith('cves/broken.yaml : line ')));
    assert.equal(told.length, 13, told.join('\n'));
  });

  test(`case data that come later go to the case of their ticket (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const { issues, data, reserved } = INPUT;
    await moveIn(store, { issues });
    const { counts } = await moveIn(store, { issues, data, reserved });
    assert.deepEqual([counts.here, counts.cases, counts.data, counts.reserved], [5, 1, 3, 3]);
  });
}

function textOf(body: unknown): string {
  const { text, act } = body as { text?: string; act?: string }; // what was moved in
  return text ?? act ?? '';
}

test('a file that is none of it is refused whole, and nothing is written', async (t) => {
  const { store } = (await databases[0]?.given(t)) ?? assert.fail();
  const cases: [input: MoveInInput, words: RegExp][] = [
    [{ issues: file('i.json', '{') }, /i\.json:1:2: /],
    [{ issues: file('i.json', '{}') }, /i\.json: expected a list of tickets/],
    [{ issues: { name: 'i.json', bytes: Uint8Array.of(0xff) } }, /i\.json/],
    [{ issues: file('i.json', '['.repeat(60)) }, /nested deeper/],
    [{ issues: json('i.json', Array(20_001).fill(0)) }, /20001 tickets, at most 20000/],
    [
      { labels: json('l.json', { format: 'cpansec-labels/1', labels: { X: { phase: 'done' } } }) },
      /labels\.X\.phase/,
    ],
    [{ contacts: file('c.csv', 'a,b\n1,2,3\n') }, /c\.csv:2: 3 fields, and 2 names/],
    [{ contacts: file('c.csv', 'a\n"open\n') }, /c\.csv:2: a quote where none can stand/],
    [{ signatories: file('s.json', '{}') }, /s\.json: expected a list/],
    [{ reserved: file('r.txt', '\n'.repeat(30_000)) }, /30001 lines, at most 20000/],
  ];
  for (const [input, words] of cases)
    await assert.rejects(
      moveIn(store, { ...INPUT, ...input }),
      (error) => error instanceof MoveInError && words.test(error.message),
      String(words),
    );
  assert.deepEqual(await casesOf(store), []);
});

test('hostile tickets stay text', async (t) => {
  const { store } = (await databases[0]?.given(t)) ?? assert.fail();
  const issues = file(
    'i.json',
    `[{"number":1,"title":"__proto__: x","body":"\\u0000\\ud800","labels":["constructor","__proto__"],"__proto__":{"state":"closed"},"user":{"login":"\\u202e"}},
      {"number":2,"title":"${'x'.repeat(262_145)}"},
      {"number":3,"title":"A","labels":[${'"l",'.repeat(100)}"l"]}]`,
  );
  const { counts, left } = await moveIn(store, { issues });
  assert.equal(counts.cases, 1);
  assert.equal(left.filter(({ reason }) => reason.includes('is not known')).length, 2);
  assert.equal(left.filter(({ reason }) => reason.includes('at most')).length, 2);
});

test('the default table is what the documentation shows', () => {
  const text = readFileSync(new URL('../../docs/formats/move-in.md', import.meta.url), 'utf8');
  const [, block = ''] = /```json\n(.*?)```/s.exec(text) ?? [];
  assert.deepEqual(JSON.parse(block).labels, DEFAULT_LABELS);
});

const real = ['CVE-2025-40906', 'CVE-2025-40916', 'CVE-2025-40933', 'CVE-1900-9998'];

test('case data as the group has them', { skip: withoutShared('cna/CVE-2025-40906.yaml') }, async (t) => {
  const { store } = (await databases[0]?.given(t)) ?? assert.fail();
  const names = [...real.map((cve) => `cna/${cve}.yaml`), 'cna/cpansec-cna-schema-01.yaml'];
  const data = names.map((name) => ({ name, bytes: sharedBytes(name) }));
  const issues = json('issues.json', [ticket(1, 'BSON::XS carries an old libbson')]);
  const { counts, left } = await moveIn(store, { issues, data });
  assert.deepEqual([counts.cases, counts.data], [4, 4]);
  const schema = left.filter(({ file: of }) => of.endsWith('schema-01.yaml'));
  assert.equal(schema.length, 1);
  const cases = await casesOf(store);
  const bson = cases.find(({ content }) => content.distribution === 'BSON-XS');
  assert.deepEqual([bson?.state.cve, bson?.content.affected[0]?.ranges], ['CVE-2025-40906', ['<=0.8.4']]);
});
