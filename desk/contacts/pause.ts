/** What PAUSE says: whose a module is (06perms), and where its users read mail (01mailrc). */
import { decodeLatin1, decodeUtf8 } from 'cpansec/base';
import { type MailAlias, type PermissionsIndex, parseMailrc, parsePerms } from 'cpansec/cpan';
import { gunzipBytes } from 'cpansec/io';
import type { Gathered, Seen, SourceKind } from './contact.ts';
import { judgeAddress } from './mail-address.ts';
import { evidenceOf, mailSeen } from './text.ts';

const MAX_INDEX = 256 << 20;

/** Reads 06perms.txt, gzipped or not. Throws what `parsePerms` does, and `bad-archive`, `too-large`. */
export function readPermissions(bytes: Uint8Array, file = '06perms.txt'): PermissionsIndex {
  return parsePerms(decodeUtf8(unpacked(bytes, file), file), file);
}

/** People by PAUSE id. */
export type People = ReadonlyMap<string, MailAlias>;

/** Reads 01mailrc.txt, gzipped or not; names in it are UTF-8 or, from old times, Latin-1. Throws as above. */
export function readPeople(bytes: Uint8Array, file = '01mailrc.txt'): People {
  const plain = unpacked(bytes, file);
  const text = isUtf8(plain) ? decodeUtf8(plain, file) : decodeLatin1(plain);
  return new Map(parseMailrc(text, file).map((alias) => [alias.id, alias]));
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function unpacked(bytes: Uint8Array, file: string): Uint8Array {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipBytes(bytes, MAX_INDEX, file) : bytes;
}

export interface PauseSources {
  /** Modules of the distribution: who may upload them may fix them. */
  readonly modules: readonly string[];
  readonly permissions: PermissionsIndex | null;
  readonly people: People | null;
  /** PAUSE id of whoever uploaded the release. */
  readonly uploader: string | null;
}

const ROLES: Readonly<Record<string, SourceKind>> = {
  m: 'pause-owner',
  f: 'pause-owner',
  c: 'pause-co-maintainer',
};

/** Owners, co-maintainers and the uploader, with the address that each has. */
export function contactsOnPause({ modules, permissions, people, uploader }: PauseSources): Gathered {
  const seen: Seen[] = [];
  const refused: Gathered['refused'][number][] = [];
  const notes: string[] = [];
  const add = (id: string, kind: SourceKind, line: string, file: string): void => {
    const found = addressOf(id, kind, { people, line, file });
    if (typeof found === 'string') notes.push(found);
    else if ('reason' in found) refused.push(found);
    else seen.push(found);
  };
  for (const module of modules.slice(0, 50)) {
    for (const { userid, permission } of permissions?.find(module) ?? []) {
      const kind = ROLES[permission];
      if (kind !== undefined) add(userid, kind, `${module},${userid},${permission}`, '06perms.txt');
    }
  }
  if (uploader !== null) add(uploader, 'pause-uploader', `uploaded by ${uploader}`, 'authors/id');
  return { seen, refused, notes };
}

/** A person whose address is not shown has the one of CPAN, which is flagged: its mail is no longer forwarded. */
function addressOf(
  id: string,
  kind: SourceKind,
  { people, line, file }: { people: People | null; line: string; file: string },
): Seen | Gathered['refused'][number] | string {
  if (!/^[A-Z][A-Z0-9-]{1,8}$/.test(id)) return `${file}: ${evidenceOf(id)} is no PAUSE id`;
  const alias = people?.get(id);
  const censored = alias?.email == null || /^CENSORED$/i.test(alias.email);
  const email = censored ? `${id.toLowerCase()}@cpan.org` : (alias.email ?? '');
  const at = email.lastIndexOf('@');
  const judged = judgeAddress(email.slice(0, Math.max(at, 0)), email.slice(at + 1));
  const place = { file };
  if (judged === null) return `01mailrc.txt: ${id} has no address but ${evidenceOf(email)}`;
  if ('reason' in judged)
    return { place: { file: '01mailrc.txt' }, found: evidenceOf(email), reason: judged.reason };
  const name = alias === undefined || alias.name === '' ? null : evidenceOf(alias.name);
  return mailSeen(judged, line, { kind, place, who: { name, pauseId: id } });
}
