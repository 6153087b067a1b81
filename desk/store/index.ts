/**
 * store: the private database. Cases and persons are sealed under keys of their own, wrapped by a master key;
 * everything that is done is in the audit log, in the same transaction.
 *
 * Words: to *seal* is to encrypt for one place; a *token* is what stands for a word that a case can be found by.
 *
 *     const store = await openStore('var/desk.db', fileKeyService('var/master.key'));
 *     await store.transaction(async (tx) => {
 *       const key = await store.vault.create(tx, 'case');
 *       const sealed = await store.vault.seal(tx, key, 'cases.sealed/ID', { title: '…' });
 *       tx.record({ actor: 'member:ID', act: 'case.opened', subject: 'case:ID', detail: {} });
 *     });
 */
export { type BackupFacts, type BackupOptions, backup } from './backup/backup.ts';
export { restore } from './backup/restore.ts';
export { verifyBackup } from './backup/verify.ts';
export type { Transaction } from './database.ts';
export { StoreError, type StoreErrorCode } from './errors.ts';
export { fileHeadSigner, type HeadSigner } from './head-key.ts';
export { type HeadPolicy, headBefore, readHeads, readLedger, signHeadWhenDue } from './heads.ts';
export { ID, newId, newSecret, secretHash } from './id.ts';
export { fileKeyService, type KeyService, makeMasterKey } from './master-key.ts';
export { privateText } from './private-file.ts';
export type { OutboxState, PublicationState, Schema } from './schema.ts';
export { keepSealedSetting, sealedSetting } from './sealed-setting.ts';
export { openStore, type Store } from './store.ts';
export { DESK_KEY, Vault } from './vault.ts';
