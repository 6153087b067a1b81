/**
 * A witness that does not what it must: `odd-witness.ts FILL VKEY BEHAVIOUR`, whose key is of the seed of that byte. It
 * prints its address and its key. `slow:MS` answers rightly after so many milliseconds; each other one lies.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { encodeUtf8 } from '../../toolkit/base/index.ts';
import {
  formatNoteSignature,
  formatNoteVerifier,
  type NoteSigner,
  parseNoteVerifier,
} from '../../toolkit/formats/index.ts';
import { nodeEd25519, nodeSha256Into } from '../../toolkit/io/index.ts';
import {
  addCheckpoint,
  cosign,
  formatCheckpoint,
  readCheckpoint,
  type Witness,
} from '../../toolkit/transparency/index.ts';
import { signerOf } from '../../toolkit/transparency/testdata/signed.ts';
import { MemoryStore } from '../../toolkit/transparency/testdata/witnessed.ts';

interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string;
}

type Lie = (body: string, signer: NoteSigner) => Promise<Answer> | Answer;

const lies: Readonly<Record<string, Lie>> = {
  /** A signature that does not hold. */
  forged: async (body, signer) => ({ status: 200, body: await cosigned(body, signer, 20) }),
  /** A good signature of another tree. */
  other: async (body, signer) => {
    const { checkpoint } = readCheckpoint(body.slice(body.indexOf('\n\n') + 2));
    const text = formatCheckpoint({ ...checkpoint, size: checkpoint.size + 1 });
    return { status: 200, body: formatNoteSignature(await cosign(text, 1_700_000_000, signer)) };
  },
  /** A cosignature that says when it was made, changed afterwards. */
  instant: async (body, signer) => ({ status: 200, body: await cosigned(body, signer, 7) }),
  /** Never the size that was sent. */
  sizes: (body) => {
    const size = /^old 0\n/.test(body) ? 1 : 0;
    return { status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` };
  },
  /** A size that the log has not. */
  ahead: () => ({ status: 409, contentType: 'text/x.tlog.size', body: '1000000\n' }),
  /** Says that the log is wrong. */
  inconsistent: () => ({ status: 422, body: 'the proof is not of the tree\n' }),
  /** Something else entirely. */
  page: () => ({ status: 200, contentType: 'text/html', body: '<!doctype html>\n' }),
};

/** The cosignature that it should have made, with one bit of a byte changed. */
async function cosigned(body: string, signer: NoteSigner, at: number): Promise<string> {
  const { checkpoint } = readCheckpoint(body.slice(body.indexOf('\n\n') + 2));
  const signature = await cosign(formatCheckpoint(checkpoint), 1_700_000_000, signer);
  const bytes = signature.bytes.slice();
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return formatNoteSignature({ ...signature, bytes });
}

const [, , fill = '', vkey = '', behaviour = ''] = process.argv;
const signer = await signerOf(`w${fill}.example.org`, Number(fill));
const log = parseNoteVerifier(vkey);
const witness: Witness = {
  logs: new Map([[log.name, [log]]]),
  signer,
  store: new MemoryStore(),
  ops: { ...nodeEd25519, hash: nodeSha256Into },
  now: () => Math.floor(Date.now() / 1000),
};

async function answered(body: string): Promise<Answer> {
  const lie = lies[behaviour];
  if (lie !== undefined) return lie(body, signer);
  await wait(Number(behaviour.replace('slow:', '')));
  return addCheckpoint(encodeUtf8(body), witness);
}

const server = createServer(async (request, response) => {
  const { status, contentType = 'text/plain; charset=utf-8', body } = await answered(await text(request));
  response.writeHead(status, { 'content-type': contentType }).end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  process.stdout.write(`http://127.0.0.1:${address.port}\n${formatNoteVerifier(signer.verifier)}\n`);
});
