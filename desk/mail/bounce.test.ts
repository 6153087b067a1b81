import assert from 'node:assert/strict';
import test from 'node:test';
import { fixture, read, textOf } from '../../test/mail.ts';
import { bounceAddress, bounceToken, readBounce } from './index.ts';

const report = textOf(fixture('bounce-rfc3464'));

test('a delivery status notification', async () => {
  assert.deepEqual(readBounce(await read(report)), {
    recipient: 'author@example.com',
    status: '5.1.1',
    kind: 'permanent',
    originalMessageId: '<q7xk.1@desk.example.org>',
    diagnostic:
      '550 5.1.1 <author@example.com>: Recipient address rejected: User unknown in virtual mailbox table',
  });
});

test('what a notification says of status and action', async () => {
  const cases: [from: string, to: string, status: string | null, kind: string | null][] = [
    ['Action: failed', 'Action: delayed', '5.1.1', 'transient'],
    ['Action: failed\nStatus: 5.1.1', 'Action: delayed\nStatus: 4.4.1', '4.4.1', 'transient'],
    ['Status: 5.1.1', 'Status: 4.4.7', '4.4.7', 'transient'],
    ['Status: 5.1.1\n', '', '5.1.1', 'permanent'],
    ['Action: failed', 'Action: delivered', null, null],
    ['Action: failed', 'Action: relayed', null, null],
    ['Action: failed', 'Acton: failed', null, null],
    ['message/delivery-status', 'message/global-delivery-status', '5.1.1', 'permanent'],
  ];
  for (const [from, to, status, kind] of cases) {
    const bounce = readBounce(await read(report.replace(from, to)));
    assert.deepEqual([bounce?.status ?? null, bounce?.kind ?? null], [status, kind], to);
  }
});

test('older forms', async () => {
  const exim = readBounce(await read(fixture('bounce-exim')));
  assert.deepEqual(exim, {
    recipient: 'author@example.com',
    status: '4.2.2',
    kind: 'transient',
    originalMessageId: '<q7xk.1@desk.example.org>',
    diagnostic: '452 4.2.2 The email account that you tried to reach is over quota',
  });
  const qmail = readBounce(await read(fixture('bounce-qmail')));
  assert.equal(qmail?.recipient, 'author@example.com');
  assert.equal(qmail.status, '5.0.0');
  assert.equal(qmail.originalMessageId, '<q7xk.1@desk.example.org>');
  assert.match(qmail.diagnostic, /Remote host said: 550 unknown user/);
});

test('other mail is no notification', async () => {
  assert.equal(readBounce(await read(fixture('report'))), null);
  assert.equal(
    readBounce(await read('From: a@example.org\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.')),
    null,
  );
});

test('the token goes out in the envelope address and comes back in it', () => {
  const address = bounceAddress('desk@example.org', 'k3v9q7xk2m');
  assert.equal(address, 'desk+b=k3v9q7xk2m@example.org');
  const cases: [recipient: string, token: string | null][] = [
    [address, 'k3v9q7xk2m'],
    ['DESK+B=K3V9Q7XK2M@EXAMPLE.ORG', 'k3v9q7xk2m'],
    ['desk@example.org', null],
    ['desk+b=short@example.org', null],
    ['other+b=k3v9q7xk2m@example.org', null],
    ['desk+b=k3v9q7xk2m@example.com', null],
    ['desk+b=k3v9q7xk2m@example.org.example.com', null],
    ['', null],
  ];
  for (const [recipient, token] of cases)
    assert.equal(bounceToken('desk@example.org', [recipient]), token, recipient);
  assert.throws(() => bounceAddress('desk@example.org', 'a b'), { code: 'bad-address' });
});
