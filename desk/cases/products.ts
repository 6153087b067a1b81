/** How products downstream stand: what was typed of one, and the acts on them. */
import {
  FormatError,
  formatPurl,
  OPENVEX_JUSTIFICATIONS,
  type OpenVexJustification,
  parsePurl,
} from 'cpansec/formats';
import {
  type CaseFile,
  type CaseProduct,
  changeCase,
  instantOf,
  type ProductStatus,
} from '../casefile/index.ts';
import { newId } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';
import { type By, told } from './by.ts';
import { caseOf } from './case-of.ts';

/** Most products of a case. */
export const MAX_CASE_PRODUCTS = 200;

export interface TypedProduct {
  readonly name: string;
  readonly purl: string;
  readonly status: ProductStatus;
  readonly justification: string;
  readonly version: string;
  readonly by: string;
  readonly on: string;
  readonly note: string;
  readonly published: boolean;
}

/** Keeps what a status does not speak of out of it. Throws `invalid` with the field that is wrong. */
export function productOf(typed: TypedProduct): Omit<CaseProduct, 'id'> {
  const { status, published } = typed;
  const purl = purlOf(typed.purl.trim());
  return {
    name: typed.name.trim(),
    purl,
    status,
    justification: status === 'not_affected' ? justificationOf(typed.justification) : null,
    version: status === 'fixed' ? versionOf(typed.version.trim()) : null,
    by: typed.by.trim(),
    on: dayOf(typed.on.trim()),
    note: typed.note.trim(),
    published,
  };
}

function wrong(field: string, problem: string): WebError {
  return new WebError('invalid', 'Not as it must be.', { [field]: problem });
}

function purlOf(text: string): string | null {
  if (text === '') return null;
  try {
    const purl = parsePurl(text);
    if (purl.version !== null) throw wrong('purl', 'Without a version: that has a field of its own.');
    return formatPurl(purl);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw wrong('purl', error.problem);
  }
}

function justificationOf(text: string): OpenVexJustification {
  const found = OPENVEX_JUSTIFICATIONS.find((one) => one === text);
  if (found === undefined) throw wrong('justification', 'Say why it is not affected.');
  return found;
}

function versionOf(text: string): string {
  if (text === '') throw wrong('version', 'Say in which version it is fixed.');
  return text;
}

function dayOf(text: string): string {
  const instant = new Date(`${text}T00:00:00Z`);
  const valid = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(instant.getTime());
  if (valid && instant.toISOString().startsWith(text)) return text;
  throw wrong('on', 'A day: 2026-11-25.');
}

/**
 * Null for the id adds it; the id that it has. Throws `not-found` for one that the case does not have, `refused` for
 * too many.
 */
export async function sayProduct(
  by: By,
  id: string | null,
  product: Omit<CaseProduct, 'id'>,
): Promise<string> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const before = file.content.products;
  if (id !== null && !before.some((one) => one.id === id)) throw notFound();
  if (id === null && before.length >= MAX_CASE_PRODUCTS)
    throw new WebError('refused', `A case has at most ${MAX_CASE_PRODUCTS} products.`);
  const said = { id: id ?? newId(), ...product };
  const products = id === null ? [...before, said] : before.map((one) => (one.id === id ? said : one));
  const facts = { downstream: downstreamAfter(file, id, product.status, instantOf(by.tx)) };
  const now = await changeCase(by.tx, by.vault, file, { content: { products }, facts });
  const { name, status, justification, version, by: who, on } = product;
  await told(by, now, 'noted how a product stands', { name, status, justification, version, by: who, on });
  return said.id;
}

/** Whoever says how a product stands has answered. */
function downstreamAfter(
  { facts }: CaseFile,
  id: string | null,
  status: ProductStatus,
  now: string,
): CaseFile['facts']['downstream'] {
  if (status === 'under_investigation') return facts.downstream;
  return facts.downstream.map((one) =>
    one.product === id && one.ended === null ? { ...one, ended: now } : one,
  );
}

export async function forgetProduct(by: By, id: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const gone = file.content.products.find((one) => one.id === id);
  if (gone === undefined) throw notFound();
  const products = file.content.products.filter((one) => one !== gone);
  const downstream = file.facts.downstream.filter(({ product }) => product !== id);
  const now = await changeCase(by.tx, by.vault, file, { content: { products }, facts: { downstream } });
  await told(by, now, 'forgot a product', { name: gone.name });
}
