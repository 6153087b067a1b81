/**
 * The OpenPGP key that the desk writes to somebody with. It counts once they have read a letter that was encrypted
 * to it; until then the one before stays in force.
 */
import { newId, secretHash, type Transaction, type Vault } from '../store/index.ts';
import { WebError } from '../web/index.ts';
import { changePerson, type PersonKey } from './person.ts';
import { after, type LinkTimes } from './times.ts';

/** The code for a letter that is encrypted to the key. A later offer takes the place of this one. */
export async function offerKey(
  tx: Transaction,
  vault: Vault,
  person: string,
  { armored, fingerprint }: PersonKey,
  times: LinkTimes,
): Promise<string> {
  const code = newId().slice(0, CODE);
  const offered = { armored, fingerprint, code: secretHash(code), endsAt: after(tx.now, times.keyCode) };
  await changePerson(tx, vault, person, (before) => ({ ...before, offered }));
  return code.replace(/(.{4})(?!$)/g, '$1-');
}

/** Letters and digits: 60 random bits, for somebody to type. */
const CODE = 12;

/** Puts the offered key in force; its fingerprint. Throws `invalid` for another code, or one that came too late. */
export async function proveKey(tx: Transaction, vault: Vault, person: string, code: string): Promise<string> {
  const { key } = await changePerson(tx, vault, person, ({ offered, ...before }) => {
    const given = secretHash(code.toLowerCase().replace(/[\s-]/g, ''));
    if (offered === undefined || offered.endsAt <= tx.now || offered.code !== given)
      throw new WebError('invalid', WRONG, { code: WRONG });
    return { ...before, key: { armored: offered.armored, fingerprint: offered.fingerprint } };
  });
  return key?.fingerprint ?? '';
}

const WRONG = 'This is not the code of the last letter, or it is over: give the key again for a new one.';

/** Letters are written in clear from now on. The fingerprint of the key that was in force; null where none was. */
export async function dropKey(tx: Transaction, vault: Vault, person: string): Promise<string | null> {
  let dropped: string | null = null;
  await changePerson(tx, vault, person, ({ key, offered: _, ...before }) => {
    dropped = key?.fingerprint ?? null;
    return before;
  });
  return dropped;
}
