/** What products are made with. */
import type { Signer } from '../signing/index.ts';
import { Known } from './known.ts';
import type { Given } from './makers.ts';
import type { StoreReader } from './ops.ts';
import type { Context } from './product.ts';
import type { StateReader } from './state.ts';

export interface Tools {
  readonly state: StateReader;
  readonly store: StoreReader;
  readonly signer: Signer | null;
}

export function contextOf(given: Given, { state, store, signer }: Tools): Context {
  const { config, coverage, assets } = given;
  const whole = new Set(coverage.distributions);
  const byName = Object.fromEntries([...assets.keys()].map((path) => [assetName(path), path]));
  return {
    ...given,
    known: new Known(state),
    store,
    signer,
    site: (built) => ({
      name: config.name,
      base: config.base,
      publisher: config.publisher.name,
      contact: config.security.contact[0] ?? '',
      built,
      assets: byName,
    }),
    covered: (distribution) => coverage.complete || whole.has(distribution),
  };
}

/** `style.css` of `assets/style.0a1b2c3d.css`. */
function assetName(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.[0-9A-Za-z]{8}(?=\.)/, '');
}
