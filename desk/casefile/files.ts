/** Files of a case, sealed in parts. What they are called and hold is content; they are only ever downloaded. */
import { createHash } from 'node:crypto';
import { object, string } from 'cpansec/base';
import { newId, type Transaction, type Vault } from '../store/index.ts';
import type { Audience } from './audience.ts';
import type { CaseFile } from './case-file.ts';
import { CaseFileError } from './errors.ts';

/** Bytes of a file, and of one part. */
export const MAX_FILE: number = 10 * 1024 * 1024;
const PART = 256 * 1024;
/** Of a case. */
export const MAX_FILES = 200;
const MAX_NAME = 120;

export interface FileFacts {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** SHA-256, hex. */
  readonly sha256: string;
  readonly audience: Audience;
  readonly createdAt: string;
}

const facts = object({ name: string, sha256: string });

type Of = Pick<CaseFile, 'id' | 'keyId'>;

interface NewFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly audience: Audience;
}

/** Throws `too-large`, `too-many`. */
export async function addFile(tx: Transaction, vault: Vault, file: Of, given: NewFile): Promise<FileFacts> {
  const { bytes, audience } = given;
  if (bytes.length > MAX_FILE)
    throw new CaseFileError('too-large', `A file may have ${MAX_FILE / 1024 / 1024} MB.`);
  if ((await filesOf(tx, vault, file)).length >= MAX_FILES)
    throw new CaseFileError('too-many', `A case has at most ${MAX_FILES} files.`);
  const id = newId();
  const about = { name: safeName(given.name), sha256: createHash('sha256').update(bytes).digest('hex') };
  const sealed = await vault.seal(tx, file.keyId, `files.sealed/${id}`, about);
  const row = { id, case_id: file.id, audience, size: bytes.length, created_at: tx.now, sealed };
  await tx.db.insertInto('files').values(row).execute();
  for (let number = 0; number * PART < bytes.length || number === 0; number++) {
    const part = bytes.subarray(number * PART, (number + 1) * PART);
    const sealedPart = await vault.sealBytes(tx, file.keyId, partPlace(id, number), part);
    await tx.db.insertInto('file_parts').values({ file_id: id, number, sealed: sealedPart }).execute();
  }
  return { ...about, id, size: bytes.length, audience, createdAt: tx.now };
}

/** Characters that a name of ours has: nothing that a path, a header or a terminal could read otherwise. */
function safeName(name: string): string {
  const last = name.normalize('NFC').replace(/^.*[/\\]/s, '');
  const clean = last
    .replace(/[^\p{L}\p{N}._ +-]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(0, MAX_NAME)
    // Half of a character, which no header can say.
    .replace(/[\ud800-\udbff]$/, '');
  return clean === '' ? 'file' : clean;
}

export async function filesOf(
  tx: Transaction,
  vault: Vault,
  file: Of,
  audiences?: readonly Audience[],
): Promise<FileFacts[]> {
  if (audiences?.length === 0) return [];
  let query = tx.db.selectFrom('files').selectAll().where('case_id', '=', file.id);
  if (audiences !== undefined) query = query.where('audience', 'in', [...audiences]);
  const rows = await query.orderBy('created_at').orderBy('id').execute();
  return Promise.all(
    rows.map(async ({ id, size, audience, created_at, sealed }) => ({
      id,
      size,
      audience,
      createdAt: created_at,
      ...facts(await vault.open(tx, file.keyId, `files.sealed/${id}`, sealed)),
    })),
  );
}

/** Null where the case has no such file, or none for these audiences. */
export async function readCaseFile(
  tx: Transaction,
  vault: Vault,
  file: Of,
  id: string,
  audiences?: readonly Audience[],
): Promise<(FileFacts & { readonly bytes: Uint8Array }) | null> {
  const found = (await filesOf(tx, vault, file, audiences)).find((one) => one.id === id);
  if (found === undefined) return null;
  const rows = await tx.db
    .selectFrom('file_parts')
    .selectAll()
    .where('file_id', '=', id)
    .orderBy('number')
    .execute();
  const parts = await Promise.all(
    rows.map(({ number, sealed }) => vault.openBytes(tx, file.keyId, partPlace(id, number), sealed)),
  );
  return { ...found, bytes: Buffer.concat(parts) };
}

function partPlace(id: string, number: number): string {
  return `file_parts.sealed/${id}/${number}`;
}
