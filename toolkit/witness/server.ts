import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { NoteSigner, NoteVerifier } from '../formats/index.ts';
import { nodeEd25519 } from '../io/index.ts';
import { readCheckpoint, TransparencyError, verifySignatures } from '../transparency/index.ts';
import { WitnessError } from './errors.ts';
import { type FileStore, fileStore, originHash } from './file-store.ts';
import { send } from './http.ts';
import type { FollowedLog } from './log-list.ts';
import { type Service, witnessService } from './service.ts';

export interface WitnessOptions {
  /** Of type `cosignature`. */
  readonly signer: NoteSigner;
  readonly logs: readonly FollowedLog[];
  /** Where it keeps what it cosigned, as `beginState` made it. A witness that has it open already can keep, and cosign, nothing more. */
  readonly directory: string;
  /** Told what an operator should know, in a line. */
  report(line: string): void;
  /** Told once when it can no longer keep anything safely: the process must end. */
  failed(error: unknown): void;
  readonly limits?: Partial<WitnessLimits>;
}

export interface WitnessLimits {
  /** Milliseconds in which a request must have arrived. */
  readonly arrival: number;
  /** Connections at once, each of one request; more are closed. */
  readonly connections: number;
  /** Milliseconds that answers have to end when it stops. */
  readonly patience: number;
}

const LIMITS: WitnessLimits = { arrival: 10_000, connections: 2000, patience: 5000 };

/** A witness over HTTP. */
export interface WitnessServer {
  /** Its address, when it listens. */
  listen(host: string, port: number): Promise<string>;
  /** Lets answers end. */
  close(): Promise<void>;
}

/**
 * A witness for the logs: `POST /add-checkpoint`, `GET /<SHA-256 of an origin>/checkpoint`, `GET /metrics`. Throws
 * `kept` when what stands in the directory is not its own or none, IoError.
 */
export async function openWitness(options: WitnessOptions): Promise<WitnessServer> {
  const store = fileStore(options.directory);
  for (const { origin } of options.logs) await checkKept(store, origin, options.signer.verifier);
  const limits = { ...LIMITS, ...options.limits };
  const service = witnessService({ ...options, store });
  const server = createServer(
    { requestTimeout: limits.arrival, headersTimeout: limits.arrival, connectionsCheckingInterval: 1000 },
    (request, response) => void answer(service, request, response),
  );
  server.maxConnections = limits.connections;
  server.keepAliveTimeout = 30_000;
  return {
    listen: (host, port) => listen(server, host, port),
    close: () => close(server, limits.patience),
  };
}

async function checkKept(store: FileStore, origin: string, verifier: NoteVerifier): Promise<void> {
  const hash = originHash(origin);
  const note = store.read(hash);
  if (note === null) return;
  const file = store.pathOf(hash);
  try {
    const kept = readCheckpoint(note);
    if (kept.checkpoint.origin !== origin) throw new WitnessError('kept', 'is of another log', { file });
    if ((await verifySignatures(kept.note, verifier, nodeEd25519)).length > 0) return;
    throw new WitnessError('kept', `is not cosigned by ${verifier.name}`, { file });
  } catch (cause) {
    if (!(cause instanceof TransparencyError)) throw cause;
    throw new WitnessError('kept', cause.problem, { file }, { cause });
  }
}

async function answer(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const given = await service(request);
  if (given !== undefined) send(request, response, given);
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${taken}`);
    });
  });
}

async function close(server: Server, patience: number): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), patience);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  clearTimeout(late);
}
