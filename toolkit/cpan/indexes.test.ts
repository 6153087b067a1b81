import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { endsSoon } from '../../test/soon.ts';
import { CpanError } from './errors.ts';
import { MAX_INDEX_ROWS } from './index-header.ts';
import { parseMailrc } from './mailrc.ts';
import { parsePackages } from './packages.ts';
import { parsePerms } from './perms.ts';
import { parseRecent } from './recent.ts';

const PACKAGES = `File:         02packages.details.txt
Line-Count:   3
Last-Updated: Sun, 22 Nov 2026 13:54:20 GMT

DBI                                1.643  T/TI/TIMB/DBI-1.643.tar.gz
Mojo                               undef  S/SR/SRI/Mojolicious-9.31.tar.gz
__proto__                         v1.2.3  A/AB/ABC/Proto-1.2.3.tar.gz
`;

test('02packages: a package has one archive', () => {
  const index = parsePackages(PACKAGES);
  assert.equal(index.size, 3);
  assert.equal(index.header.get('Last-Updated'), 'Sun, 22 Nov 2026 13:54:20 GMT');
  assert.deepEqual(index.find('DBI'), {
    module: 'DBI',
    version: '1.643',
    path: 'T/TI/TIMB/DBI-1.643.tar.gz',
  });
  assert.deepEqual(index.find('Mojo')?.version, null);
  assert.deepEqual(index.find('constructor'), null);
  assert.deepEqual(
    [...index.rows()].map(({ module }) => module),
    ['DBI', 'Mojo', '__proto__'],
  );
  assert.equal(
    parsePackages(PACKAGES.replaceAll('\n', '\r\n')).find('DBI')?.path,
    'T/TI/TIMB/DBI-1.643.tar.gz',
  );
});

test('02packages that are cut short or broken are refused', () => {
  const cases: [text: string, code: string, message: string][] = [
    [
      PACKAGES.replace(/__proto__.*\n/, ''),
      'index-truncated',
      '02packages:7: Line-Count says 3 rows, found 2',
    ],
    [PACKAGES.slice(0, 40), 'index-syntax', '02packages:2: expected "Key: value", found "Lin"'],
    [
      PACKAGES.slice(0, PACKAGES.indexOf('\n\n')),
      'index-truncated',
      '02packages:1: no empty line after the header',
    ],
    [
      PACKAGES.slice(0, -30),
      'index-syntax',
      '02packages:7: expected package, version and path, found "__proto__                         v1.2.3"',
    ],
    [`${PACKAGES}DBI\n`, 'index-syntax', '02packages:8: expected package, version and path, found "DBI"'],
    [PACKAGES.replace('Mojo ', 'Mo\0jo '), 'index-syntax', '02packages:6: a NUL'],
    ['<html>', 'index-syntax', '02packages:1: expected "Key: value", found "<html>"'],
    ['', 'index-truncated', '02packages:1: no empty line after the header'],
  ];
  for (const [text, code, message] of cases)
    assert.throws(() => parsePackages(text, '02packages'), { code, message });
});

test('02packages of more rows than CPAN will have are refused at the first that is too many', () => {
  const rows = 'A 1 a\n'.repeat(MAX_INDEX_ROWS);
  assert.equal(parsePackages(`File: x\n\n${rows}`).size, 1);
  assert.throws(() => parsePackages(`File: x\n\n${rows}A 1 a\n`, '02packages'), {
    code: 'too-large',
    message: '02packages:2000003: more than 2000000 rows',
  });
});

test('06perms: who may upload a package', () => {
  const text =
    'File:        06perms.txt\nColumns:     package,userid,best-permission\nLine-Count:  3\n\nDBI,TIMB,m\nDBI,HMBRAND,c\nMojo,SRI,f\n';
  const index = parsePerms(text);
  assert.equal(index.size, 3);
  assert.deepEqual(index.find('DBI'), [
    { module: 'DBI', userid: 'TIMB', permission: 'm' },
    { module: 'DBI', userid: 'HMBRAND', permission: 'c' },
  ]);
  assert.deepEqual(index.find('None'), []);
  assert.throws(() => parsePerms(`${text}Foo,BAR\n`, '06perms.txt'), {
    code: 'index-syntax',
    message: '06perms.txt:8: expected package,userid,permission, found "Foo,BAR"',
  });
  assert.throws(() => parsePerms(text.slice(0, -11)), { code: 'index-truncated' });
});

test('01mailrc: the people', () => {
  const text =
    'alias ABC        "A B C <abc@example.org>"\nalias DEF        "D \\"E\\" F <CENSORED>"\nalias GHI        "No Address"\n\n';
  assert.deepEqual(parseMailrc(text), [
    { id: 'ABC', name: 'A B C', email: 'abc@example.org' },
    { id: 'DEF', name: 'D "E" F', email: 'CENSORED' },
    { id: 'GHI', name: 'No Address', email: null },
  ]);
  for (const bad of ['alias ABC', 'alias "x"', 'nick ABC "x"', 'alias ABC "x', 'alias ABC "']) {
    assert.throws(() => parseMailrc(`${text}${bad}\n`, '01mailrc'), {
      code: 'index-syntax',
      message: /^01mailrc:5: /,
    });
  }
});

test('RECENT in JSON, in YAML, and as the bare list of before', () => {
  const events = [
    { epoch: '1322144455.123456789', path: 'id/A/AB/ABC/Foo-1.tar.gz', type: 'new' },
    { epoch: '1322144454', path: 'id/A/AB/ABC/Foo-0.tar.gz', type: 'delete' },
  ];
  const rows = events.map(
    ({ epoch, path, type }) => `{"epoch": ${epoch}, "path": "${path}", "type": "${type}"}`,
  );
  const json = `{"meta": {"interval": "1d"}, "recent": [${rows.join(',')}]}`;
  assert.deepEqual(parseRecent(json, 'RECENT-1d.json'), { events, meta: { interval: '1d' } });
  const list = events
    .map(({ epoch, path, type }) => `-\n  epoch: ${epoch}\n  path: ${path}\n  type: ${type}\n`)
    .join('');
  assert.deepEqual(parseRecent(`--- \n${list}`, 'RECENT-2d.yaml'), { events, meta: {} });
  const indented = list.replace(/^/gm, '  ').trimEnd();
  assert.deepEqual(parseRecent(`---\nmeta:\n  interval: 1h\nrecent:\n${indented}\n`), {
    events,
    meta: { interval: '1h' },
  });
  const cases: [text: string, message: string][] = [
    ['{}', 'RECENT-1h.json: expected a list of events, found "null"'],
    [
      '{"recent": [{"epoch": "x", "path": "p", "type": "new"}]}',
      'RECENT-1h.json at recent[0]: expected an event, found "{\\"epoch\\":\\"x\\",\\"path\\":\\"p\\",\\"type\\":\\"new\\"}"',
    ],
    ['{"recent": [', 'RECENT-1h.json:1:13: expected a value, found the end'],
  ];
  for (const [text, message] of cases)
    assert.throws(() => parseRecent(text, 'RECENT-1h.json'), { code: 'index-syntax', message });
});

test('real indexes', { skip: withoutShared('metadata/index-samples') }, () => {
  const index = parsePackages(sharedText('metadata/index-samples/02packages.details.txt'));
  assert.equal(index.size, Number(index.header.get('Line-Count')));
  assert.equal(parseMailrc(sharedText('metadata/index-samples/01mailrc.txt')).length, 1);
  const recent = parseRecent(sharedText('metadata/index-samples/RECENT-2d.yaml'), 'RECENT-2d.yaml');
  assert.deepEqual(recent.events[0], { epoch: '1213546007', path: 'Z/ZA/ZAG/CHECKSUMS', type: 'new' });
});

test('a large index is found in, not copied', () => {
  const rows = Array.from(
    { length: 50_000 },
    (_, i) => `Foo::Bar${i}   1.${i}  A/AB/ABC/Foo-Bar${i}-1.${i}.tar.gz\n`,
  );
  const index = parsePackages(`Line-Count: ${rows.length}\n\n${rows.join('')}`);
  assert.equal(index.size, 50_000);
  assert.equal(index.find('Foo::Bar49999')?.version, '1.49999');
});

test('no text makes these parsers fail otherwise', () => {
  const text = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'A: b',
          '\n',
          '\n\n',
          'Foo 1 a/b',
          'Foo,BAR,m',
          'alias A "b <c>"',
          ' ',
          ',',
          '\r',
          '\0',
          'Line-Count: 9',
          '- epoch: 1',
          '{',
          '[',
        ),
        fc.string({ maxLength: 6 }),
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (given) => {
      for (const parse of [parsePackages, parsePerms, parseMailrc, parseRecent]) {
        try {
          parse(given);
        } catch (error) {
          assert.ok(error instanceof CpanError, String(error));
        }
      }
    }),
    { seed, numRuns: rounds(2000, 200_000) },
  );
});

test('hostile indexes end soon', () => {
  const texts = [
    ' '.repeat(rounds(1_000_000, 10_000_000)),
    '\n'.repeat(rounds(500_000, 5_000_000)),
    `A: b\n\n${'x'.repeat(rounds(1_000_000, 10_000_000))}`,
    `A: b\n\n${'x \n'.repeat(10)}`,
    `A: b\n\n${'a,'.repeat(rounds(500_000, 5_000_000))}`,
    `alias A "${'<'.repeat(rounds(500_000, 5_000_000))}"`,
    '['.repeat(1_000_000),
    `A: b\n\n${' '.repeat(rounds(500_000, 5_000_000))}x`,
  ];
  for (const [i, text] of texts.entries()) {
    for (const parse of [parsePackages, parsePerms, parseMailrc, parseRecent]) {
      try {
        endsSoon(() => parse(text), `${parse.name} ${i}`);
      } catch (error) {
        assert.ok(error instanceof CpanError, String(error));
        assert.ok(error.message.length < 400);
      }
    }
  }
});
