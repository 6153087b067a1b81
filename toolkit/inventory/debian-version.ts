/**
 * Versions of Debian packages: `[epoch:]upstream[-revision]`, their order, and the upstream version inside.
 * Debian Policy 5.6.12; deb-version(7).
 */

interface DebianVersion {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

function split(version: string): DebianVersion {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? '0' : version.slice(0, colon),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '0' : rest.slice(dash + 1),
  };
}

/** dpkg's order: negative, zero or positive. */
export function compareDebianVersions(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

/** Text and numbers in turn: text by {@link weight}, numbers by value (policy 5.6.12, the algorithm). */
function compareParts(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while (isText(a, i) || isText(b, j)) {
      const difference = weight(a, i) - weight(b, j);
      if (difference !== 0) return difference;
      if (isText(a, i)) i++;
      if (isText(b, j)) j++;
    }
    const left = digitsAt(a, i);
    const right = digitsAt(b, j);
    const difference = compareDigits(left, right);
    if (difference !== 0) return difference;
    i += left.length;
    j += right.length;
  }
  return 0;
}

function isText(text: string, at: number): boolean {
  return at < text.length && !isDigit(text.charCodeAt(at));
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** `~` before the end, the end before letters, letters before everything else. */
function weight(text: string, at: number): number {
  if (!isText(text, at)) return 0;
  const char = text.charAt(at);
  if (char === '~') return -1;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
}

function digitsAt(text: string, start: number): string {
  let end = start;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return text.slice(start, end);
}

function compareDigits(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * The version that the upstream author released: no epoch, no revision, nothing of `+dfsg`, `+ds`, `~deb12u1`
 * and their kind (CPAN versions hold neither `+` nor `~`); of `X+really+Y` it is Y.
 *
 * @example upstreamVersion('1:2.0207+dfsg+really+2.0134-5+deb12u1'); // '2.0134'
 */
export function upstreamVersion(version: string): string {
  const { upstream } = split(version);
  const really = /[+~.]really[+.]?/.exec(upstream);
  const text = really === null ? upstream : upstream.slice(really.index + really[0].length);
  return text.replace(/[+~].*$/s, '');
}
