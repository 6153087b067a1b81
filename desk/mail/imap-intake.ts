/**
 * Mail from a mailbox by IMAP (RFC 9051): what is new is stored, then marked or moved, so that nothing is lost when
 * either side ends in between; the same mail may come twice.
 */
import { setTimeout } from 'node:timers/promises';
import { ImapFlow, type MailboxObject } from 'imapflow';
import { MailError } from './errors.ts';
import type { Intake, IntakeOps } from './intake.ts';
import { MAIL_LIMITS } from './limits.ts';
import { isLoopback } from './loopback.ts';
import { readSecretLine } from './own-file.ts';

export interface ImapIntakeOptions extends IntakeOps {
  readonly host: string;
  readonly port: number;
  /** `none` only to this machine. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** A certificate authority in PEM, where it is not one that Node trusts. */
  readonly authority?: string;
  readonly user: string;
  /** Its first line is the password; only its owner can read it. */
  readonly passwordFile: string;
  /** Default `INBOX`. */
  readonly mailbox?: string;
  /** What is done with a stored mail: a keyword or flag of its own, or another mailbox. Default `$Stored`. */
  readonly stored?: { readonly flag: string } | { readonly move: string };
  /** Milliseconds between looks where the server tells nothing, and after a lost connection. */
  readonly pause?: number;
  /** Bytes of a mail; a longer one stays, with `\Flagged`. */
  readonly size?: number;
}

const FLAG = { flag: '$Stored' } as const;
/** Of a mail that is too large, where stored ones are moved. */
const REFUSED = '$Refused';
const PAUSE = 60_000;

/** Connects and goes on in the background. Throws `intake` when the first connection fails, `bad-config`. */
export async function imapIntake(options: ImapIntakeOptions): Promise<Intake> {
  if (options.tls === 'none' && !isLoopback(options.host))
    throw new MailError(
      'bad-config',
      `${options.host} is not this machine: mail comes from there with TLS only`,
    );
  const watch = new Watch(options);
  await watch.start();
  return watch;
}

class Watch implements Intake {
  readonly #options: ImapIntakeOptions;
  readonly #closing = new AbortController();
  #news = false;
  #answeredAt: number | null = null;
  #done: Promise<void> = Promise.resolve();

  constructor(options: ImapIntakeOptions) {
    this.#options = options;
  }

  get answeredAt(): number | null {
    return this.#answeredAt;
  }

  async start(): Promise<void> {
    const client = await this.#connect();
    this.#done = this.#run(client);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#done;
  }

  /** One connection after another until it is closed. */
  async #run(first: ImapFlow): Promise<void> {
    let client: ImapFlow | null = first;
    while (!this.#closing.signal.aborted) {
      try {
        client ??= await this.#connect();
        await this.#watch(client);
      } catch (error) {
        this.#options.onFailure(asError(error));
        await this.#pause();
      } finally {
        client?.close();
        client = null;
      }
    }
  }

  /** Takes what is new, again and again. Ends with the connection or when closed. */
  async #watch(client: ImapFlow): Promise<void> {
    while (!this.#closing.signal.aborted) {
      if (!client.usable) throw new MailError('intake', 'the connection to the mailbox was lost');
      await this.#takeNew(client);
      await this.#newsOf(client);
    }
    await client.logout();
  }

  async #takeNew(client: ImapFlow): Promise<void> {
    const { stored = FLAG } = this.#options;
    const query = 'move' in stored ? { unKeyword: REFUSED } : { unKeyword: stored.flag };
    const wanted = 'flag' in stored && stored.flag === '\\Seen' ? { seen: false } : query;
    const found = await client.search(wanted, { uid: true });
    if (!Array.isArray(found)) throw new MailError('intake', 'the mailbox cannot be searched');
    this.#answeredAt = Date.now();
    for (const uid of found) {
      if (this.#closing.signal.aborted) return;
      await this.#take(client, uid);
    }
  }

  async #take(client: ImapFlow, uid: number): Promise<void> {
    const { size = MAIL_LIMITS.size, stored = FLAG, onMail, onFailure } = this.#options;
    const range = String(uid);
    const listed = await client.fetchOne(range, { size: true }, { uid: true });
    if (listed === false) return;
    if ((listed.size ?? 0) > size) {
      onFailure(
        new MailError('too-large', `mail ${uid} of the mailbox has ${listed.size} bytes and stays there`),
      );
      await client.messageFlagsAdd(range, ['\\Flagged', 'flag' in stored ? stored.flag : REFUSED], {
        uid: true,
      });
      return;
    }
    const whole = await client.fetchOne(range, { source: { maxLength: size } }, { uid: true });
    if (whole === false || whole.source === undefined) return;
    try {
      await onMail({ bytes: new Uint8Array(whole.source), envelope: null });
    } catch (error) {
      return onFailure(asError(error));
    }
    if ('move' in stored) await client.messageMove(range, stored.move, { uid: true });
    else await client.messageFlagsAdd(range, [stored.flag], { uid: true });
  }

  /** Until the server tells of a mail, the pause is over, the connection ends, or it is closed. */
  async #newsOf(client: ImapFlow): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    client.on('exists', wake).on('close', wake);
    if (!this.#news && client.usable) await this.#pause(woken.signal);
    client.off('exists', wake).off('close', wake);
    this.#news = false;
  }

  /** Ends early when one of the signals does. */
  async #pause(...signals: readonly AbortSignal[]): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, ...signals]);
    await setTimeout(this.#options.pause ?? PAUSE, undefined, { signal }).catch(() => {}); // woken: no failure
  }

  async #connect(): Promise<ImapFlow> {
    const { host, port, user, passwordFile, mailbox = 'INBOX', stored = FLAG, onFailure } = this.#options;
    const client = new ImapFlow({
      ...connectionOf(this.#options),
      auth: { user, pass: readSecretLine(passwordFile) },
    });
    client.on('error', onFailure);
    client.on('exists', () => {
      this.#news = true;
    });
    try {
      await client.connect();
      checkKeyword(await client.mailboxOpen(mailbox), stored);
      return client;
    } catch (cause) {
      client.close();
      if (cause instanceof MailError) throw cause;
      throw new MailError('intake', `${host}:${port}: ${asError(cause).message}`, {}, { cause });
    }
  }
}

function connectionOf({ host, port, tls, authority, size = MAIL_LIMITS.size }: ImapIntakeOptions) {
  return {
    host,
    port,
    secure: tls === 'implicit',
    doSTARTTLS: tls === 'starttls',
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(authority === undefined ? {} : { ca: authority }),
    },
    connectionTimeout: 30_000,
    greetingTimeout: 30_000,
    socketTimeout: 300_000,
    autoIdleDelay: 500,
    maxLineLength: 1024 * 1024,
    maxLiteralSize: size + 1024,
    maxResponseSize: size + 1024 * 1024,
    disableCompression: true,
    clientInfo: { name: 'cpansec' },
    logger: false,
  } as const;
}

/** A mark that the mailbox does not keep would bring every mail again and again. */
function checkKeyword(
  { permanentFlags, readOnly }: MailboxObject,
  stored: ImapIntakeOptions['stored'],
): void {
  const flag = stored !== undefined && 'flag' in stored ? stored.flag : null;
  const kept = flag === null || permanentFlags?.has('\\*') === true || permanentFlags?.has(flag) === true;
  if (readOnly === true || !kept)
    throw new MailError('bad-config', `the mailbox does not keep the flag ${flag ?? 'of anything'}`);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
