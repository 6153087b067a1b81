import { nullable, object, optional, string } from 'cpansec/base';
import { type CaseFile, entriesOf } from '../casefile/index.ts';
import type { Transaction, Vault } from '../store/index.ts';

const attemptShape = object({ outcome: string, participant: optional(nullable(string)) });

/** Participants to whom mail cannot be delivered: somebody finds another way to them, and no letter is tried again. */
export async function unreachable(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
): Promise<ReadonlySet<string>> {
  const entries = await entriesOf(tx, vault, file, ['team']);
  const ids = entries.flatMap(({ kind, body }) => {
    if (kind !== 'attempt') return [];
    const { outcome, participant } = attemptShape(body);
    return outcome === 'bounced-permanent' && participant != null ? [participant] : [];
  });
  return new Set(ids);
}
