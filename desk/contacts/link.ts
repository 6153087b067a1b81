/** Addresses of the web in text: which of them a report can be made at. */
import type { Channel, RefusedReason, SourceKind } from './contact.ts';
import { repositoryLinks } from './repository.ts';

export interface FoundLink {
  readonly channel: Exclude<Channel, 'mail'>;
  readonly address: string;
  readonly lookAlike: boolean;
  readonly check: string | null;
}

const URI = /\b(?:https?:\/\/|mailto:)[^\s<>"'`{}|\\^]{1,1000}/gi;

/** The URIs of a line and the line without them: what stands in one is no address of a person. */
export function takeUris(line: string): { uris: string[]; rest: string } {
  const uris: string[] = [];
  const rest = line.replace(URI, (uri) => {
    const bare = trimmed(uri);
    uris.push(bare);
    return ' '.repeat(bare.length) + uri.slice(bare.length);
  });
  return { uris, rest };
}

/** Without the full stop, or the bracket of Markdown or POD, that follows it. */
function trimmed(uri: string): string {
  const bare = uri.replace(/[.,;:!?*_]+$/, '');
  const opened = (bare.match(/[([]/g) ?? []).length;
  const closed = (bare.match(/[)\]]/g) ?? []).length;
  return closed > opened ? trimmed(bare.replace(/[)\]][^)\]]*$/, '')) : bare;
}

/** What the URI is to a reporter, seen there; null when it is nothing that a report goes to. */
export function linkOf(uri: string, kind: SourceKind): FoundLink | { reason: RefusedReason } | null {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  if (url.username !== '' || url.password !== '') return { reason: 'credentials' };
  const lookAlike = url.hostname.includes('xn--');
  const known = repositoryPage(url) ?? trackerPage(url) ?? programPage(url);
  if (known !== null) return { ...known, lookAlike };
  const channel = declaredChannel(url, kind);
  return channel === null ? null : { channel, address: url.href, lookAlike, check: null };
}

/** What an address of a host that nobody here knows is, by the word of where it stands. */
function declaredChannel(url: URL, kind: SourceKind): FoundLink['channel'] | null {
  if (kind === 'bugtracker') return 'tracker';
  if (url.protocol !== 'https:') return null;
  if (kind === 'meta-security' || kind === 'known') return 'private-report';
  const inSecurity = kind === 'security-policy' || kind === 'security-section';
  return inSecurity && isReportPage(url) ? 'private-report' : null;
}

type Page = Omit<FoundLink, 'lookAlike'>;

function repositoryPage(url: URL): Page | null {
  const links = repositoryLinks(`https://${url.host}${url.pathname}`);
  if (links === null) return null;
  const { privateReport, tracker, check } = links;
  const isPrivate =
    /\/security(?:\/(?:advisories(?:\/new)?|policy))?\/?$/.test(url.pathname) ||
    /confidential/.test(url.search);
  if (isPrivate && privateReport !== null)
    return { channel: 'private-report', address: privateReport, check };
  if (tracker !== null && /\/issues(?:\/new)?\/?$/.test(url.pathname))
    return { channel: 'tracker', address: tracker, check: null };
  return null;
}

function trackerPage(url: URL): Page | null {
  if (url.hostname !== 'rt.cpan.org' && !/^(?:bugs|bugzilla|todo)\./.test(url.hostname)) return null;
  return { channel: 'tracker', address: url.href, check: null };
}

const PROGRAMS = new Set([
  'hackerone.com',
  'bugcrowd.com',
  'huntr.com',
  'huntr.dev',
  'app.intigriti.com',
  'yeswehack.com',
]);

function programPage(url: URL): Page | null {
  const isProgram = url.protocol === 'https:' && PROGRAMS.has(url.hostname) && url.pathname.length > 1;
  return isProgram ? { channel: 'private-report', address: url.href, check: null } : null;
}

/** A form of somebody's own, which a security policy points to. */
function isReportPage({ pathname, hostname }: URL): boolean {
  if (/(?:^|\.)(?:metacpan\.org|cpan\.org|cve\.org|mitre\.org|wikipedia\.org)$/.test(hostname)) return false;
  return /\breport|disclos|vulnerabilit|security/i.test(pathname);
}
