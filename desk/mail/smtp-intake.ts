/**
 * Mail by SMTP (RFC 5321) for the desk's own addresses: no relaying, no sign-in. A mail is acknowledged when it is
 * stored, refused for now when it cannot be.
 */
import { once } from 'node:events';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { parseAddress } from './address.ts';
import { ClientRate } from './client-rate.ts';
import { MailError } from './errors.ts';
import type { Intake, IntakeOps } from './intake.ts';
import { MAIL_LIMITS } from './limits.ts';

export interface SmtpIntakeLimits {
  /** Bytes of a mail. */
  readonly size: number;
  /** Of one mail. */
  readonly recipients: number;
  /** At the same time. */
  readonly connections: number;
  /** Mails of one client address in a minute; for IPv6 of one /64. */
  readonly mailsPerMinute: number;
  /** Milliseconds of silence, and for the content of one mail. */
  readonly silence: number;
  readonly time: number;
}

export const SMTP_INTAKE_LIMITS: SmtpIntakeLimits = {
  size: MAIL_LIMITS.size,
  recipients: 20,
  connections: 50,
  mailsPerMinute: 30,
  silence: 60_000,
  time: 600_000,
};

export interface SmtpIntakeOptions extends IntakeOps {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** What it calls itself. */
  readonly name: string;
  /** The desk's own; each also takes mail for `local+anything@domain`. */
  readonly addresses: readonly string[];
  /** PEM; STARTTLS is offered where it is given. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly limits?: Partial<SmtpIntakeLimits>;
  /** Milliseconds that only grow. */
  now?(): number;
}

/** Listens. Throws `intake` when it cannot, `bad-address` for an address that is none. */
export async function smtpIntake(options: SmtpIntakeOptions): Promise<Intake & { readonly port: number }> {
  const limits = { ...SMTP_INTAKE_LIMITS, ...options.limits };
  const own = options.addresses.map((address) => parseAddress(address).toLowerCase());
  const rate = new ClientRate(limits.mailsPerMinute, options.now ?? (() => performance.now()));
  const server: SMTPServer = new SMTPServer({
    ...serverOptions(options, limits),
    onMailFrom: (_, { remoteAddress }, done) =>
      done(
        rate.takes(remoteAddress)
          ? null
          : refusal(451, '4.7.1 too many mails from your address, try again later'),
      ),
    onRcptTo: ({ address }, _, done) =>
      done(isOwn(address, own) ? null : refusal(550, '5.7.1 no such address here, and no relaying')),
    onData: (stream, session, done) => {
      received(server, stream, session, options, limits).then(
        () => done(null, '2.0.0 stored'),
        (error: Error & { responseCode?: number }) => done(error.responseCode === undefined ? LATER : error),
      );
    },
  });
  server.on('error', options.onFailure);
  const port = await listen(server, options);
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

function serverOptions({ name, tls }: SmtpIntakeOptions, limits: SmtpIntakeLimits) {
  return {
    ...(tls ?? {}),
    name,
    banner: 'ready',
    size: limits.size,
    maxRecipients: limits.recipients,
    maxClients: limits.connections,
    maxCommandLength: 2048,
    maxAllowedUnauthenticatedCommands: 200,
    socketTimeout: limits.silence,
    closeTimeout: 5000,
    authOptional: true,
    disabledCommands: tls === undefined ? ['AUTH', 'STARTTLS'] : ['AUTH'],
    disableReverseLookup: true,
    hideSMTPUTF8: true,
    logger: false,
  } as const;
}

const LATER = refusal(451, '4.3.0 cannot be stored now, try again later');

/** The whole of it, stored. */
async function received(
  server: SMTPServer,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  { onMail, onFailure }: SmtpIntakeOptions,
  { size, time }: SmtpIntakeLimits,
): Promise<void> {
  const { envelope, remoteAddress, hostNameAppearsAs } = session;
  const bytes = await contentOf(server, stream, session, size, time);
  const mail = {
    bytes,
    envelope: {
      from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
      to: envelope.rcptTo.map(({ address }) => address),
      address: remoteAddress,
      hello: hostNameAppearsAs,
    },
  };
  try {
    await onMail(mail);
  } catch (cause) {
    onFailure(cause instanceof Error ? cause : new Error(String(cause)));
    throw LATER;
  }
}

/** What is above the size is read to its end, so that the refusal is heard, and not kept. */
async function contentOf(
  server: SMTPServer,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  size: number,
  time: number,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => {
    for (const connection of server.connections) if (connection.session === session) connection.close();
    stream.destroy();
  }, time);
  try {
    for await (const chunk of stream) {
      if (stream.sizeExceeded) chunks.length = 0;
      else chunks.push(chunk as Buffer); // the stream is one of bytes
    }
  } finally {
    clearTimeout(timer);
  }
  if (stream.sizeExceeded) throw refusal(552, `5.3.4 a mail has at most ${size} bytes`);
  return new Uint8Array(Buffer.concat(chunks));
}

/** The address itself, or with a suffix after `+`. */
function isOwn(address: string, own: readonly string[]): boolean {
  return own.includes(address.toLowerCase().replace(/^([^+@]+)\+[^@]*@/, '$1@'));
}

function refusal(responseCode: number, message: string): Error & { responseCode: number } {
  return Object.assign(new Error(message), { responseCode });
}

async function listen(server: SMTPServer, { host, port }: SmtpIntakeOptions): Promise<number> {
  server.listen(port, host);
  try {
    await once(server.server, 'listening');
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new MailError('intake', `cannot listen on ${host}:${port}: ${words}`, {}, { cause });
  }
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
