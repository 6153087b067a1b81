/** An inventory while it is being taken: components by identity, joined, and named at the end. */
import { compareText, formatPlace, type Place } from '../base/index.ts';
import { InventoryError } from './errors.ts';
import type { Asked, Component, Input, Inventory, PerlFound, Unexamined } from './inventory.ts';

/** A component before it has its key; requirements point at what they were resolved to. */
export interface Draft
  extends Omit<Component, 'key' | 'places' | 'asked' | 'requires' | 'editable' | 'shadowedBy'> {
  editable?: boolean;
  shadowedBy?: string;
  readonly places: Place[];
  readonly asked: Asked[];
  readonly requires: Set<Draft>;
}

/** What a new component must say; the rest is empty. */
export type Facts = Omit<Component, 'key' | 'places' | 'asked' | 'requires'> & { readonly place: Place };

/** Most components, and things left unexamined, of one inventory: more than CPAN ever released. */
export const MAX_COMPONENTS = 500_000;
/** Most places of one component; where else it was seen is not told. */
export const MAX_PLACES = 1000;

export class Collection {
  readonly inputs: Input[] = [];
  readonly unexamined: Unexamined[] = [];
  perl: PerlFound | null = null;
  readonly #drafts = new Map<string, Draft>();

  /** The component of these facts; one that is there already gets the place as one more. Throws `too-many`. */
  add({ place, ...facts }: Facts): Draft {
    const identity = identityOf(facts, place);
    const known = this.#drafts.get(identity);
    if (known !== undefined) {
      addPlace(known, place);
      return known;
    }
    this.mustHaveRoom(place);
    const draft: Draft = { ...facts, places: [place], asked: [], requires: new Set() };
    this.#drafts.set(identity, draft);
    return draft;
  }

  /** Throws `too-many` when no more fits in. */
  mustHaveRoom(place: Place): void {
    if (this.#drafts.size + this.unexamined.length < MAX_COMPONENTS) return;
    throw new InventoryError(
      'too-many',
      `more than ${MAX_COMPONENTS} things; what follows was not read`,
      place,
    );
  }

  /** The inventory as it stands, in an order that the input's order does not touch. */
  finish(subject: string): Inventory {
    const drafts = [...this.#drafts.values()].sort(compareDrafts);
    const keys = keysOf(drafts);
    return {
      subject,
      inputs: this.inputs,
      perl: this.perl,
      components: drafts.map((draft) => toComponent(draft, keys)),
      unexamined: this.unexamined,
    };
  }
}

/** One more place where the component was seen. */
export function addPlace({ places }: Draft, place: Place): void {
  if (places.length < MAX_PLACES && !places.some((other) => formatPlace(other) === formatPlace(place)))
    places.push(place);
}

/** One component for each distribution (or module), version and place. */
function identityOf(facts: Omit<Facts, 'place'>, place: Place): string {
  const where = facts.tree ?? (facts.presence === 'installed' ? (place.file ?? '') : '');
  const module = facts.distribution === null ? facts.module : null;
  return JSON.stringify([facts.distribution, module, facts.version, facts.presence, where]);
}

function nameOf(draft: Draft): string {
  return draft.distribution ?? draft.module ?? '';
}

function compareDrafts(a: Draft, b: Draft): number {
  return (
    compareText(nameOf(a), nameOf(b)) ||
    compareText(a.version ?? '', b.version ?? '') ||
    compareText(a.tree ?? '', b.tree ?? '') ||
    compareText(a.presence, b.presence) ||
    compareText(a.module ?? '', b.module ?? '') ||
    compareText(firstPlace(a), firstPlace(b))
  );
}

function firstPlace(draft: Draft): string {
  return formatPlace(draft.places[0] ?? {});
}

/** `Mojolicious@9.31`, then `Mojolicious@9.31#2`. */
function keysOf(drafts: readonly Draft[]): Map<Draft, string> {
  const taken = new Map<string, number>();
  return new Map(
    drafts.map((draft) => {
      const name = draft.version === null ? nameOf(draft) : `${nameOf(draft)}@${draft.version}`;
      const count = (taken.get(name) ?? 0) + 1;
      taken.set(name, count);
      return [draft, count === 1 ? name : `${name}#${count}`];
    }),
  );
}

function toComponent(draft: Draft, keys: ReadonlyMap<Draft, string>): Component {
  const requires: string[] = [];
  for (const other of draft.requires) if (other !== draft) requires.push(keys.get(other) ?? '');
  if (requires.length > 1) requires.sort(compareText);
  return { key: keys.get(draft) ?? '', ...draft, requires };
}
