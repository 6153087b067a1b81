/** What the address of a repository says of how to report there. Computed, nothing is asked. */

export interface RepositoryLinks {
  /** Where a report can be made that only the maintainers see; null where the host has no such thing. */
  readonly privateReport: string | null;
  readonly tracker: string | null;
  /** Where GitHub says whether private reports are switched on: `{ "enabled": true }`. */
  readonly check: string | null;
}

interface Host {
  readonly matches: (host: string) => boolean;
  links(host: string, path: readonly string[]): RepositoryLinks | null;
}

const is =
  (...names: readonly string[]) =>
  (host: string): boolean =>
    names.includes(host);

const HOSTS: readonly Host[] = [
  {
    // https://docs.github.com/en/code-security/security-advisories/guidance-on-reporting-and-writing-information-about-vulnerabilities/privately-reporting-a-security-vulnerability
    matches: is('github.com', 'www.github.com'),
    links(_host, [owner, name]) {
      if (owner === undefined || name === undefined) return null;
      const top = `https://github.com/${owner}/${name}`;
      return {
        privateReport: `${top}/security/advisories/new`,
        tracker: `${top}/issues`,
        check: `https://api.github.com/repos/${owner}/${name}/private-vulnerability-reporting`,
      };
    },
  },
  {
    // https://docs.gitlab.com/user/project/issues/confidential_issues/
    matches: (host) => host === 'gitlab.com' || host.startsWith('gitlab.') || host === 'salsa.debian.org',
    links(host, path) {
      const end = path.indexOf('-');
      const project = end < 0 ? path : path.slice(0, end);
      if (project.length < 2) return null;
      const issues = `https://${host}/${project.join('/')}/-/issues`;
      return { privateReport: `${issues}/new?issue[confidential]=true`, tracker: issues, check: null };
    },
  },
  {
    matches: is('codeberg.org', 'bitbucket.org'),
    links(host, [owner, name]) {
      if (owner === undefined || name === undefined) return null;
      return { privateReport: null, tracker: `https://${host}/${owner}/${name}/issues`, check: null };
    },
  },
  {
    matches: is('git.sr.ht', 'hg.sr.ht', 'sr.ht'),
    links(_host, [owner, name]) {
      if (owner?.startsWith('~') !== true || name === undefined) return null;
      return { privateReport: null, tracker: `https://todo.sr.ht/${owner}/${name}`, check: null };
    },
  },
];

/** The links for `https:`, `git:`, `ssh:` and `git@host:path` addresses of known hosts; null for any other. */
export function repositoryLinks(address: string): RepositoryLinks | null {
  const found = hostAndPath(address);
  if (found === null) return null;
  const host = HOSTS.find(({ matches }) => matches(found.host));
  return host?.links(found.host, found.path) ?? null;
}

function hostAndPath(address: string): { host: string; path: string[] } | null {
  const text = address.length > 500 ? '' : address.trim().replace(/^(?:git\+|scm:git:)/, '');
  const short = /^(?:[\w.-]+@)?([\w.-]+):(?!\/)([^\s?#]+)$/.exec(text);
  const bare = /^[\w-]+(?:\.[\w-]+)+\//.test(text) ? `https://${text}` : text;
  const url = short === null ? bare : `ssh://${short[1]}/${short[2]}`;
  const parsed = /^(?:https?|git|ssh):\/\//i.test(url) && URL.canParse(url) ? new URL(url) : null;
  if (parsed === null) return null;
  const path = parsed.pathname
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split('/')
    .filter((part) => part !== '');
  const sound = path.every((part) => /^~?[A-Za-z0-9._-]{1,100}$/.test(part) && !/^\.+$/.test(part));
  return sound ? { host: parsed.hostname.toLowerCase(), path } : null;
}
