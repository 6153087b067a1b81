/** A new log: its keys and its policy where there are none, and a first checkpoint of no entries. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { formatNoteSigner, formatNoteVerifier, noteVerifier } from 'cpansec/formats';
import { nodeEd25519, replaceFile, writePrivate } from 'cpansec/io';
import type { Checkpoint } from 'cpansec/transparency';
import type { LogConfig } from './config.ts';
import { announceKeys } from './keys.ts';
import { logSigners, type OpenLogOptions, withLog } from './open.ts';

/** Files that stand are kept. Throws `exists` where there is a log, and what {@link withLog} does. */
export async function initLog(config: LogConfig, options: OpenLogOptions): Promise<Checkpoint> {
  for (const file of config.keys) if (!existsSync(file)) await writeKey(file, config.origin);
  if (!existsSync(config.policy)) replaceFile(config.policy, Buffer.from(await firstPolicy(config)));
  const signers = await logSigners(config);
  return withLog(config, { ...options, create: true }, async ({ log }) => {
    await announceKeys(log, signers);
    return log.checkpoint;
  });
}

async function writeKey(file: string, origin: string): Promise<void> {
  const seed = randomBytes(32);
  const verifier = noteVerifier(origin, await nodeEd25519.publicKey(seed));
  writePrivate(file, `${formatNoteSigner(verifier, seed)}\n`);
}

/** Our own keys and no witness: those are for people to find. */
async function firstPolicy(config: LogConfig): Promise<string> {
  const signers = await logSigners(config);
  const logs = signers.map(({ verifier }) => `log ${formatNoteVerifier(verifier)} https://${config.origin}/`);
  return `# Who checks this log believes these keys. Witnesses: witness NAME VKEY URL, then a group and a quorum.
${logs.join('\n')}
quorum none
`;
}
