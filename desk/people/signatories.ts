/** Who signed the pre-release agreement before there was a desk. Found by a keyed hash of the address alone. */
import { array, compareText, object, type Shape, string } from 'cpansec/base';
import { keepSealedSetting, sealedSetting, type Transaction, type Vault } from '../store/index.ts';
import { createPerson, readPerson } from './person.ts';

export interface Signature {
  /** Of the agreement. */
  readonly version: string;
  /** `YYYY-MM-DD`. */
  readonly signed: string;
}

export interface Signatory extends Signature {
  readonly name: string;
  /** Of e-mail. */
  readonly address: string;
}

interface Kept extends Signature {
  /** Sealed under their own key: once they are erased, the signature is nobody's. */
  readonly person: string;
  readonly token: string;
}

const SETTING = 'signatories';

const keptShape: Shape<Kept[]> = array(
  object({ person: string, token: string, version: string, signed: string }),
);

async function kept(tx: Transaction, vault: Vault): Promise<Kept[]> {
  return keptShape((await sealedSetting(tx, vault, SETTING)) ?? []);
}

function tokenOf(tx: Transaction, vault: Vault, address: string, version: string): Promise<string> {
  return vault.token(tx, 'signatory', `${address.toLowerCase()}\n${version}`);
}

/** How many of them were not known. */
export async function addSignatories(
  tx: Transaction,
  vault: Vault,
  signatories: readonly Signatory[],
): Promise<number> {
  const known = await kept(tx, vault);
  const before = known.length;
  for (const { name, address, version, signed } of signatories) {
    const token = await tokenOf(tx, vault, address, version);
    if (known.some((one) => one.token === token)) continue;
    known.push({ person: await createPerson(tx, vault, { name, address }), token, version, signed });
  }
  const all = known.map((one) => ({ ...one }));
  if (known.length > before) await keepSealedSetting(tx, vault, SETTING, all);
  return known.length - before;
}

/** What whoever has the address signed, the last signature first. */
export async function signaturesOf(tx: Transaction, vault: Vault, address: string): Promise<Signature[]> {
  const known = await kept(tx, vault);
  const versions = new Set(known.map(({ version }) => version));
  const tokens = new Set<string>();
  for (const version of versions) tokens.add(await tokenOf(tx, vault, address, version));
  const found: Signature[] = [];
  for (const { token, person, version, signed } of known)
    if (tokens.has(token) && (await readPerson(tx, vault, person)) !== null) found.push({ version, signed });
  return found.toSorted((a, b) => compareText(b.signed, a.signed));
}

/** What a person signed. */
export async function signedBy(tx: Transaction, vault: Vault, person: string): Promise<Signature[]> {
  const known = await kept(tx, vault);
  return known.flatMap((one) =>
    one.person === person ? [{ version: one.version, signed: one.signed }] : [],
  );
}
