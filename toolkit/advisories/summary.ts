/** The longest summary that is made from a description, in characters. */
const MAX_SUMMARY = 240;

/** The first sentence of a description, on one line and without its full stop; `''` when there is none. */
export function firstSentence(description: string): string {
  const text = description
    .slice(0, 4 * MAX_SUMMARY)
    .replace(/\s+/g, ' ')
    .trim();
  const end = sentenceEnd(text);
  const sentence = text
    .slice(0, end)
    .replace(/[.:;,]$/, '')
    .trim();
  if (sentence.length <= MAX_SUMMARY) return sentence;
  const cut = sentence.lastIndexOf(' ', MAX_SUMMARY - 1);
  return `${sentence.slice(0, cut > 0 ? cut : MAX_SUMMARY - 1)}…`;
}

/** A full stop ends a sentence when a blank and a capital follow, and no blank or short form precedes. */
function sentenceEnd(text: string): number {
  for (let at = text.indexOf('. '); at >= 0; at = text.indexOf('. ', at + 1)) {
    const before = text.slice(Math.max(0, at - 5), at);
    if (
      /[A-Z0-9"'`(<$@%]/.test(text[at + 2] ?? '') &&
      !/(?: |\be\.g|\bi\.e|\bvs|\betc|\bcf|\bInc)$/.test(before)
    )
      return at;
  }
  return text.length;
}
