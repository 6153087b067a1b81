/**
 * Which IP addresses are somewhere on the Internet: everything else is this machine, its network, or a way into
 * one of them (IANA's registries of special-purpose addresses, RFC 6890).
 */
import { BlockList, isIP } from 'node:net';

const SPECIAL_IPV4: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // the machine services of a large cloud, at an address that looks public
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Within the one block that is given out, 2000::/3; all else of IPv6 (mapped, NAT64, local …) is refused. */
const SPECIAL_IPV6: readonly (readonly [network: string, bits: number])[] = [
  ['2001::', 23], // Teredo, ORCHID and others
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4: an IPv4 address within
  ['3fff::', 20],
];

const special4 = listOf('ipv4', SPECIAL_IPV4);
const special6 = listOf('ipv6', SPECIAL_IPV6);
const given6 = listOf('ipv6', [['2000::', 3]]);

function listOf(type: 'ipv4' | 'ipv6', networks: typeof SPECIAL_IPV4): BlockList {
  const list = new BlockList();
  for (const [network, bits] of networks) list.addSubnet(network, bits, type);
  return list;
}

/** Whether the address, as `dns.lookup` or a URL's host gives it, is public. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !special4.check(address, 'ipv4');
  if (isIP(address) !== 6 || address.includes('%')) return false;
  return given6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
}
