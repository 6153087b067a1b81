/** Witnesses as a log asks them (https://c2sp.org/tlog-witness): all at once, each believed only as far as it signs. */
import { PlacedError, quoteFound } from '../base/index.ts';
import {
  FormatError,
  formatNote,
  MAX_NOTE_SIGNATURES,
  type Note,
  type NoteSignature,
  type NoteVerifier,
  parseNoteSignature,
} from '../formats/index.ts';
import { checkPolicy, MAX_AHEAD } from './check-policy.ts';
import { readCheckpoint } from './checkpoint.ts';
import { verifySignature } from './cosignature.ts';
import { TransparencyError } from './errors.ts';
import { hashLines, parseDecimal } from './lines.ts';
import type { SignatureOps } from './ops.ts';
import type { Policy } from './policy.ts';

/** Milliseconds that a witness has for an answer. */
const PATIENCE = 1000;
/** Bytes of an answer: cosignatures by a few keys, of ML-DSA-44 too. */
const MAX_ANSWER = 64 * 1024;

/**
 * Sends a body by POST and gives the answer, whatever its status. Throws a `PlacedError`: `timeout` when the whole
 * takes longer than `timeoutMs`, another code when there is no answer or one of more than `limit` bytes.
 */
export type Post = (
  url: string,
  body: string,
  options: { readonly timeoutMs: number; readonly limit: number },
) => Promise<{ readonly status: number; readonly contentType: string; readonly body: string }>;

/** Where a witness takes checkpoints. */
export interface WitnessPlace {
  readonly verifier: NoteVerifier;
  /** Its submission prefix. */
  readonly url: string;
}

export interface Gathering {
  /** A checkpoint that the log signed; cosignatures that it has already stay. */
  readonly note: string;
  readonly policy: Policy;
  /** Default: the witnesses of the policy that have an address. */
  readonly witnesses?: readonly WitnessPlace[];
  /** The proof from the tree of that size, 0 to the checkpoint's, to the checkpoint. */
  proofFrom(size: number): Promise<readonly Uint8Array[]>;
  readonly post: Post;
  readonly ops: SignatureOps;
  /** Milliseconds for each request; a witness gets a second one when it has seen another size. Default 1000. */
  readonly timeout?: number;
  /** Seconds since 1970, with what clocks may differ by: a cosignature of later is broken. */
  readonly now?: number;
  /** The size that each witness cosigned last, by its key: kept from call to call, so that one request is enough. */
  readonly sizes?: Map<string, number>;
}

/** How one witness answered. */
export interface WitnessOutcome {
  /** In the policy, else that of its key. */
  readonly name: string;
  /**
   * `late`: not in time. `unreachable`: no answer. `refused`: it says that it will not. `broken`: an answer that none
   * can be, a signature that is not of this checkpoint among them.
   */
  readonly outcome: 'cosigned' | 'refused' | 'late' | 'unreachable' | 'broken';
  /** For people; empty where it cosigned. */
  readonly why: string;
}

export interface Gathered {
  /** With all cosignatures that hold. */
  readonly note: string;
  /** Whether the policy believes it. */
  readonly met: boolean;
  /** Who is missing; empty when the policy believes it. */
  readonly missing: string;
  /** One for each witness that was asked, in their order. */
  readonly answers: readonly WitnessOutcome[];
}

/**
 * Asks all witnesses to cosign a checkpoint, at once. Throws `checkpoint`, `bounds`, `signature` for a note that no
 * log of the policy signed, and what `proofFrom` throws; never for what a witness does.
 */
export async function gatherCosignatures(gathering: Gathering): Promise<Gathered> {
  const { note, checkpoint } = readCheckpoint(gathering.note);
  const { proofFrom, sizes = new Map() } = gathering;
  const asking = { ...gathering, sizes, proofFrom: once(proofFrom), note, size: checkpoint.size };
  const answers = await Promise.all(placesOf(gathering).map((place) => ask(place, asking)));
  const cosigned = withCosignatures(
    note,
    answers.flatMap(({ cosignature }) => cosignature ?? []),
  );
  const missing = await missingFor(cosigned, gathering);
  return {
    note: cosigned,
    met: missing === '',
    missing,
    answers: answers.map(({ name, outcome, why }) => ({ name, outcome, why })),
  };
}

interface Asking extends Omit<Gathering, 'note'> {
  readonly note: Note;
  readonly size: number;
  readonly sizes: Map<string, number>;
}

interface NamedPlace extends WitnessPlace {
  readonly name: string;
}

interface Answered extends WitnessOutcome {
  readonly cosignature?: NoteSignature;
}

/** Witnesses that have seen the same are asked with the same proof. */
function once(proofFrom: Gathering['proofFrom']): Gathering['proofFrom'] {
  const proofs = new Map<number, Promise<readonly Uint8Array[]>>();
  return (size) => {
    const proof = proofs.get(size) ?? proofFrom(size);
    proofs.set(size, proof);
    return proof;
  };
}

function placesOf({ witnesses, policy }: Gathering): NamedPlace[] {
  const names = new Map(policy.witnesses.map(({ name, verifier }) => [keyOf(verifier), name]));
  const addressed = policy.witnesses.flatMap(({ verifier, url }) =>
    url === null ? [] : [{ verifier, url }],
  );
  return (witnesses ?? addressed).map(({ verifier, url }) => {
    const name = names.get(keyOf(verifier)) ?? verifier.name;
    return { name, verifier, url };
  });
}

function keyOf({ name, id }: Pick<NoteVerifier, 'name' | 'id'>): string {
  return `${name}+${id}`;
}

async function ask(place: NamedPlace, asking: Asking): Promise<Answered> {
  const { name, verifier } = place;
  const { size, sizes } = asking;
  const remembered = sizes.get(keyOf(verifier)) ?? 0;
  let answer = await offer(place, Math.min(remembered, size), asking);
  if (typeof answer === 'number' && answer <= size) {
    sizes.set(keyOf(verifier), answer);
    answer = await offer(place, answer, asking);
  }
  if (typeof answer === 'number')
    return { name, outcome: 'refused', why: `it has cosigned ${answer} entries` };
  if (answer.outcome === 'cosigned') sizes.set(keyOf(verifier), size);
  return { name, ...answer };
}

type Outcome = Omit<Answered, 'name'>;

/** One request; a number is the size that the witness has cosigned last. */
async function offer(place: NamedPlace, from: number, asking: Asking): Promise<Outcome | number> {
  const { note, post, timeout = PATIENCE } = asking;
  const proof = await asking.proofFrom(from);
  const body = `old ${from}\n${hashLines(proof)}\n${formatNote(note)}`;
  const url = `${place.url.replace(/\/+$/, '')}/add-checkpoint`;
  try {
    const answer = await post(url, body, { timeoutMs: timeout, limit: MAX_ANSWER });
    return await judged(answer, place, asking);
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error;
    return { outcome: error.code === 'timeout' ? 'late' : 'unreachable', why: error.message };
  }
}

async function judged(
  { status, contentType, body }: Awaited<ReturnType<Post>>,
  { verifier }: NamedPlace,
  asking: Asking,
): Promise<Outcome | number> {
  const [line = ''] = body.split('\n');
  if (status === 200) return cosignedBy(body, verifier, asking);
  const size = status === 409 && contentType === 'text/x.tlog.size' ? parseDecimal(line) : null;
  if (size !== null) return size;
  const outcome = status >= 400 && status < 600 ? 'refused' : 'broken';
  return { outcome, why: `answers ${status}: ${quoteFound(line, 200)}` };
}

/** The first cosignature by the key; every one of it must hold, and say an instant. */
async function cosignedBy(body: string, key: NoteVerifier, asking: Asking): Promise<Outcome> {
  const { note, ops, now = Number.POSITIVE_INFINITY } = asking;
  const broken = (why: string): Outcome => ({ outcome: 'broken', why });
  if (!body.endsWith('\n')) return broken('an answer that does not end in a line break');
  const lines = body.slice(0, -1).split('\n');
  if (lines.length > MAX_NOTE_SIGNATURES) return broken(`${lines.length} signatures`);
  try {
    let cosignature: NoteSignature | undefined;
    for (const line of lines) {
      const signature = parseNoteSignature(line);
      const signed = await verifySignature(note.text, signature, key, ops);
      if (signed?.time === 0) return broken('a cosignature without an instant');
      if ((signed?.time ?? 0) > now + MAX_AHEAD) return broken('a cosignature of the future');
      if (signed !== null) cosignature ??= signature;
    }
    if (cosignature === undefined) return broken(`no cosignature by ${quoteFound(key.name)}`);
    return { outcome: 'cosigned', why: '', cosignature };
  } catch (error) {
    if (error instanceof TransparencyError || error instanceof FormatError) return broken(error.problem);
    throw error;
  }
}

/** A new cosignature takes the place of an older one by its key. */
function withCosignatures({ text, signatures }: Note, fresh: readonly NoteSignature[]): string {
  const replaced = new Set(fresh.map(keyOf));
  const kept = signatures.filter((signature) => !replaced.has(keyOf(signature)));
  return formatNote({ text, signatures: [...kept, ...fresh] });
}

async function missingFor(note: string, { policy, ops, now }: Gathering): Promise<string> {
  try {
    await checkPolicy(policy, note, ops, now === undefined ? {} : { now });
    return '';
  } catch (error) {
    if (error instanceof TransparencyError && error.code === 'quorum') return error.problem;
    throw error;
  }
}
