/** What a witness does with each request. */
import type { IncomingMessage } from 'node:http';
import type { NoteSigner } from '../formats/index.ts';
import { IoError, nodeEd25519, nodeSha256Into, now } from '../io/index.ts';
import { addCheckpoint, MAX_WITNESS_REQUEST, type Witness } from '../transparency/index.ts';
import { Counters } from './counters.ts';
import type { FileStore } from './file-store.ts';
import { type Answer, bodyOf, TEXT } from './http.ts';
import { byOrigin, type FollowedLog } from './log-list.ts';
import { Rate } from './rate.ts';

export interface ServiceOptions {
  readonly signer: NoteSigner;
  readonly logs: readonly FollowedLog[];
  readonly store: FileStore;
  report(line: string): void;
  failed(error: unknown): void;
}

/** Undefined when nobody is there any more to be answered. */
export type Service = (request: IncomingMessage) => Promise<Answer | undefined>;

export function witnessService(options: ServiceOptions): Service {
  const counters = new Counters();
  const witness = witnessOf(options, counters);
  const routed = async (request: IncomingMessage): Promise<Answer | undefined> => {
    const url = request.url ?? '';
    if (url === '/add-checkpoint') return added(request, witness, counters);
    const [, hash] = /^\/([0-9a-f]{64})\/checkpoint$/.exec(url) ?? [];
    if (hash === undefined && url !== '/metrics') return refused(404, 'nothing stands here');
    if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed('GET, HEAD');
    return hash === undefined ? text(counters.text(witness.logs.size)) : seen(options.store.read(hash));
  };
  return async (request) => {
    try {
      const answer = await routed(request);
      if (answer !== undefined) counters.answered(answer.status);
      return answer;
    } catch (error) {
      counters.answered(500);
      return broken(error, options);
    }
  };
}

function witnessOf({ signer, logs, store, report }: ServiceOptions, counters: Counters): Witness {
  const rate = new Rate();
  const followed = byOrigin(logs);
  return {
    logs: new Map([...followed].map(([origin, { keys }]) => [origin, keys])),
    signer,
    store,
    ops: { ...nodeEd25519, hash: nodeSha256Into },
    now: seconds,
    // Anybody can send a checkpoint again: that must not take from what the log may add.
    admits: (origin, what) =>
      rate.take(`${what} ${origin}`, followed.get(origin)?.perDay ?? 0, performance.now() / 1000),
    splitView(cosigned, offered) {
      const file = store.keepSplitView(cosigned, offered);
      if (file === null) return;
      counters.splitViews++;
      const [origin = ''] = offered.split('\n');
      report(`${JSON.stringify(origin)} signed two trees of one size: evidence in ${file}`);
    },
  };
}

function seconds(): number {
  return Math.floor(now().getTime() / 1000);
}

async function added(
  request: IncomingMessage,
  witness: Witness,
  counters: Counters,
): Promise<Answer | undefined> {
  if (request.method !== 'POST') return notAllowed('POST');
  const body = await bodyOf(request, MAX_WITNESS_REQUEST);
  if (body === undefined) return undefined;
  if (body === null) return refused(413, `more than ${MAX_WITNESS_REQUEST} bytes`);
  const answer = await addCheckpoint(body, witness);
  if (answer.status === 200) counters.lastCosignature = seconds();
  return answer.status === 429 ? { ...answer, headers: { 'retry-after': '60' } } : answer;
}

function seen(note: string | null): Answer {
  return note === null ? refused(404, 'no checkpoint of such a log was cosigned here') : text(note);
}

/**
 * A full disk is nothing worse than an answer that was not given. After any other failure of the disk nobody knows
 * what it has: the process must not go on and read it back.
 */
function broken(error: unknown, { report, failed }: ServiceOptions): Answer {
  const message = error instanceof Error ? error.message : String(error);
  report(message);
  if (error instanceof IoError && error.code !== 'disk-full') failed(error);
  return refused(500, 'this witness cannot keep what it cosigns');
}

function text(body: string): Answer {
  return { status: 200, contentType: TEXT, body };
}

function refused(status: number, why: string): Answer {
  return { status, contentType: TEXT, body: `${why}\n` };
}

function notAllowed(allow: string): Answer {
  return { ...refused(405, `takes ${allow}`), headers: { allow } };
}
