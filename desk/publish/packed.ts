/** Several byte strings in one: each with its length in four bytes before it. */

export function packed(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    whole.set(part, at + 4);
    at += 4 + part.length;
  }
  return whole;
}

/** Throws a RangeError for what `packed` did not make. */
export function unpacked(whole: Uint8Array): Uint8Array[] {
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < whole.length; ) {
    const end = at + 4 + view.getUint32(at);
    if (end > whole.length) throw new RangeError('a part beyond its whole');
    parts.push(whole.subarray(at + 4, end));
    at = end;
  }
  return parts;
}
