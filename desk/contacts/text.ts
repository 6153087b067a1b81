/** Contacts in one line of text, whatever the text stands in. */
import { type Place, printable } from 'cpansec/base';
import type { Flag, Gathered, Refused, Seen, SourceKind, Who } from './contact.ts';
import { linkOf, takeUris } from './link.ts';
import { addressesIn, type FoundAddress, mailtoAddresses, spelledOut } from './mail-address.ts';

const MAX_EVIDENCE = 200;
const NOBODY: Who = { name: null, pauseId: null };

export interface Context {
  readonly kind: SourceKind;
  readonly place: Place;
  readonly who?: Who;
}

/** Everything that one line gives. */
export function contactsInLine(line: string, context: Context): Gathered {
  const seen: Seen[] = [];
  const refused: Refused[] = [];
  const refuse = (found: string, reason: Refused['reason']): void => {
    refused.push({ place: context.place, found: evidenceOf(found), reason });
  };
  const { uris, rest } = takeUris(line);
  for (const uri of uris) {
    if (/^mailto:/i.test(uri)) {
      const { found, refused: bad } = mailtoAddresses(uri);
      seen.push(...found.map((one) => mailSeen(one, line, context)));
      for (const { text, reason } of bad) refuse(text, reason);
      continue;
    }
    const link = linkOf(uri, context.kind);
    if (link === null) continue;
    if ('reason' in link) refuse(uri.replace(/\/\/[^/]*@/, '//…@'), link.reason);
    else seen.push(linkSeen(link, line, context));
  }
  const { found, refused: bad } = addressesIn(rest);
  seen.push(...found.map((one) => mailSeen(one, line, context)));
  for (const { text, reason } of bad) refuse(text, reason);
  seen.push(...spelledOut(rest).map((one) => mailSeen(one, line, context, ['spelled-out'])));
  return { seen, refused, notes: [] };
}

function linkSeen(
  { channel, address, lookAlike, check }: Exclude<ReturnType<typeof linkOf>, null | { reason: string }>,
  line: string,
  { kind, place, who = NOBODY }: Context,
): Seen {
  const flags: Flag[] = lookAlike ? ['look-alike'] : [];
  const base = { channel, address, who, public: channel === 'tracker', flags, kind, place };
  return { ...base, evidence: evidenceOf(line), ...(check === null ? {} : { check }) };
}

/** What is written to a tracker or a list is public, though it goes by mail. */
export function mailSeen(
  { address, at, lookAlike }: FoundAddress,
  line: string,
  { kind, place, who = NOBODY }: Context,
  more: readonly Flag[] = [],
): Seen {
  const isTracker = /^bug-.*@rt\.cpan\.org$/i.test(address);
  const isList = isMailingList(address) || (!kind.includes('security') && /\bmailing[ -]?list\b/i.test(line));
  const id = /^([a-z][a-z0-9-]{1,8})@cpan\.org$/i.exec(address)?.[1]?.toUpperCase() ?? null;
  return {
    channel: isTracker ? 'tracker' : 'mail',
    address,
    who: { name: who.name ?? nameBefore(line, at), pauseId: who.pauseId ?? id },
    public: isTracker || isList,
    flags: [
      ...(lookAlike ? (['look-alike'] as const) : []),
      ...(id === null ? [] : (['cpan-forward'] as const)),
      ...more,
    ],
    kind,
    place,
    evidence: evidenceOf(line),
  };
}

function isMailingList(address: string): boolean {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  if (domain === 'perl.org' || /^(?:lists?|groups|googlegroups)\b/.test(domain)) return true;
  return (
    domain === 'googlegroups.com' || /(?:^|[-_.])(?:users?|devel|discuss|list|porters|announce)$/.test(local)
  );
}

/** `Jane Doe` of `Jane Doe <jane@perl.example>`. */
function nameBefore(line: string, at: number): string | null {
  const before = /([\p{L}][\p{L}\p{M}\p{N}.' -]{1,60}?)\s{0,3}[<(]{1,2}\s?(?:mailto:)?$/u.exec(
    line.slice(Math.max(0, at - 80), at),
  );
  const name = before?.[1]?.trim() ?? '';
  // Words that lead to an address are nobody's name.
  return name === '' || /\b(?:address|at|by|contact|e?mail|from|in|is|on|or|to|via)$/i.test(name)
    ? null
    : printable(name);
}

export function evidenceOf(line: string): string {
  const shown = printable(line.slice(0, MAX_EVIDENCE * 2).trim());
  return shown.length > MAX_EVIDENCE ? `${shown.slice(0, MAX_EVIDENCE)}…` : shown;
}
