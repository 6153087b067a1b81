/** From the published store to the public tree: `docs/formats/public-tree.md`. */
import { createHash } from 'node:crypto';
import { canonicalJson, encodeUtf8 } from 'cpansec/base';
import type { BlobStore } from '../blobs/index.ts';
import type { Signer } from '../signing/index.ts';
import { SEARCH_SHARDS } from '../site/index.ts';
import { adopt } from './adopt.ts';
import type { PublishConfig } from './config.ts';
import { contextOf } from './context.ts';
import { PublishError } from './errors.ts';
import { everything, ingest } from './ingest.ts';
import { Known } from './known.ts';
import { makeAll } from './make-all.ts';
import type { Given, MakerPool, Makers } from './makers.ts';
import { makersHere } from './makers-here.ts';
import type { Changes, StoreReader } from './ops.ts';
import { disownAll } from './remember.ts';
import { State, stateError } from './state.ts';
import { type Switched, switchOver } from './switch.ts';
import { Work } from './work.ts';

export interface Publication {
  readonly store: StoreReader;
  /** Where the tree stands. */
  readonly tree: BlobStore;
  /** File of the publisher's own state; it can be thrown away. */
  readonly state: string;
  readonly config: PublishConfig;
  readonly signer: Signer | null;
  /** What pages load, by path: `assets/style.0a1b2c3d.css`. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
  /** Names the programs that make the products: another one makes everything anew. */
  readonly edition: string;
  /** Threads that make, of this store, tree and key; default: this thread makes. */
  readonly pool?: MakerPool;
  /** Told in words what is being done; default: nobody. */
  readonly progress?: (words: string) => void;
}

export interface Published extends Switched {
  /** The number of the tree, whether it is new or not. */
  readonly serial: number;
  readonly advisories: number;
  readonly distributions: number;
  /** Changes of the store that the tree was made of: up to which, of when, and which of them were open. */
  readonly taken: Pick<Changes, 'last' | 'at' | 'open'>;
}

/**
 * Brings the tree up to the store. Throws `invalid`, `unsigned`, `state`, `busy` and what the stores throw; then the
 * tree that was there still serves. What was made before a process was killed is not made again.
 */
export async function publish(task: Publication): Promise<Published> {
  const state = new State(task.state);
  try {
    return await bringUp(task, state);
  } catch (cause) {
    throw stateError(cause, task.state);
  } finally {
    state.close();
  }
}

async function bringUp(task: Publication, state: State): Promise<Published> {
  const { store, tree, progress = () => {} } = task;
  const known = new Known(state);
  const work = new Work(state);
  // 1. A state that is new, or of another tree, continues the tree that is there.
  const manifest = await adopt(state, tree);
  // 2. What changed in the store, and whether everything is to be made anew.
  const taken = await changesOf(state, store);
  await ingest({ state, known, work, store, progress }, taken);
  const coverage = await store.coverage();
  const searchShards = shardsFor(known.count('advisories') + known.count('distributions'));
  startAnew({ state, work, searchShards }, editionOf(task, { coverage, searchShards }));
  const serial = Number(state.fact('serial')) + 1;
  const built = state.fact('built') ?? '1970-01-01T00:00:00Z';
  const given = { config: task.config, assets: task.assets, coverage, searchShards, built, serial };
  const makers = await makersOf(task, { given, state, tasks: work.left });
  try {
    // 3. Everything that is to be made, as objects: nobody sees them yet.
    await makeAll({ state, work, makers, progress });
    // 4. The tree switches over.
    const switched = await switchOver({ state, tree, makers, manifest, serial, built, progress });
    return {
      ...switched,
      serial: Number(state.fact('serial')),
      advisories: known.count('advisories'),
      distributions: known.count('distributions'),
      taken,
    };
  } finally {
    await makers.end();
  }
}

interface Ahead {
  readonly given: Given;
  readonly state: State;
  readonly tasks: number;
}

/** Those of the pool where there is so much to do. */
async function makersOf(task: Publication, { given, state, tasks }: Ahead): Promise<Makers> {
  const { store, tree, signer, pool } = task;
  if (pool !== undefined && tasks >= pool.worth)
    return pool.begin(given, { state: task.state, fingerprint: signer?.fingerprint ?? null });
  return makersHere({ state, tree, context: contextOf(given, { state, store, signer }) });
}

/** Since the last publication; of a state that is new, all there is. */
async function changesOf(state: State, store: StoreReader): Promise<Changes> {
  const last = state.fact('change');
  const seen = Number(last ?? 0);
  const changes = await store.changes(seen, JSON.parse(state.fact('open') ?? '[]') as number[]); // written by `ingest`
  if (changes.at === null) throw new PublishError('incomplete', notThis(seen));
  if (last !== null) return changes;
  return {
    ...changes,
    records: new Set(await store.ids()),
    dists: new Set(await store.distributions()),
    patches: new Set(await store.patches()),
    decisions: true,
  };
}

/** A store that holds nothing, as a mistyped one does, must not become a tree of nothing. */
function notThis(seen: number): string {
  if (seen === 0) return 'the store holds nothing: import makes a store';
  return `the store has no change ${seen}, which the state has seen: it is another store`;
}

/** What makes every product another one when it changes. */
function editionOf(
  { config, assets, signer, edition }: Publication,
  { coverage, searchShards }: Pick<Given, 'coverage' | 'searchShards'>,
): string {
  const key = signer?.fingerprint ?? null;
  const text = canonicalJson({
    config,
    coverage,
    searchShards,
    edition,
    key,
    assets: [...assets.keys()].sort(),
  });
  return createHash('sha256').update(encodeUtf8(text)).digest('hex');
}

/** So that a shard has about eighty things in it. */
function shardsFor(documents: number): number {
  let shards = SEARCH_SHARDS;
  while (shards < MAX_SEARCH_SHARDS && documents / shards > 80) shards *= 2;
  return shards;
}

const MAX_SEARCH_SHARDS = 4096;

/** Makes everything anew when the edition is another than last time. */
function startAnew(task: Parameters<typeof everything>[0], edition: string): void {
  const { state } = task;
  if (state.fact('edition') === edition) return;
  state.transaction(() => {
    disownAll(state);
    everything(task);
    state.setFact('edition', edition);
  });
}
