/** A thread of `pool.ts`: does what it is asked, one after the other, with a store, a tree and a signer of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { openBlobs } from '../blobs/index.ts';
import { PublishedStore, StoreReading } from '../published/index.ts';
import { openSigner, type Signer } from '../signing/index.ts';
import { contextOf } from './context.ts';
import { PublishError } from './errors.ts';
import { list } from './list.ts';
import { make, type Workshop } from './make.ts';
import { place } from './makers-here.ts';
import type { PoolOptions, Question, Reply } from './pool.ts';
import { sentError } from './sent-error.ts';
import { StateReader, stateError } from './state.ts';

const { store: storeAddress, tree: treeAddress, env, key } = workerData as PoolOptions; // what `pool.ts` gives
const store = new StoreReading(new PublishedStore(openBlobs(storeAddress, env)));
const tree = openBlobs(treeAddress, env);
let signer: Signer | null | undefined;

/** From `begin` to `end`. */
let shop: (Workshop & { readonly file: string }) | null = null;
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (question: Question) => {
  last = last.then(async () => {
    parentPort?.postMessage(await replyTo(question));
  });
});

async function replyTo(question: Question): Promise<Reply> {
  const { number } = question;
  try {
    return { number, value: await answerTo(question) };
  } catch (error) {
    return { number, error: sentError(stateError(error, shop?.file ?? '')) };
  }
}

async function answerTo(question: Question): Promise<unknown> {
  if (question.ask === 'begin') return begin(question);
  if (question.ask === 'place') return place(tree, question.files);
  if (shop === null) throw new RangeError('asked before a publication or after it');
  const present = shop;
  const { state } = shop;
  if (question.ask === 'make') return state.snapshot(() => make(present, question.tasks));
  if (question.ask === 'list') return state.snapshot(() => list(present, question.shards));
  shop = null;
  state.close();
  return undefined;
}

async function begin({ given, state: file, fingerprint }: Question & { ask: 'begin' }): Promise<void> {
  shop?.state.close();
  signer ??= key === null ? null : await openSigner(key);
  if ((signer?.fingerprint ?? null) !== fingerprint)
    throw new PublishError('config', 'the key is another one meanwhile: publish again');
  const state = StateReader.open(file);
  shop = { file, state, tree, context: contextOf(given, { state, store, signer }) };
}
