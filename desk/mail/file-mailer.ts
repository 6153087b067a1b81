/** Mail into a directory: what would be sent, one `.eml` each, for a desk that is tried out. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ioError } from 'cpansec/io';
import { MailError } from './errors.ts';
import { checkRoute, type Mailer } from './mailer.ts';

/** The same mail to the same recipient is the same file. For their owner alone: mail is private. */
export function fileMailer(directory: string): Mailer {
  return {
    async send(mail, route) {
      const { from, to } = checkRoute(route);
      const digest = createHash('sha256').update(`${from}\0${to}\0`).update(mail).digest('hex');
      const path = join(directory, `${digest.slice(0, 32)}.eml`);
      const envelope = Buffer.from(`Return-Path: <${from}>\r\nDelivered-To: ${to}\r\n`);
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        writeFileSync(`${path}.part`, Buffer.concat([envelope, mail]), { mode: 0o600, flush: true });
        renameSync(`${path}.part`, path);
      } catch (cause) {
        throw new MailError('not-taken', ioError(cause, 'write it', path).problem, { file: path }, { cause });
      }
      return { response: `written to ${path}` };
    },
  };
}
