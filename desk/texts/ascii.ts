/** Punctuation as mailing lists have it. Letters stay as they are: names are names. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['‘', "'"],
  ['’', "'"],
  ['‚', "'"],
  ['“', '"'],
  ['”', '"'],
  ['„', '"'],
  ['‐', '-'],
  ['‑', '-'],
  ['–', '-'],
  ['—', '--'],
  ['…', '...'],
  ['×', 'x'],
  ['•', '*'],
  ['→', '->'],
  ['≤', '<='],
  ['≥', '>='],
  ['\u00a0', ' '],
]);

export function toAscii(text: string): string {
  return text.replace(/[^\p{ASCII}\p{L}\p{M}]/gu, (sign) => SIGNS.get(sign) ?? sign);
}
