import { BlockList, isIP } from 'node:net';
import { quoteFound } from '../base/index.ts';
import { IoError } from './errors.ts';
import type { Environment } from './home.ts';

/**
 * The proxy for an address, or null for none: `https_proxy` or `HTTPS_PROXY` for https, `http_proxy` or
 * `HTTP_PROXY` for http, else `all_proxy` or `ALL_PROXY`; the small letters win. Nothing that `no_proxy` or
 * `NO_PROXY` names goes through it. Where a web server set `REQUEST_METHOD`, `HTTP_PROXY` is what a visitor
 * sent (CVE-2016-5385) and is passed over. Throws `bad-proxy`.
 */
export function proxyFor(url: URL, env: Environment): URL | null {
  const scheme = url.protocol.slice(0, -1);
  const stated = variable(env, `${scheme}_proxy`) || variable(env, 'all_proxy');
  if (stated === '' || bypassesProxy(url, variable(env, 'no_proxy'))) return null;
  return parseProxy(stated);
}

function variable(env: Environment, name: string): string {
  const small = env[name] ?? '';
  if (small !== '') return small.trim();
  if (name === 'http_proxy' && env.REQUEST_METHOD !== undefined) return '';
  return (env[name.toUpperCase()] ?? '').trim();
}

/** `host:3128` is short for `http://host:3128`. The error never shows a password. */
function parseProxy(text: string): URL {
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  const shown = quoteFound(text.replace(/^(.*:\/\/)?.*@/, '$1…@'));
  throw new IoError('bad-proxy', `proxy ${shown} is no http or https address`);
}

/**
 * Whether a `NO_PROXY` list names the address. Rules stand between commas or spaces: `*` everything; a domain,
 * with or without `.` or `*.` before it, itself and all below it; an IP address; a network `10.0.0.0/8`. A rule
 * with `:port` holds for that port only. Names are not resolved.
 */
export function bypassesProxy(url: URL, rules: string): boolean {
  const target = {
    host: bare(url.hostname),
    port: url.port || (url.protocol === 'https:' ? '443' : '80'),
  };
  return rules
    .toLowerCase()
    .split(/[\s,]+/)
    .some((rule) => rule !== '' && matches(rule, target));
}

interface Target {
  readonly host: string;
  readonly port: string;
}

function matches(rule: string, target: Target): boolean {
  if (rule === '*') return true;
  const { host, port } = splitPort(rule);
  if (port !== '' && port !== target.port) return false;
  if (host.includes('/')) return inNetwork(host, target.host);
  if (isIP(host) !== 0) return sameAddress(host, target.host);
  const domain = host.replace(/^\*?\./, '');
  return domain !== '' && (target.host === domain || target.host.endsWith(`.${domain}`));
}

/** `[::1]:80`, `::1`, `host:80`, `10.0.0.0/8`. */
function splitPort(rule: string): Target {
  const found = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(rule);
  if (found === null) return { host: rule, port: '' };
  return { host: bare(found[1] ?? found[2] ?? ''), port: found[3] ?? '' };
}

function inNetwork(network: string, host: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  const family = isIP(address);
  const size = Number(bits);
  if (family === 0 || isIP(host) === 0 || !/^\d{1,3}$/.test(bits) || size > (family === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  list.addSubnet(address, size, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}

function sameAddress(a: string, host: string): boolean {
  return inNetwork(`${a}/${isIP(a) === 4 ? 32 : 128}`, host);
}

/** Without the brackets of an IPv6 address and the dot at the end of a full name. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}
