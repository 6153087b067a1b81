/**
 * Addresses as we accept and write them: a dot-atom, `@`, a domain name of two labels or more (RFC 5321, section
 * 4.1.2, without quoted strings, comments, literals and other scripts than ASCII). Anything else is refused by
 * name; nothing is ever cut to fit.
 */
import { quoteFound } from 'cpansec/base';
import { MailError } from './errors.ts';

/** RFC 5321, section 4.5.3.1: 64 octets of local part; a path of 256 with its brackets. */
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** A name to show and an address. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

/** The address with its domain in small letters. Throws `bad-address`. */
export function parseAddress(text: string): string {
  const problem = addressProblem(text);
  if (problem !== null) throw new MailError('bad-address', `${quoteFound(text)} ${problem}`);
  const at = text.lastIndexOf('@');
  return text.slice(0, at) + text.slice(at).toLowerCase();
}

export function isAddress(text: string): boolean {
  return addressProblem(text) === null;
}

function addressProblem(text: string): string | null {
  if (text.length > MAX_ADDRESS) return `has more than ${MAX_ADDRESS} characters`;
  const at = text.lastIndexOf('@');
  if (at < 0) return 'has no @';
  const labels = text.slice(at + 1).split('.');
  if (at > MAX_LOCAL) return `has more than ${MAX_LOCAL} characters before the @`;
  if (!LOCAL.test(text.slice(0, at))) return 'has no plain name before the @';
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1) ?? ''))
    return 'has no domain name after the @';
  return null;
}
