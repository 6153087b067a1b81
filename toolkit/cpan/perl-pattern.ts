/**
 * The patterns with which modules take a version out of `$Revision: 1.5 $`, as JavaScript patterns. Only what
 * means the same in both and cannot take long: few quantifiers, none on a group, short subjects.
 */

/** Longest text that a pattern is tried on. */
export const MAX_SUBJECT_LENGTH = 100;
const MAX_PATTERN_LENGTH = 100;
const MAX_QUANTIFIERS = 4;

/** A class, an escape, a quantifier, a group's edge, an anchor, or a plain character. */
const PIECE =
  /\[\^?(?:\\[dswDSW.$:,/-]|[\w\s.,:;-])+\]|\\[dswDSW.$:,/!+-]|[+*]\??|\?|\{\d{1,2}(?:,\d{0,2})?\}|\((?:\?:)?|\)|\^|\$(?=$|\))|[\w\s.,:;"'<>=/!-]/y;

/** The pattern, or null when it is not one of those. */
export function simplePattern(pattern: string, flags: string): RegExp | null {
  if (pattern.length > MAX_PATTERN_LENGTH || /[^gimosx]/.test(flags)) return null;
  let source = '';
  let quantifiers = 0;
  for (let at = 0; at < pattern.length; ) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(pattern)?.[0];
    if (piece === undefined) return null;
    const isQuantifier = /^(?:[+*?]|\{\d)/.test(piece);
    if (isQuantifier && (++quantifiers > MAX_QUANTIFIERS || source.endsWith(')'))) return null;
    if (!(flags.includes('x') && /^\s$/.test(piece))) source += piece === '/' ? '\\/' : piece;
    at += piece.length;
  }
  try {
    return new RegExp(source, flags.replace(/[^gims]/g, ''));
  } catch {
    return null;
  }
}
