/**
 * Mail addresses in text: found, judged, and written in one form. Only what every mail program reads alike passes:
 * letters, digits and `. _ + = ~ -` before the `@`, a name of the DNS behind it; no quotes, comments, routes or
 * literals (RFC 5321 section 4.1.2 allows more).
 */
import type { RefusedReason } from './contact.ts';

export interface FoundAddress {
  readonly address: string;
  /** Where it begins in the text. */
  readonly at: number;
  readonly lookAlike: boolean;
}

export interface RefusedText {
  readonly text: string;
  readonly reason: RefusedReason;
}

const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
/** What a local part or domain may be made of where it is looked for; what is refused in it is refused, not cut off. */
const PART = /[\p{L}\p{N}\p{M}\p{Cf}._+=~%!-]/u;
/** `@`, and the wide and small ones that look like it. */
const AT = /[@\uff20\ufe6b]/g;

/** An address in its one form, or why it is none; null for what does not even look like one. */
export function judgeAddress(local: string, domain: string): FoundAddress | RefusedText | null {
  const text = `${local}@${domain}`;
  const refuse = (reason: RefusedReason): RefusedText => ({ text, reason });
  if (local === '' || !domain.includes('.')) return null;
  if (/\p{Cc}/u.test(text)) return refuse('control');
  if (/[\p{Cf}\p{M}]/u.test(text)) return refuse('invisible');
  if (/[^\x00-\x7f]/.test(local)) return refuse('not-ascii');
  if (!isLocalPart(local)) return refuse('syntax');
  const ascii = asciiDomain(domain);
  if (ascii === null) return refuse('syntax');
  const lookAlike = ascii !== domain.toLowerCase() || ascii.includes('xn--');
  return { address: `${local}@${ascii}`, at: 0, lookAlike };
}

/** A hyphen at the front would be an option to programs that are given the address. */
function isLocalPart(local: string): boolean {
  return (
    local.length <= MAX_LOCAL &&
    /^[A-Za-z0-9_][A-Za-z0-9._+=~-]*$/.test(local) &&
    !local.includes('..') &&
    !local.endsWith('.')
  );
}

/** As the DNS is asked for it; null when it can be no name there. */
function asciiDomain(domain: string): string | null {
  if (domain.length > MAX_DOMAIN || !/^[\p{L}\p{N}.-]+$/u.test(domain)) return null;
  const url = `https://${domain}/`;
  const name = URL.canParse(url) ? new URL(url).hostname : '';
  const labels = name.split('.');
  const sound = labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  const top = labels.at(-1) ?? '';
  return sound && labels.length > 1 && /^(?:[a-z]{2,}|xn--[a-z0-9-]+)$/.test(top) ? name : null;
}

/** Every address of one line. Linear in its length. */
export function addressesIn(line: string): { found: FoundAddress[]; refused: RefusedText[] } {
  const found: FoundAddress[] = [];
  const refused: RefusedText[] = [];
  for (const { index, 0: sign } of line.matchAll(AT)) {
    const start = backFrom(line, index);
    const stop = forwardFrom(line, index + sign.length);
    const local = line.slice(start, index).replace(/^[._~]+(?=[A-Za-z0-9])/, '');
    const domain = line.slice(index + sign.length, stop).replace(/[._~-]+$/, '');
    const judged = judgeAddress(local, domain);
    if (judged === null) continue;
    const text = `${local}${sign}${domain}`;
    if ('reason' in judged) refused.push({ ...judged, text });
    else if (isAt(line[start - 1]) || isAt(line[stop])) refused.push({ text, reason: 'syntax' });
    else found.push({ ...judged, at: index - local.length, lookAlike: judged.lookAlike || sign !== '@' });
  }
  return { found, refused };
}

function isAt(char: string | undefined): boolean {
  return char === '@' || char === '\uff20' || char === '\ufe6b';
}

/** Steps go by UTF-16 units: letters beyond the basic plane end a part, and what is left of it is judged. */
function backFrom(line: string, end: number): number {
  let start = end;
  while (start > 0 && end - start <= MAX_LOCAL && PART.test(line[start - 1] ?? '')) start--;
  return start;
}

function forwardFrom(line: string, start: number): number {
  let stop = start;
  while (stop < line.length && stop - start <= MAX_DOMAIN && PART.test(line[stop] ?? '')) stop++;
  return stop;
}

const WORD_AT = /\s{0,2}(?:[([{<]\s?(?:at|AT|@)\s?[)\]}>]|\b(?:at|AT)\b)\s{0,2}/g;
const WORD_DOT = /\s?[([{<]\s?(?:dot|DOT|\.)\s?[)\]}>]\s?|\s(?:dot|DOT)\s/g;

/**
 * Addresses written for people: `jane (at) perl.example`, `jane at perl dot example`, `<jane at cpan.org>`. A bare
 * `at` counts only where the dots are words too, behind a `<`, or at cpan.org: "look at perl.example" is none.
 */
export function spelledOut(line: string): FoundAddress[] {
  const plain = line.replace(WORD_DOT, (dot) => '.'.padStart(dot.length, '\u0001'));
  return [...plain.matchAll(WORD_AT)].flatMap(({ index, 0: sign }) => {
    const [local = ''] =
      /[A-Za-z0-9._+\u0001-]{1,64}$/.exec(plain.slice(Math.max(0, index - 64), index)) ?? [];
    const end = index + sign.length;
    const [written = ''] = /^[A-Za-z0-9.\u0001-]{1,253}/.exec(plain.slice(end, end + 253)) ?? [];
    const domain = written.replaceAll('\u0001', '').replace(/[.-]+$/, '');
    const marked =
      /[([{<]/.test(sign) || written.includes('\u0001') || plain[index - local.length - 1] === '<';
    if (!marked && !/(?:^|\.)cpan\.org$/i.test(domain)) return [];
    const judged = judgeAddress(local.replaceAll('\u0001', ''), domain);
    return judged === null || 'reason' in judged ? [] : [{ ...judged, at: index - local.length }];
  });
}

/** The recipients of `mailto:…` (RFC 6068); header fields behind `?` are refused, whatever they are. */
export function mailtoAddresses(uri: string): { found: FoundAddress[]; refused: RefusedText[] } {
  const [recipients = '', ...fields] = uri.replace(/^mailto:/i, '').split('?');
  const refused: RefusedText[] = fields.length === 0 ? [] : [{ text: uri, reason: 'mailto-headers' }];
  const found: FoundAddress[] = [];
  for (const recipient of recipients.split(',').slice(0, 10)) {
    const text = percentDecoded(recipient);
    const at = text.lastIndexOf('@');
    const judged = at < 0 ? null : judgeAddress(text.slice(0, at), text.slice(at + 1));
    if (judged === null) continue;
    if ('reason' in judged) refused.push(judged);
    else found.push(judged);
  }
  return { found, refused };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // what is no encoding is judged as it stands
  }
}
