import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesOf, eml, fixture, read, textOf } from '../../test/mail.ts';
import { MAIL_LIMITS } from './index.ts';

const HEAD = ['From: a@example.org', 'To: desk@example.org', 'Subject: s', 'MIME-Version: 1.0'] as const;

test('a report as it comes', async () => {
  const mail = await read(fixture('report'));
  assert.deepEqual(mail.from, { name: 'Jürgen Reporter', address: 'reporter@example.org' });
  assert.deepEqual(mail.to, [
    { name: 'CPAN Security Group', address: 'desk@example.org' },
    { name: 'Second, Desk', address: 'second@example.org' },
  ]);
  assert.equal(mail.subject, 'Heap overflow in Example::XS — please read');
  assert.equal(mail.date, '2026-11-22T05:58:00.000Z');
  assert.equal(mail.messageId, '<report.1@example.org>');
  assert.equal(mail.inReplyTo, '<auto.0@desk.example.org>');
  assert.deepEqual(mail.references, ['<first@example.org>', '<auto.0@desk.example.org>']);
  assert.equal(mail.text, 'Hello, this line is flowed and goes on here.\n\nGrüße\n');
  assert.deepEqual(
    mail.attachments.map(({ name, type, bytes }) => [name, type, textOf(bytes)]),
    [
      ['_.._prüfung.pl', 'text/x-perl', 'use Example::XS;\n'],
      ['message-2.eml', 'message/rfc822', 'Subject: forwarded\n\ninside'],
    ],
  );
  assert.deepEqual(mail.encrypted, { kind: 'none' });
  assert.deepEqual(mail.signature, { kind: 'none' });
  assert.deepEqual(mail.problems, []);
});

test('HTML alone becomes text, and nothing of it is left', async () => {
  const { text, attachments } = await read(fixture('html'));
  assert.match(text, /First & second\.\n\n/);
  assert.match(text, /\(https:\/\/example\.org\/x\)/);
  assert.match(text, /Third<b>/);
  assert.doesNotMatch(text, /alert|onerror|img|color/);
  assert.deepEqual(attachments, []);
});

test('charsets', async () => {
  const cases: [charset: string, encoding: string, body: string, text: string][] = [
    ['iso-8859-1', '8bit', 'Gr\xfc\xdfe', 'Grüße'],
    ['utf-8', '8bit', 'Gr\xc3\xbc\xc3\x9fe', 'Grüße'],
    ['utf-8', 'quoted-printable', 'Gr=C3=BC=C3=\r\n=9Fe', 'Grüße'],
    ['UTF-8', 'BASE64', 'R3LDvMOfZQ==', 'Grüße'],
    ['shift_jis', '8bit', '\x93\xfa\x96\x7b', '日本'],
    ['iso-2022-jp', '7bit', '\x1b$BF|K\\\x1b(B', '日本'],
    ['utf-8', '8bit', 'broken \xff\xfe', 'broken ��'],
    ['no-such-charset', '8bit', 'plain', 'plain'],
    ['"utf-8', '8bit', 'plain', 'plain'],
    ['utf-8', 'x-unknown', 'plain', 'plain'],
  ];
  for (const [charset, encoding, body, text] of cases) {
    const head = [`Content-Type: text/plain; charset=${charset}`, `Content-Transfer-Encoding: ${encoding}`];
    const mail = await read(eml(...HEAD, ...head, [body]));
    assert.equal(mail.text.trim(), text, `${charset} ${encoding}`);
  }
});

test('names of attachments lead nowhere', async () => {
  const cases: [given: string, name: string][] = [
    ['filename="../../etc/passwd"', '_.._etc_passwd'],
    ['filename="C:\\\\x\\\\y.exe"', 'C__x_y.exe'],
    ['filename="a\u202egpj.exe"', 'agpj.exe'],
    ['filename=".bashrc"', 'bashrc'],
    ['filename="=?utf-8?Q?=0D=0Aevil?="', 'evil'],
    [`filename="${'x'.repeat(300)}.tar.gz"`, `${'x'.repeat(113)}.tar.gz`],
    ['filename=""', 'attachment-1'],
    ['', 'attachment-1'],
  ];
  for (const [given, name] of cases) {
    const mail = await read(
      new TextEncoder().encode(
        [
          ...HEAD,
          'Content-Type: application/x-perl',
          `Content-Disposition: attachment; ${given}`,
          '',
          'x',
        ].join('\r\n'),
      ),
    );
    assert.equal(mail.attachments[0]?.name, name, given);
  }
});

test('what is odd in a header is named', async () => {
  const cases: [lines: string[], problems: string[]][] = [
    [['From: a@example.org'], []],
    [['Subject: s'], ['no-sender']],
    [['From: nobody'], ['no-sender']],
    [['From: a@example.org, b@example.org'], ['several-senders']],
    [['From: a@example.org', 'From: b@example.org'], ['field-twice']],
    [['From: a@example.org', `X: ${'y'.repeat(20_000)}`], ['header-cut']],
  ];
  for (const [lines, problems] of cases)
    assert.deepEqual((await read(eml(...lines, ['text']))).problems, problems, lines.join('|').slice(0, 60));
});

test('a display name cannot pass for an address, nor break a line', async () => {
  const mail = await read(
    eml('From: "boss@example.org" <a@example.com>', 'Subject: =?utf-8?Q?a=0D=0ABcc:_x=E2=80=AEy?=', ['t']),
  );
  assert.deepEqual(mail.from, { name: 'boss@example.org', address: 'a@example.com' });
  assert.equal(mail.subject, 'a Bcc: xy');
});

test('marks of programs', async () => {
  const mail = await read(
    eml(
      'Return-Path: <>',
      'From: a@example.org',
      'Auto-Submitted: auto-replied (vacation)',
      'Precedence: bulk',
      'List-Id: <x.example.org>',
      'X-Failed-Recipients: b@example.org, bad',
      ['t'],
    ),
  );
  assert.deepEqual(mail.marks, {
    autoSubmitted: 'auto-replied',
    nullSender: true,
    precedence: 'bulk',
    list: true,
    failedRecipients: ['b@example.org'],
  });
  assert.equal((await read(eml('Auto-Submitted: no', ['t']))).marks.autoSubmitted, null);
});

test('shapes that are none are read as what they can be', async () => {
  const cases: [what: string, mail: Uint8Array, text: RegExp][] = [
    ['nothing', new Uint8Array(0), /^$/],
    ['no header', bytesOf('\r\nhello'), /^hello/],
    ['no body', bytesOf('Subject: x'), /^$/],
    ['no type', eml('From: a@example.org', ['hello']), /^hello/],
    ['multipart without boundary', eml('Content-Type: multipart/mixed', ['hello']), /^$/],
    ['boundary that never comes', eml('Content-Type: multipart/mixed; boundary=x', ['hello']), /^$/],
    ['never closed', eml('Content-Type: multipart/mixed; boundary=x', ['--x', '', 'hello']), /^hello/],
    ['LF only', bytesOf('From: a@example.org\n\nhello\n'), /^hello\n$/],
    ['type that is none', eml('Content-Type: text', ['hello']), /^hello/],
    ['comment in the type', eml('Content-Type: (x) text/plain', ['hello']), /^hello/],
    [
      'a boundary hidden from us',
      eml('Content-Type: text/plain; (x) boundary=y', ['--y', '', 'in', '--y--']),
      /--y/,
    ],
  ];
  for (const [what, mail, text] of cases) assert.match((await read(mail)).text, text, what);
});

test('bounds on structure: what is beyond is named, what is within is read', async () => {
  const nested = (depth: number): string =>
    depth === 0
      ? 'Content-Type: text/plain\r\n\r\ndeep'
      : `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n${nested(depth - 1)}\r\n--b${depth}--`;
  const part = '--x\r\nContent-Type: text/plain\r\n\r\nhi\r\n';
  const file = '--x\r\nContent-Type: application/gzip\r\n\r\nhi\r\n';
  const mixed = 'Content-Type: multipart/mixed; boundary=x\r\n\r\n';
  const zeros = Buffer.alloc(26 * 1024 * 1024)
    .toString('base64')
    .replaceAll(/.{76}/g, '$&\r\n');
  const cases: [what: string, mail: string, problems: string[]][] = [
    ['11 levels', nested(11), []],
    ['1,000 levels', nested(1000), ['too-deep']],
    ['100,000 fields', 'X: y\r\n'.repeat(100_000), ['header-cut']],
    ['100,000 folds', `X: y\r\n${' z\r\n'.repeat(100_000)}`, ['header-cut']],
    ['150 parts', mixed + part.repeat(150), []],
    ['10,000 parts', mixed + part.repeat(10_000), ['too-many-parts']],
    ['100,000 empty parts', mixed + '--x\r\n'.repeat(100_000), ['too-many-parts']],
    ['60 files', mixed + file.repeat(60), ['too-many-attachments']],
    ['long text', `\r\n${'word '.repeat(400_000)}`, ['text-cut']],
    [
      '26 MiB of base64',
      `Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n${zeros}`,
      ['attachments-too-large', 'size'],
    ],
    ['unclosed tags', `Content-Type: text/html\r\n\r\n${'<a '.repeat(300_000)}`, []],
    ['unclosed entities', `Content-Type: text/html\r\n\r\n${'&#x'.repeat(300_000)}`, []],
    ['unclosed comments', `Content-Type: text/html\r\n\r\n${'<!--'.repeat(200_000)}`, []],
    ['dashes', mixed + '--'.repeat(1_000_000), []],
    ['quotes', `Content-Type: a/b; ${'x="\\"; '.repeat(2000)}\r\n\r\n`, []],
    ['addresses', `To: ${'a@example.org,'.repeat(1100)}\r\n\r\n`, []],
    ['at signs', `To: <${'@'.repeat(16_000)}\r\n\r\n`, []],
    ['brackets', `References: ${'<'.repeat(16_000)}\r\n\r\n`, []],
    ['encoded words', `Subject: ${'=?utf-8?Q?a?= '.repeat(1100)}\r\n\r\n`, []],
  ];
  for (const [what, text, problems] of cases) {
    const limits = problems.includes('size') ? { size: 64 * 1024 * 1024 } : {};
    const mail = await read(`From: a@example.org\r\n${text}`, { limits });
    assert.deepEqual(
      mail.problems,
      problems.filter((name) => name !== 'size'),
      what,
    );
    assert.ok(mail.text.length <= MAIL_LIMITS.text, what);
  }
});

test('a mail above the size is refused', async () => {
  await assert.rejects(read(new Uint8Array(1025), { limits: { size: 1024 } }), { code: 'too-large' });
});
