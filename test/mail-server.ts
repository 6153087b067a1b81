import { SMTPServer } from 'smtp-server';
import { freePort } from './port.ts';

/** A mail that came. */
export interface Taken {
  /** Of the envelope. */
  readonly from: string;
  readonly to: string;
  /** As latin1. */
  readonly raw: string;
}

/** A mail server on this machine that takes every mail. */
export async function mailServer(
  atEnd: (end: () => Promise<void>) => unknown,
): Promise<{ port: number; taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address).join();
        taken.push({ from, to, raw: Buffer.concat(chunks).toString('latin1') });
        done();
      });
    },
  });
  // A client that was killed is no fault of the server.
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') throw error;
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  atEnd(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port, taken };
}
