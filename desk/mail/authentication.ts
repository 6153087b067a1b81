/**
 * DKIM, SPF and DMARC of a mail by mailauth, for the record: what a domain vouches for. It authorises nobody. The
 * resolver is given; nothing else of the network is asked.
 */
import { authenticate, type DNSResolver } from 'mailauth';
import { oneLine } from './header-section.ts';

/** Answers of the DNS, as `node:dns/promises` gives them: throws with a code such as `ENOTFOUND`. */
export type Resolver = (name: string, type: string) => Promise<string[] | string[][]>;

/** What the connection said that brought the mail, where it is known. */
export interface Envelope {
  /** `''` for the null sender of a notification. */
  readonly from: string;
  readonly to: readonly string[];
  /** Of the client. */
  readonly address?: string;
  readonly hello?: string;
}

/** `pass`, `fail`, `neutral`, `none`, `temperror`, `permerror`, `policy`, `softfail` (RFC 8601). */
export interface Authentication {
  readonly dkim: readonly { readonly domain: string; readonly result: string }[];
  /** Of the From domain. */
  readonly dmarc: { readonly domain: string; readonly result: string } | null;
  readonly spf: { readonly domain: string; readonly result: string } | null;
}

export const NOT_AUTHENTICATED: Authentication = { dkim: [], dmarc: null, spf: null };

export interface AuthenticationOptions {
  readonly resolver: Resolver;
  readonly envelope?: Envelope;
  /** Milliseconds for all answers. */
  readonly time: number;
}

/** Null when it could not be told: no answer in time, or a mail that the library does not read. */
export async function authenticationOf(
  bytes: Uint8Array,
  { resolver, envelope, time }: AuthenticationOptions,
): Promise<Authentication | null> {
  const deadline = Date.now() + time;
  const client = envelope?.address;
  try {
    const { dkim, dmarc, spf } = await authenticate(Buffer.from(bytes), {
      resolver: bounded(resolver, deadline),
      ...(envelope === undefined ? {} : { sender: envelope.from }),
      ...(client === undefined ? {} : { ip: client, helo: envelope?.hello ?? client }),
      mta: 'desk',
      minBitLength: 1024,
      rejectRsaSha1: true,
      trustReceived: false,
      disableArc: true,
      disableBimi: true,
    });
    return {
      dkim: dkim.results.map(({ signingDomain, status }) => named(signingDomain, status.result)),
      dmarc: dmarc === false || dmarc == null ? null : named(dmarc.domain, dmarc.status.result),
      spf: client === undefined || !spf ? null : named(spf.domain, spf.status.result),
    };
  } catch {
    return null;
  }
}

function named(domain: string | undefined, result: string): { domain: string; result: string } {
  return { domain: oneLine(domain ?? '').slice(0, 253), result };
}

function bounded(resolver: Resolver, deadline: number): DNSResolver {
  return (name, type) =>
    new Promise((resolve, reject) => {
      const late = () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEOUT' }));
      const timer = setTimeout(late, Math.max(deadline - Date.now(), 0));
      resolver(name, type)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
}
