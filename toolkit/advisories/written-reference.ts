import { uriOf } from '../formats/index.ts';
import type { Loss } from './losses.ts';
import type { AdvisoryRecord, Reference } from './record.ts';

/** A reference with its address as an export writes it. */
export interface WrittenReference extends Reference {
  readonly uri: string;
}

/** The references of a record that have an address; the others are losses. */
export function writtenReferences({ references }: AdvisoryRecord, losses: Loss[]): WrittenReference[] {
  return references.flatMap(({ type, url }, i) => {
    const uri = uriOf(url);
    if (uri !== null) return [{ type, url, uri }];
    losses.push({ path: `references[${i}].url`, text: 'left out: it is no URI' });
    return [];
  });
}
