/** Writes tar archives, hostile ones too: names, sizes and types go in as they are given. */
export interface TarEntry {
  readonly name: string;
  readonly type?: string;
  readonly content?: string | Uint8Array;
  /** The size stated, when it is not the content's. */
  readonly size?: number;
  readonly target?: string;
  readonly prefix?: string;
  readonly magic?: string;
}

const encoder = new TextEncoder();

export function writeTar(entries: readonly TarEntry[], end: number = 2): Uint8Array {
  const parts = entries.flatMap(({ content = '', ...entry }) => {
    const body = typeof content === 'string' ? encoder.encode(content) : content;
    const rest = (512 - (body.length % 512)) % 512;
    return [header(entry, entry.size ?? body.length), body, new Uint8Array(rest)];
  });
  return join([...parts, new Uint8Array(end * 512)]);
}

/** A pax header `x` (or `g`) with these records. */
export function pax(records: Readonly<Record<string, string>>, type: string = 'x'): TarEntry {
  const text = Object.entries(records).map(([key, value]) => {
    const rest = encoder.encode(` ${key}=${value}\n`).length;
    let length = rest + String(rest).length;
    if (String(length).length > String(rest).length) length++;
    return `${length} ${key}=${value}\n`;
  });
  return { name: 'pax', type, content: text.join('') };
}

function header(entry: Omit<TarEntry, 'content'>, size: number): Uint8Array {
  const block = new Uint8Array(512);
  const put = (at: number, text: string): void => block.set(encoder.encode(text), at);
  put(0, entry.name);
  put(100, ['0000644', '0000000', '0000000', ''].join('\0'));
  if (size < 8 ** 11) put(124, `${size.toString(8).padStart(11, '0')}\0`);
  else binary(block, size);
  put(136, '00000000000\0');
  put(156, entry.type ?? '0');
  put(157, entry.target ?? '');
  put(257, entry.magic ?? 'ustar\x0000');
  put(345, entry.prefix ?? '');
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

function binary(block: Uint8Array, size: number): void {
  let rest = size;
  for (let i = 135; i > 124; i--) {
    block[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  block[124] = 0x80;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
