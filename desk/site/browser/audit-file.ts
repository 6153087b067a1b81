/** The audit of one file, by the toolkit's own code and the index of the site. Loaded on first use. */
import { openIndex } from 'cpansec/advisories';
import { type AuditReport, audit, perlVersion } from 'cpansec/audit';
import { type Files, inventoryFile } from 'cpansec/inventory';
import {
  decodeIndexHead,
  HEAD_PATH,
  type IndexHead,
  MAX_HEAD_LENGTH,
  openTree,
  TreeError,
} from 'cpansec/tree';
import { hrefBelow } from '../paths.ts';

export interface AuditRequest {
  /** The path part of the site's address. */
  readonly base: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The perl that it runs on, as its user says; empty where that is not known. */
  readonly perl: string;
}

/** The report. Rejects with an error whose message is fit to be shown. */
export async function auditFile({ base, name, bytes, perl }: AuditRequest): Promise<AuditReport> {
  const version = perl.trim() === '' ? undefined : perlVersion(perl.trim());
  const found = version === undefined ? {} : { perl: { version, place: {} } };
  const inventory = await inventoryFile(name, oneFile(name, bytes), found);
  const index = openIndex(await readIndex(base));
  return audit(inventory, index, {
    at: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    origin: 'this site',
    ...(version === undefined ? {} : { perlVersion: version }),
  });
}

/** The file that was given is all there is. */
function oneFile(name: string, bytes: Uint8Array): Files {
  return {
    kind: (path) => (path === name ? 'file' : null),
    list: () => [],
    read: () => bytes,
    real: (path) => (path === name ? path : null),
  };
}

let known: { readonly head: IndexHead; readonly bytes: Uint8Array } | null = null;

/** The manifest, then everything by digest; once more where the tree was replaced meanwhile. */
async function readIndex(base: string): Promise<Uint8Array> {
  const look = async (): Promise<Uint8Array> => {
    const tree = await openTree((path, limit) => readBytes(hrefBelow(base, path), limit));
    const found = await tree.read(HEAD_PATH, MAX_HEAD_LENGTH);
    if (found === null) throw new Error('this site has no index');
    const head = decodeIndexHead(found);
    if (known?.head.sha256 !== head.sha256) known = { head, bytes: await tree.bytes(head) };
    return known.bytes;
  };
  return look().catch((error) => {
    if (error instanceof TreeError && error.code === 'digest') return look();
    throw error;
  });
}

/** Null where nothing stands. */
async function readBytes(url: string, limit: number): Promise<Uint8Array | null> {
  const response = await fetch(url);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > limit) throw new Error(`${url} is longer than ${limit} bytes`);
  return bytes;
}
