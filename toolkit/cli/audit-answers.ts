/** What answers findings: the ignore file, VEX documents, an earlier report. Each is loaded when it is there. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditOptions, VexDocument } from '../audit/index.ts';
import { decodeUtf8, PlacedError } from '../base/index.ts';
import type { Inventory } from '../inventory/index.ts';
import { diskFiles } from '../io/index.ts';
import { type Typed, usage } from '../terminal/index.ts';

const DOCUMENT_LIMIT = 256 * 1024 * 1024;
const IGNORE_FILE = '.cpansec.yaml';

type Answers = Pick<AuditOptions, 'ignores' | 'vex' | 'product' | 'baseline'>;

/** A document that cannot be read ends the audit: its findings would count, or not, by accident. */
export async function readAnswers(typed: Typed, inventory: Inventory): Promise<Answers> {
  try {
    return { ...(await ignores(typed, inventory)), ...(await vex(typed)), ...(await baseline(typed)) };
  } catch (cause) {
    if (cause instanceof PlacedError) throw usage(cause.message);
    throw cause;
  }
}

async function ignores(typed: Typed, { subject }: Inventory): Promise<Answers> {
  const file = typed.value('ignore-file') ?? usualIgnoreFile(subject);
  if (file === null) return {};
  const { parseIgnoreFile } = await import('../audit/index.ts');
  return { ignores: [await parseIgnoreFile(readDocument(file), file)] };
}

/** In the audited directory, else where the command was called. */
function usualIgnoreFile(subject: string): string | null {
  const directory = statSync(subject, { throwIfNoEntry: false })?.isDirectory() === true && subject !== '.';
  const file = directory ? join(subject, IGNORE_FILE) : IGNORE_FILE;
  return stands(file) ? file : null;
}

/** A link that leads nowhere stands too. Of a directory that may not be entered the inventory tells. */
function stands(path: string): boolean {
  try {
    return diskFiles().kind(path) !== null;
  } catch (cause) {
    if (cause instanceof PlacedError) return false;
    throw cause;
  }
}

async function vex(typed: Typed): Promise<Answers> {
  const files = typed.values('vex');
  const product = typed.value('product');
  if (files.length === 0) {
    if (product !== undefined) throw usage('--product goes with --vex');
    return {};
  }
  const { readProduct, readVex } = await import('./vex-document.ts');
  return {
    vex: files.map((file): VexDocument => readVex(readDocument(file), file)),
    ...(product === undefined ? {} : { product: readProduct(product) }),
  };
}

async function baseline(typed: Typed): Promise<Answers> {
  const file = typed.value('since');
  if (file === undefined) return {};
  const { parseBaseline } = await import('../audit/index.ts');
  return { baseline: parseBaseline(readDocument(file), file) };
}

function readDocument(file: string): string {
  return decodeUtf8(diskFiles().read(file, DOCUMENT_LIMIT), file);
}
