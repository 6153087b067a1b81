/**
 * Which keys a log has, said in the log: a new key signs beside the old one until everybody knows it, then the old
 * one leaves the configuration and is retired.
 */
import { formatNoteVerifier, type NoteSigner } from 'cpansec/formats';
import { type Added, identityOf, type Log, type Policy } from 'cpansec/transparency';
import { LogKeepingError } from './errors.ts';
import type { KeptLog } from './open.ts';

/** That these keys sign from here on. What the log was told already it is not told again. */
export function announceKeys(log: Pick<Log, 'addAll'>, signers: readonly NoteSigner[]): Promise<Added[]> {
  return log.addAll(
    signers.map(({ verifier: { name, id } }) => ({
      type: 'key',
      role: 'log',
      name,
      id,
      act: 'added',
      from: null,
    })),
  );
}

export interface RetiredKey {
  /** 8 hexadecimal digits. */
  readonly id: string;
  readonly act: 'retired' | 'revoked';
  /** RFC 3339 UTC to the second. */
  readonly from: string;
}

/** That a key signs no more. Throws `config` for one that still does, or never did. */
export async function retireKey(
  { log, config, seen }: Pick<KeptLog, 'log' | 'config' | 'seen'>,
  signers: readonly NoteSigner[],
  { id, act, from }: RetiredKey,
): Promise<Added> {
  if (signers.some(({ verifier }) => verifier.id === id))
    throw new LogKeepingError('config', `key ${id} still signs: take it out of the configuration first`);
  const key = { type: 'key', role: 'log', name: config.origin, id } as const;
  const identity = identityOf({ ...key, act: 'added', from: null });
  if (seen.find([{ identity, slot: null }])[0]?.place === null)
    throw new LogKeepingError('config', `the log was never told of a key ${id}`);
  const [added] = await log.addAll([{ ...key, act, from }]);
  if (added === undefined) throw new LogKeepingError('failed', 'the log took nothing');
  return added;
}

/** Lines that the policy must have and has not: without them nobody believes what these keys sign. */
export function missingInPolicy(policy: Policy, signers: readonly NoteSigner[]): string[] {
  const known = new Set(policy.logs.map(({ verifier }) => formatNoteVerifier(verifier)));
  return signers
    .map(({ verifier }) => formatNoteVerifier(verifier))
    .filter((key) => !known.has(key))
    .map((key) => `log ${key}`);
}
