import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { formatNoteVerifier, noteVerifier } from '../formats/index.ts';
import { followedLog, parseLogList, WitnessError } from './index.ts';
import { byOrigin } from './log-list.ts';

const foo = noteVerifier('tlog.example.org', new Uint8Array(32).fill(1));
const bar = noteVerifier('example.org/tlog', new Uint8Array(32).fill(2));

/** The example of the format's description, with keys that are some. */
const EXAMPLE = `#
# List:      10qps-100klogs
# Revision:  123
#
logs/v0

# 1st list item -- foo's log
vkey ${formatNoteVerifier(foo)}
qpd 86400
contact https://tlog.example.org/contact

# 2nd list item -- bar's log
  vkey ${formatNoteVerifier(bar)}
origin something not equal to the name
qpd 24
contact sysadmin (at) example.org
`;

test('the example of the format', () => {
  assert.deepEqual(parseLogList(EXAMPLE), [
    { origin: 'tlog.example.org', verifier: foo, perDay: 86_400 },
    { origin: 'something not equal to the name', verifier: bar, perDay: 24 },
  ]);
  assert.deepEqual(parseLogList('logs/v0'), []);
  assert.deepEqual(parseLogList(EXAMPLE.replaceAll('\n', '\r\n')), parseLogList(EXAMPLE));
  assert.deepEqual(followedLog(formatNoteVerifier(foo)), parseLogList(EXAMPLE)[0]);
});

test('of one origin there are keys of one name', () => {
  const [first, second] = [1, 3].map((byte) =>
    noteVerifier('tlog.example.org', new Uint8Array(32).fill(byte)),
  );
  const [origin, perDay] = ['tlog.example.org', 24];
  assert.ok(first !== undefined && second !== undefined);
  const logs = [first, second].map((verifier) => ({ origin, verifier, perDay }));
  assert.deepEqual([...byOrigin(logs)], [[origin, { keys: [first, second], perDay }]]);
  assert.throws(() => byOrigin([...logs, { origin, verifier: bar, perDay: 86_400 }]), {
    code: 'logs',
    message: 'two logs claim the origin "tlog.example.org": "tlog.example.org" and "example.org/tlog"',
  });
});

test('what is no list is refused, with the line of the log', () => {
  const cases: [name: string, text: string, line: number | undefined][] = [
    ['nothing', '', undefined],
    ['another version', EXAMPLE.replace('logs/v0', 'logs/v1'), 5],
    ['no header', EXAMPLE.replace('logs/v0', ''), 8],
    ['no key', EXAMPLE.replace(/vkey .*\n/, ''), 8],
    ['a key that is none', EXAMPLE.replace(/vkey .*\n/, 'vkey example.org\n'), 8],
    [
      'a key of a witness',
      EXAMPLE.replace(
        /vkey .*/,
        `vkey ${formatNoteVerifier({ ...noteVerifier('w', foo.publicKey, 'cosignature') })}`,
      ),
      8,
    ],
    ['no rate', EXAMPLE.replace('qpd 86400\n', ''), 8],
    ['a rate of nothing', EXAMPLE.replace('qpd 86400', 'qpd 0'), 8],
    ['a rate with a zero before it', EXAMPLE.replace('qpd 86400', 'qpd 086400'), 8],
    ['a rate of 2^31', EXAMPLE.replace('qpd 86400', 'qpd 2147483648'), 8],
    ['no contact', EXAMPLE.replace(/contact sys.*\n/, ''), 13],
    ['another order', EXAMPLE.replace(/(qpd 24\n)(contact .*\n)/, '$2$1'), 13],
    ['something more', EXAMPLE.replace('qpd 24\n', 'qpd 24\nurl https://example.org/\n'), 13],
    ['half a log', `${EXAMPLE}vkey ${formatNoteVerifier(foo)}\n`, 17],
  ];
  for (const [name, text, line] of cases)
    assert.throws(
      () => parseLogList(text, 'logs'),
      (error) => error instanceof WitnessError && error.code === 'logs' && error.place.line === line,
      name,
    );
  assert.throws(() => parseLogList('x'.repeat(32_000_001)), { code: 'bounds' });
  assert.throws(() => followedLog('example.org'), { code: 'logs' });
});

test('a list of any lines', () => {
  const line = fc.oneof(
    fc.constantFrom(...EXAMPLE.split('\n'), 'qpd', 'vkey ', 'origin', 'contact'),
    fc.string(),
  );
  const property = fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
    try {
      parseLogList(`logs/v0\n${lines.join('\n')}`);
    } catch (error) {
      assert.ok(error instanceof WitnessError, String(error));
    }
  });
  fc.assert(property, { seed, numRuns: rounds(300, 100_000) });
});
