import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { xxh32 } from '../base/index.ts';
import {
  AdvisoryError,
  type AdvisoryIndex,
  type AdvisoryRecord,
  buildIndex,
  type IndexInput,
  importCpansa,
  openIndex,
} from './index.ts';
import { MAGIC, PREAMBLE_LENGTH } from './index-format.ts';

function record(id: string, distribution: string, change: Partial<AdvisoryRecord> = {}): AdvisoryRecord {
  return {
    format: 'cpansec-advisory/1',
    id,
    aliases: [],
    reported: '2026-01-02',
    summary: `Something about ${distribution}`,
    affected: [{ distribution, ranges: ['<2'], fixed: ['>=2'], cause: { kind: 'own' } }],
    references: [
      { type: 'web', url: 'https://a.example/' },
      { type: 'advisory', url: 'https://b.example/' },
      { type: 'patch', url: 'https://c.example/1.patch' },
    ],
    history: [],
    ...change,
  };
}

const input: IndexInput = {
  serial: 7,
  built: '2026-03-04T05:06:07Z',
  source: 'three records',
  coverage: { complete: false, distributions: ['Alpha', 'Beta-Dist', 'Gamma'] },
  modules: { 'Alpha::One': 'Alpha', 'Beta::Größe': 'Beta-Dist' },
  releases: {
    Alpha: { mainModule: 'Alpha', versions: ['1.10', '1.9', '1.0', 'no version'] },
    'Beta-Dist': ['0.1'],
  },
  records: [
    record('CPANSA-Beta-2026-02', 'Beta-Dist', { aliases: ['CVE-2026-2'], severity: { rating: 'high' } }),
    record('CPANSA-Alpha-2026-01', 'Alpha', {
      affected: [
        { distribution: 'Alpha', ranges: ['<1'], fixed: [], cause: { kind: 'own' }, aliases: ['CVE-2026-1'] },
        {
          distribution: 'Alpha',
          ranges: ['==3'],
          fixed: [],
          cause: { kind: 'embedded', library: 'libz' },
          aliases: ['CVE-2026-2'],
        },
      ],
    }),
    record('CPANSA-Alpha-2026-09', 'Alpha', {
      withdrawn: { on: '2026-02-02', kind: 'rejected', reason: 'no bug' },
    }),
  ],
};

test('an index answers what it was built from', () => {
  const index = openIndex(buildIndex(input));
  assert.deepEqual(index.header, {
    format: 'cpansec-index/2',
    serial: 7,
    built: '2026-03-04T05:06:07Z',
    source: 'three records',
    coverage: { complete: false, distributions: 3 },
    counts: { records: 3, entries: 4, distributions: 2, modules: 3 },
  });
  const brief = {
    summary: 'Something about Alpha',
    rating: null,
    reported: '2026-01-02',
    url: 'https://b.example/',
    patch: 'https://c.example/1.patch',
  };
  assert.deepEqual(JSON.parse(JSON.stringify(index.distribution('Alpha'))), {
    name: 'Alpha',
    mainModule: 'Alpha',
    releases: ['1.0', '1.10', '1.9'],
    advisories: [
      {
        id: 'CPANSA-Alpha-2026-01',
        aliases: ['CVE-2026-1'],
        ...brief,
        ranges: ['<1'],
        fixed: [],
        cause: { kind: 'own' },
      },
      {
        id: 'CPANSA-Alpha-2026-01',
        aliases: ['CVE-2026-2'],
        ...brief,
        ranges: ['==3'],
        fixed: [],
        cause: { kind: 'embedded', library: 'libz' },
      },
    ],
  });
  assert.equal(index.distribution('Beta-Dist')?.advisories[0]?.rating, 'high');
  assert.equal(index.distribution('Beta-Dist')?.mainModule, null);
  for (const absent of ['', 'A', 'Alphabet', 'Gamma', 'Zeta', '__proto__'])
    assert.equal(index.distribution(absent), null);
  assert.equal(index.distributionOf('Alpha::One'), 'Alpha');
  assert.equal(index.distributionOf('Alpha'), 'Alpha');
  assert.equal(index.distributionOf('Beta::Größe'), 'Beta-Dist');
  assert.equal(index.distributionOf('Alpha::Two'), null);
  assert.deepEqual(
    ['Alpha', 'Gamma', 'Delta'].map((name) => index.covers(name)),
    [true, true, false],
  );
  assert.deepEqual(
    index.find('CVE-2026-2').map(({ id }) => id),
    ['CPANSA-Alpha-2026-01', 'CPANSA-Beta-2026-02'],
  );
  assert.deepEqual(index.find('CPANSA-Alpha-2026-09')[0], input.records[2]);
  assert.deepEqual(index.find('CVE-1'), []);
  assert.deepEqual(
    [...index.records()].map(({ id }) => id),
    ['CPANSA-Alpha-2026-01', 'CPANSA-Alpha-2026-09', 'CPANSA-Beta-2026-02'],
  );
  index.verify();
});

test('the same input gives the same bytes, in whatever order it comes', () => {
  const reversed = <T>(named: object): Map<string, T> => new Map<string, T>(Object.entries(named).reverse());
  const shuffled: IndexInput = {
    ...input,
    records: input.records.toReversed(),
    modules: reversed(input.modules ?? {}),
    releases: reversed(input.releases ?? {}),
    coverage: { complete: false, distributions: ['Gamma', 'Alpha', 'Beta-Dist', 'Gamma'] },
  };
  assert.deepEqual(buildIndex(shuffled), buildIndex(input));
});

test('a plain list of records is a partial index of their distributions', () => {
  const index = openIndex(input.records);
  assert.deepEqual(index.header.coverage, { complete: false, distributions: 2 });
  assert.deepEqual([index.covers('Alpha'), index.covers('Gamma')], [true, false]);
  openIndex([]).verify();
  assert.equal(openIndex({ records: [], coverage: { complete: true } }).covers('Anything'), true);
});

test('what cannot be an index is refused before it is one', () => {
  const twice = [record('CPANSA-A-2026-01', 'A'), record('CPANSA-A-2026-01', 'B')];
  assert.throws(() => buildIndex({ records: twice }), {
    code: 'index-input',
    message: 'id CPANSA-A-2026-01 twice',
  });
  assert.throws(() => buildIndex({ records: [record('CPANSA-A-2026-01', 'No Distribution')] }), {
    code: 'index-input',
    place: { path: 'affected[0].distribution' },
  });
  assert.throws(() => buildIndex({ records: [], built: 'today' }), { code: 'index-input' });
  assert.throws(() => buildIndex({ records: [], modules: { 'A\nB': 'M' } }), {
    code: 'index-input',
  });
});

/** Everything that can be asked, as text. Any question may throw; what is thrown must be ours. */
function answers(bytes: Uint8Array): Map<string, string> {
  const index = openIndex(bytes);
  const ask = (question: (index: AdvisoryIndex) => unknown): string => {
    try {
      return JSON.stringify(question(index)) ?? 'nothing';
    } catch (error) {
      assert.ok(error instanceof AdvisoryError && error.code === 'index-damaged', String(error));
      return 'damaged';
    }
  };
  return new Map([
    ['header', JSON.stringify(index.header)],
    ...['Alpha', 'Beta-Dist', 'Gamma'].map((name): [string, string] => [
      name,
      ask((one) => one.distribution(name)),
    ]),
    ['module', ask((one) => one.distributionOf('Alpha::One'))],
    ['covers', ask((one) => [one.covers('Gamma'), one.covers('Delta')])],
    ['find', ask((one) => one.find('CVE-2026-2'))],
    ['records', ask((one) => [...one.records()])],
    ['verify', ask((one) => one.verify())],
  ]);
}

test('one flipped byte, wherever it stands, is an error and never another answer', () => {
  const good = buildIndex(input);
  const expected = answers(good);
  for (let at = 0; at < good.length; at++) {
    const bad = good.slice();
    bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
    let found: Map<string, string>;
    try {
      found = answers(bad);
    } catch (error) {
      assert.ok(
        error instanceof AdvisoryError && /^index-(damaged|format)$/.test(error.code),
        `${at}: ${error}`,
      );
      continue;
    }
    assert.equal(found.get('verify'), 'damaged', `verify misses byte ${at}`);
    for (const [question, answer] of found) {
      if (answer !== 'damaged') assert.equal(answer, expected.get(question), `${question} at byte ${at}`);
    }
  }
});

test('damage names the block and its offset', () => {
  const bad = buildIndex(input);
  const at = Buffer.from(bad).indexOf('Something about Alpha');
  bad[at] = 0;
  const start = Buffer.from(bad).lastIndexOf('1.0 1.10 1.9\n', at);
  const damaged = { code: 'index-damaged', place: { path: `advisories@${start}` } };
  const alpha = openIndex(bad).distribution('Alpha');
  assert.equal(
    alpha?.advisories[0]?.spans,
    openIndex(buildIndex(input)).distribution('Alpha')?.advisories[0]?.spans,
  );
  assert.throws(() => alpha?.releases, damaged);
  assert.throws(() => alpha?.advisories[0]?.id, damaged);
  assert.equal(openIndex(bad).distribution('Beta-Dist')?.advisories.length, 1);
});

test('a file cut short or with something after it is refused', () => {
  const good = buildIndex(input);
  for (let length = 0; length < good.length; length += length < 200 ? 1 : 97) {
    assert.throws(() => openIndex(good.subarray(0, length)), AdvisoryError, `${length} bytes`);
  }
  assert.throws(() => openIndex(new Uint8Array([...good, 0])), { code: 'index-damaged' });
  assert.throws(() => openIndex(new Uint8Array(0)), { code: 'index-format', message: 'no audit index' });
  const newer = good.slice();
  newer.set(new TextEncoder().encode('cpansec-index/3\n'));
  assert.throws(() => openIndex(newer), {
    message: 'an index of format 3; this version reads cpansec-index/2',
  });
});

test('a reader that fails or gives too little is damage', () => {
  const good = buildIndex(input);
  const failing = {
    size: good.length,
    read: (): never => {
      throw new Error('input/output error');
    },
  };
  assert.throws(() => openIndex(failing), { code: 'index-damaged' });
  const short = {
    size: good.length,
    read: (from: number, length: number) => good.subarray(from, from + length - 1),
  };
  assert.throws(() => openIndex(short), { code: 'index-damaged' });
});

/** An index whose checksums are right and whose header says what it likes. */
function forged(change: (header: Record<string, unknown>) => void): Uint8Array {
  const good = buildIndex(input);
  const length = new DataView(good.buffer).getUint32(MAGIC.length);
  const header = JSON.parse(
    new TextDecoder().decode(good.subarray(PREAMBLE_LENGTH, PREAMBLE_LENGTH + length)),
  ) as Record<string, unknown>;
  change(header);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const preamble = new Uint8Array(PREAMBLE_LENGTH);
  preamble.set(MAGIC);
  new DataView(preamble.buffer).setUint32(MAGIC.length, text.length);
  new DataView(preamble.buffer).setUint32(MAGIC.length + 4, xxh32(text));
  return new Uint8Array([...preamble, ...text, ...good.subarray(PREAMBLE_LENGTH + length)]);
}

test('a forged header is damage, not a crash', () => {
  const table = { offset: 0, length: 2 ** 31, sum: 0 };
  const changes: ((header: Record<string, unknown>) => void)[] = [
    (header) => {
      header.size = 2 ** 60;
    },
    (header) => {
      header.size = -1;
    },
    (header) => {
      header.size = 1.5;
    },
    (header) => {
      header.serial = '7';
    },
    (header) => {
      header.built = 'yesterday';
    },
    (header) => {
      header.tables = {};
    },
    (header) => {
      header.coverage = null;
    },
  ];
  for (const change of changes) assert.throws(() => openIndex(forged(change)), { code: 'index-damaged' });
  const far = forged((header) => {
    header.tables = { ...(header.tables as object), advisories: table };
  });
  assert.throws(() => openIndex(far).distribution('Alpha'), { code: 'index-damaged' });
  const lies = forged((header) => {
    header.counts = { records: 0, entries: 0, distributions: 0, modules: 0 };
  });
  assert.throws(() => openIndex(lies).verify(), { code: 'index-damaged' });
});

test('random damage of several bytes never gives another answer', () => {
  const good = buildIndex(input);
  const expected = answers(good);
  const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  const property = fc.property(edits, (list) => {
    const bad = good.slice();
    for (const [at, value] of list) bad[at] = value;
    if (Buffer.compare(bad, good) === 0) return;
    try {
      for (const [question, answer] of answers(bad)) {
        if (answer !== 'damaged') assert.equal(answer, expected.get(question));
      }
    } catch (error) {
      assert.ok(error instanceof AdvisoryError, String(error));
    }
  });
  fc.assert(property, { seed, numRuns: rounds(200, 50_000) });
});

test('names are found whatever their number and characters', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((text) => !/\p{Surrogate}|\n/u.test(text));
  const property = fc.property(fc.uniqueArray(name, { maxLength: 60 }), fc.array(name), (names, others) => {
    const index = openIndex({ records: [], modules: new Map(names.map((one) => [one, `of ${one}`])) });
    for (const one of names) assert.equal(index.distributionOf(one), `of ${one}`);
    for (const one of others) if (!names.includes(one)) assert.equal(index.distributionOf(one), null);
    index.verify();
  });
  fc.assert(property, { seed, numRuns: rounds(50, 5000) });
});

const DATABASE = 'cpansa/cpan-security-advisory.json';
test('the whole CPANSA database as an index', { skip: withoutShared(DATABASE) }, () => {
  const imported = importCpansa(sharedText(DATABASE));
  const bytes = buildIndex(imported);
  const index = openIndex(bytes);
  assert.deepEqual(index.header.counts, { records: 1001, entries: 2061, distributions: 418, modules: 8347 });
  assert.deepEqual([index.header.coverage, index.header.built], [{ complete: true }, '2026-08-16T14:31:00Z']);
  index.verify();
  assert.deepEqual([...index.records()], imported.records);
  let entries = 0;
  for (const name of new Set(
    imported.records.flatMap(({ affected }) => affected.map((one) => one.distribution)),
  )) {
    entries += index.distribution(name)?.advisories.length ?? 0;
  }
  assert.equal(entries, 2061);
  assert.deepEqual(index.find('CVE-2016-1238').length > 10, true);
});
