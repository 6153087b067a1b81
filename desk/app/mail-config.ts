/** The mail of a desk as its operator describes it: a JSON file beside which its other files stand. */

import { resolve as answersOf } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { boolean, exact, oneOf, optional, parseJson, ShapeError, string, whole } from 'cpansec/base';
import { ioError } from 'cpansec/io';
import { MAX_FILE } from '../casefile/index.ts';
import {
  type DeskKey,
  fileMailer,
  type Intake,
  type IntakeOps,
  imapIntake,
  type Mailbox,
  type Mailer,
  parseAddress,
  type Resolver,
  readDeskKeys,
  smtpIntake,
  smtpMailer,
} from '../mail/index.ts';

/** By what a desk writes and is written to. */
export interface DeskMail {
  readonly from: Mailbox;
  readonly mailer: Mailer;
  /** The first signs; all of them decrypt. */
  readonly keys: readonly DeskKey[];
  readonly resolver: Resolver | null;
  /** Whether mail comes in. */
  readonly takesIn: boolean;
  /** Opens what mail comes in by. Throws MailError `intake`. */
  listen(ops: IntakeOps): Promise<readonly Intake[]>;
}

/** Letters into a directory, and none come in: for a desk that is tried out. */
export function directoryMail(directory: string, name: string, origin: string): DeskMail {
  const { hostname } = new URL(origin);
  const address = `desk@${hostname.includes('.') ? hostname : `${hostname}.localdomain`}`;
  const listen = async () => [];
  return {
    from: { name, address },
    mailer: fileMailer(directory),
    keys: [],
    resolver: null,
    takesIn: false,
    listen,
  };
}

/** Throws MailError, ShapeError, JsonError; IoError for a file that cannot be read. */
export async function readMailConfig(path: string): Promise<DeskMail> {
  const beside = (file: string): string => resolve(dirname(path), file);
  const config = fileShape(parseJson(read(path), { maxLength: MAX_LENGTH }));
  const { from, keys } = config;
  const passphrase = keys?.passphraseFile === undefined ? undefined : beside(keys.passphraseFile);
  const address = parseAddress(from.address);
  return {
    from: { ...from, address },
    mailer: mailerOf(config.out, beside),
    keys: keys === undefined ? [] : await readDeskKeys(beside(keys.file), passphrase),
    resolver: config.in === undefined || config.in.authentication === false ? null : answersOf,
    takesIn: config.in?.smtp !== undefined || config.in?.imap !== undefined,
    listen: (ops) => intakesOf(config.in ?? {}, address, beside, ops),
  };
}

const MAX_LENGTH = 64 * 1024;

type Beside = (file: string) => string;

function mailerOf({ smtp, directory }: MailFile['out'], beside: Beside): Mailer {
  if ((smtp === undefined) === (directory === undefined))
    throw new ShapeError('out', 'one of smtp and directory', {});
  if (smtp === undefined) return fileMailer(beside(directory ?? ''));
  const { user, passwordFile, authorityFile, ...rest } = smtp;
  if ((user === undefined) !== (passwordFile === undefined))
    throw new ShapeError('out.smtp', 'user and passwordFile together', {});
  const login = user === undefined ? {} : { login: { user, passwordFile: beside(passwordFile ?? '') } };
  return smtpMailer({ ...rest, ...login, ...authorityOf(authorityFile, beside) });
}

function authorityOf(file: string | undefined, beside: Beside): { readonly authority?: string } {
  return file === undefined ? {} : { authority: read(beside(file)) };
}

/** A case holds a mail as one file: what is larger is refused at the door. */
async function intakesOf(
  { smtp, imap }: NonNullable<MailFile['in']>,
  address: string,
  beside: Beside,
  ops: IntakeOps,
): Promise<Intake[]> {
  const intakes: Intake[] = [];
  if (smtp !== undefined) {
    const { keyFile, certFile, ...where } = smtp;
    const tls =
      keyFile === undefined || certFile === undefined
        ? {}
        : { tls: { key: read(beside(keyFile)), cert: read(beside(certFile)) } };
    intakes.push(
      await smtpIntake({ ...where, ...tls, ...ops, addresses: [address], limits: { size: MAX_FILE } }),
    );
  }
  if (imap !== undefined) {
    const { passwordFile, authorityFile, ...where } = imap;
    const more = { passwordFile: beside(passwordFile), ...authorityOf(authorityFile, beside) };
    // What listens already must not go on alone.
    const opened = imapIntake({ ...where, ...more, ...ops, size: MAX_FILE });
    intakes.push(
      await opened.catch(async (error: unknown) => {
        for (const intake of intakes) await intake.close();
        throw error;
      }),
    );
  }
  return intakes;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw ioError(cause, 'read it', path);
  }
}

const port = whole(1, 65_535);
const tls = oneOf('implicit', 'starttls', 'none');

const fileShape = exact({
  from: exact({ name: optional(string), address: string }),
  out: exact({
    smtp: optional(
      exact({
        ...{ host: string, port, tls, name: optional(string) },
        ...{ user: optional(string), passwordFile: optional(string), authorityFile: optional(string) },
      }),
    ),
    directory: optional(string),
  }),
  in: optional(
    exact({
      authentication: optional(boolean),
      smtp: optional(
        exact({ host: string, port, name: string, keyFile: optional(string), certFile: optional(string) }),
      ),
      imap: optional(
        exact({
          ...{ host: string, port, tls, user: string, passwordFile: string },
          ...{ mailbox: optional(string), authorityFile: optional(string) },
        }),
      ),
    }),
  ),
  keys: optional(exact({ file: string, passphraseFile: optional(string) })),
});
type MailFile = ReturnType<typeof fileShape>;
