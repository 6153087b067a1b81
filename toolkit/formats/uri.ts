/** Addresses as people write them, for formats that want a URI (RFC 3986). */

/** What a URI never has as it is: all but reserved and unreserved characters, and a percent sign without digits. */
const ILLEGAL = /[^!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]|%(?![0-9A-Fa-f]{2})/gu;
/** A host may be an IPv6 address in brackets; elsewhere brackets are written with percent signs. */
const AUTHORITY = /^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/(?:[^/?#@]*@)?\[[0-9A-Fa-f:.]+\])?/;

/** The address as a URI, what may not stand in one written with percent signs; null for what has no scheme. */
export function uriOf(address: string): string | null {
  const start = AUTHORITY.exec(address)?.[0];
  if (start === undefined) return null;
  const [beforeFragment = '', ...fragments] = address.slice(start.length).split('#');
  const rest = fragments.length === 0 ? beforeFragment : `${beforeFragment}#${fragments.join('%23')}`;
  const encoded = rest.replace(ILLEGAL, (found) =>
    encodeURIComponent(found.replace(/\p{Surrogate}/u, '\ufffd')),
  );
  return start + encoded;
}
