/** Mail to a server by SMTP (RFC 5321), with TLS always unless the server is this machine. */
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { MailError } from './errors.ts';
import { oneLine } from './header-section.ts';
import { isLoopback } from './loopback.ts';
import { checkRoute, type Mailer, type Route, type Sent } from './mailer.ts';
import { readSecretLine } from './own-file.ts';

export interface SmtpConfig {
  readonly host: string;
  readonly port: number;
  /** `implicit`: from the first byte; `starttls`: required; `none`: only to this machine. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** A password in the first line of a file that only its owner can read. */
  readonly login?: { readonly user: string; readonly passwordFile: string };
  /** What this side calls itself. */
  readonly name?: string;
  /** A certificate authority in PEM, where it is not one that Node trusts. */
  readonly authority?: string;
  /** Milliseconds to connect, and of silence. */
  readonly connectTime?: number;
  readonly silence?: number;
}

/** A connection for each mail. Throws `bad-config` for mail in clear to another machine. */
export function smtpMailer(config: SmtpConfig): Mailer {
  if (config.tls === 'none' && !isLoopback(config.host))
    throw new MailError('bad-config', `${config.host} is not this machine: mail goes there with TLS only`);
  if (config.tls === 'none' && config.login !== undefined)
    throw new MailError('bad-config', 'a password is given with TLS only');
  return { send: async (mail, route) => deliver(config, mail, checkRoute(route)) };
}

async function deliver(config: SmtpConfig, mail: Uint8Array, route: Route): Promise<Sent> {
  const password = config.login === undefined ? null : readSecretLine(config.login.passwordFile);
  const connection = new SMTPConnection(optionsOf(config));
  const state = { given: false };
  try {
    return await new Promise<Sent>((resolve, reject) => {
      connection.once('error', reject);
      connection.once('end', () => reject(new Error('the connection was closed')));
      conversation(connection, config, password, mail, route, state).then(resolve, reject);
    });
  } catch (cause) {
    throw errorOf(cause, state.given, config.host);
  } finally {
    // An answer is there or never comes: what is said now changes nothing.
    connection.on('error', () => {});
    connection.close();
  }
}

/** 1. Connect and TLS. 2. Sign in. 3. Envelope and data. */
async function conversation(
  connection: SMTPConnection,
  { login }: SmtpConfig,
  password: string | null,
  mail: Uint8Array,
  { from, to }: Route,
  state: { given: boolean },
): Promise<Sent> {
  await settled((done) => connection.connect((error) => done(error ?? null)));
  if (login !== undefined && password !== null)
    await settled((done) => connection.login({ credentials: { user: login.user, pass: password } }, done));
  const envelope = { from, to, size: mail.length };
  const info = await settled<{ response: string }>((done) =>
    connection.send(envelope, giving(mail, state), done),
  );
  connection.quit();
  return { response: oneLine(info?.response ?? '').slice(0, 200) };
}

function settled<T>(
  start: (done: (error: Error | null, result?: T) => void) => void,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error === null ? resolve(result) : reject(error)));
  });
}

const CHUNK = 16 * 1024;

/** The mail as a stream that knows when its last byte was taken: from then on the server may have all of it. */
function giving(mail: Uint8Array, state: { given: boolean }): Readable {
  let at = 0;
  return new Readable({
    read() {
      const chunk = mail.subarray(at, at + CHUNK);
      at += chunk.length;
      if (at >= mail.length) state.given = true;
      this.push(chunk.length === 0 ? null : Buffer.from(chunk));
    },
  });
}

/** After the last byte only the server's own refusal is certain. */
function errorOf(cause: unknown, given: boolean, host: string): MailError {
  const { message, response, responseCode, code } = cause as Error & {
    response?: string;
    responseCode?: number;
    code?: string;
  }; // the library's errors; anything else has none of these
  const said = oneLine(response ?? message).slice(0, 200);
  const refused = responseCode !== undefined && responseCode >= 400 && responseCode < 600;
  if (given && !refused)
    return new MailError('uncertain', `${host} may have taken it: ${said}`, {}, { cause });
  // What refuses the connection, TLS or the password says nothing of the message.
  const ofMessage = code === 'EENVELOPE' || code === 'EMESSAGE';
  const permanent = ofMessage && refused && responseCode >= 500 && responseCode !== 503;
  return new MailError(
    permanent ? 'rejected' : 'not-taken',
    `${host} has not taken it: ${said}`,
    {},
    { cause },
  );
}

function optionsOf({ host, port, tls, name, authority, connectTime = 30_000, silence = 60_000 }: SmtpConfig) {
  return {
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(name === undefined ? {} : { name }),
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(authority === undefined ? {} : { ca: authority }),
    },
    connectionTimeout: connectTime,
    greetingTimeout: connectTime,
    dnsTimeout: connectTime,
    socketTimeout: silence,
    socketCloseTimeout: 1000,
    maxResponseSize: 64 * 1024,
    logger: false,
  } as const;
}
