/** The mail of a walk: a server that takes every letter of the desk, and correspondents who write to it. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { type ReadMail, readMail } from '../../desk/mail/index.ts';
import { mailServer, type Taken } from '../mail-server.ts';
import type { AtEnd } from './walk.ts';

export interface World {
  readonly port: number;
  /** The next letter to this address, whatever went elsewhere meanwhile. */
  letterTo(address: string): Promise<Taken>;
  /** Every letter so far. */
  readonly taken: readonly Taken[];
}

/** The mail server of everybody else. */
export async function mailWorld(atEnd: AtEnd): Promise<World> {
  const { port, taken } = await mailServer(atEnd);
  const read = new Map<string, number>();
  const letterTo = async (address: string): Promise<Taken> => {
    const at = read.get(address) ?? 0;
    read.set(address, at + 1);
    for (let tries = 0; tries < 1500; tries++) {
      const found = taken.filter(({ to }) => to === address)[at];
      if (found !== undefined) return found;
      await wait(20);
    }
    return assert.fail(`no letter to ${address} came`);
  };
  return { port, taken, letterTo };
}

/** As the reader's program shows it. */
export function opened({ raw }: Taken): Promise<ReadMail> {
  const nobody = { deskKeys: [], signersOf: async () => [], resolver: null };
  return readMail(Buffer.from(raw, 'latin1'), { at: new Date().toISOString(), ...nobody });
}

/** Delivers a mail to the desk's own port, as a server in front of it does. */
export async function deliver(port: number, raw: string, from: string, to: string): Promise<void> {
  const client = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  try {
    await client.sendMail({ raw, envelope: { from, to } });
  } finally {
    client.close();
  }
}

/** PGP/MIME (RFC 3156) around what gpg made of the inner part. */
export function sealedMail(header: readonly string[], armored: string): string {
  return [
    ...header,
    'MIME-Version: 1.0',
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=sealed',
    ...['', '--sealed', 'Content-Type: application/pgp-encrypted', '', 'Version: 1', ''],
    ...['--sealed', 'Content-Type: application/octet-stream; name=encrypted.asc', ''],
    ...armored.trim().split(/\r?\n/),
    '--sealed--',
    '',
  ].join('\r\n');
}

/** A notification of failure (RFC 3464) of a letter, as the server of its recipient writes it. */
export function bounceOf({ from, to, raw }: Taken): string {
  const [header = ''] = raw.split('\r\n\r\n');
  return [
    ...['From: Mail Delivery System <MAILER-DAEMON@mx.example.com>', `To: <${from}>`],
    ...['Subject: Undelivered Mail Returned to Sender', `Message-ID: <${Date.now()}@mx.example.com>`],
    ...['Auto-Submitted: auto-replied', 'MIME-Version: 1.0'],
    'Content-Type: multipart/report; report-type=delivery-status; boundary=report',
    ...['', '--report', 'Content-Type: text/plain', '', 'Your message could not be delivered.', ''],
    ...['--report', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example.com', ''],
    ...[`Final-Recipient: rfc822; ${to}`, 'Action: failed', 'Status: 5.1.1'],
    `Diagnostic-Code: smtp; 550 5.1.1 <${to}>: Recipient address rejected`,
    ...['', '--report', 'Content-Type: text/rfc822-headers', '', header, '', '--report--', ''],
  ].join('\r\n');
}
