/**
 * tuf (desk): the repository of The Update Framework as its operator keeps it: where it stands, the keys that sign on
 * line, ceremonies for those that do not, and what becomes a target. The repository itself is `cpansec/tuf`.
 *
 *     await initCeremony('media');                       // drafts of what layout.json says
 *     await signCeremony('media', [signer]);             // by one person after the other
 *     await finalizeCeremony('media');
 *     const config = readTufConfig('tuf.json');
 *     await installCeremony(config, process.env, 'media');
 *     await publishTargets({ config, env: process.env, tree: 'tree', log: readLogConfig('log.json') });
 *
 * Words: a *layout* says whose keys sign which role, a *draft* is what people are to sign; a key is in a *file*, in a
 * *token* (PKCS #11), or held by an *agent* (ssh).
 */
export { claimOnLine, draftAuthor, unclaimOnLine } from './authors.ts';
export {
  ceremonyStatus,
  type DraftState,
  finalizeCeremony,
  initCeremony,
  signCeremony,
} from './ceremony.ts';
export { readTufConfig, type TufConfig } from './config.ts';
export { TufKeepingError, type TufKeepingErrorCode } from './errors.ts';
export { installCeremony, recoverRepository } from './install.ts';
export { makeKeyFile } from './key-file.ts';
export { logWritten } from './log-written.ts';
export { pinnedRoot, repositoryOps, withRepository } from './open.ts';
export { publishTargets } from './publish.ts';
export { rehearseRepository } from './rehearse.ts';
export { openTufSigner } from './signer.ts';
