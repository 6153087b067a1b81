/** Mails damaged at random: whatever they are, they are read, within bounds. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { AT, eml, fixture, givenKey, read, scratch, textOf } from '../../test/mail.ts';
import { seed, soaking } from '../../test/sizes.ts';
import { MAIL_LIMITS, readBounce, writeMail } from './index.ts';

const directory = scratch();
const { desk, known } = await givenKey(directory, 'desk');

const LETTER = {
  from: { address: 'desk@example.org' },
  to: 'a@example.org',
  subject: 'Grüße',
  body: 'hello',
  date: AT,
  messageId: '<1@example.org>',
  attachments: [{ name: 'ü.txt', type: 'text/plain', bytes: new Uint8Array(100) }],
};
const sealed = await writeMail({
  ...LETTER,
  pgp: { keys: [{ key: known, verifiedFingerprint: known.fingerprint }], sign: desk },
});
const plain = [
  ...['report', 'html', 'bounce-rfc3464', 'bounce-exim', 'bounce-qmail'].map(fixture),
  await writeMail({ ...LETTER, pgp: null }),
];

/** Bytes flipped, doubled, dropped, moved; the end cut. */
function damaged(mail: Uint8Array): fc.Arbitrary<Uint8Array> {
  const step = fc.tuple(fc.nat(mail.length - 1), fc.nat(4), fc.nat(255), fc.nat(200));
  return fc.array(step, { minLength: 1, maxLength: 8 }).map((steps) => {
    let bytes = Buffer.from(mail);
    for (const [at, kind, value, length] of steps) {
      const here = at % Math.max(bytes.length, 1);
      const slice = bytes.subarray(here, here + length);
      if (kind === 0) bytes[here] = value;
      else if (kind === 1) bytes = bytes.subarray(0, here);
      else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, here), bytes.subarray(here + length)]);
      else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, here), slice, bytes.subarray(here)]);
      else bytes = Buffer.concat([slice, bytes]);
    }
    return new Uint8Array(bytes);
  });
}

test('a damaged mail is read as what is left of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...plain).chain(damaged), async (bytes) => {
      const mail = await read(bytes);
      assert.ok(mail.text.length <= MAIL_LIMITS.text && mail.attachments.length <= MAIL_LIMITS.attachments);
      assert.doesNotMatch(mail.subject, /[\u0000-\u001f]/);
      assert.ok(mail.attachments.every(({ name }) => !/[/\\\0\n]/.test(name) && name.length <= 120));
      const bounce = readBounce(mail);
      assert.ok(bounce === null || /^[245]\.\d+\.\d+$/.test(bounce.status));
    }),
    { seed, numRuns: soaking ? 50_000 : 1500 },
  );
});

test('a damaged encrypted mail is opened whole or not at all', async () => {
  await fc.assert(
    fc.asyncProperty(damaged(sealed), async (bytes) => {
      const mail = await read(bytes, { deskKeys: [desk] });
      // Its armor may have become text within text; what stands around it was never sealed, and may be there.
      const all = [mail.text, ...mail.attachments.map((file) => textOf(file.bytes))];
      if (mail.encrypted.kind === 'pgp') assert.ok(mail.text.includes('hello'));
      else assert.ok(!all.some((text) => text.includes('hello')));
    }),
    { seed, numRuns: soaking ? 2000 : 15 },
  );
});

test('any bytes are a mail', async () => {
  const words = [
    'Content-Type: ',
    'multipart/mixed',
    '; boundary=',
    'x',
    '\r\n',
    '--x',
    '--',
    '\n',
    ' ',
    '"',
    ':',
    'From: ',
    '<a@example.org>',
    '=?utf-8?Q?',
    '?=',
    '=',
    '\0',
    '\xff',
    'text/html',
    '<',
    '>',
    '&',
    'Content-Transfer-Encoding: base64',
    '-----BEGIN PGP SIGNED MESSAGE-----',
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 60 }), async (parts) => {
      await read(parts.join(''));
    }),
    { seed, numRuns: soaking ? 50_000 : 1000 },
  );
});

test('what stands beside an encrypted part is not mixed with it', async () => {
  const [, inner = ''] = textOf(sealed).split(/(?<=\r\n)(?=Content-Type: multipart\/encrypted)/);
  const mixed = eml('From: a@example.org', 'Content-Type: multipart/mixed; boundary=m', [
    '--m',
    'Content-Type: text/html',
    '',
    '<img src="https://example.org/?',
    '--m',
    inner,
    '--m',
    'Content-Type: text/html',
    '',
    '">',
    '--m--',
  ]);
  const mail = await read(mixed, { deskKeys: [desk] });
  assert.deepEqual(mail.encrypted, { kind: 'none' });
  assert.ok(!mail.text.includes('hello'));
});
