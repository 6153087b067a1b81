/** What the address of a repository says of how to report there. Computed, nothing is asked. */

export interface RepositoryLinks {
  /** Where a report can be made that only the maintainers see; null where the host has no such thing. */
  readonly privateReport: string | null;
  readonly tracker: string | null;
  /** Where GitHub says whether private reports are switched on: `{ "enabled": true }`. */
  readonly check: string | null;
  /** Where a security policy is read as text, of the default branch, the likeliest place first; empty where unknown. */
  readonly policies: readonly string[];
}

/** Where GitHub looks for one; others have it at the top. */
const PLACES = ['SECURITY.md', '.github/SECURITY.md', 'docs/SECURITY.md'];

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
        policies: [
          ...PLACES.map((place) => `https://raw.githubusercontent.com/${owner}/${name}/HEAD/${place}`),
          // What holds for all repositories of the owner.
          `https://raw.githubusercontent.com/${owner}/.github/HEAD/SECURITY.md`,
        ],
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
      const top = `https://${host}/${project.join('/')}/-`;
      return {
        privateReport: `${top}/issues/new?issue[confidential]=true`,
        tracker: `${top}/issues`,
        check: null,
        policies: [`${top}/raw/HEAD/SECURITY.md`],
      };
    },
  },
  {
    // Without a branch Forgejo and Gitea read the default one: https://codeberg.org/api/swagger
    matches: is('codeberg.org', 'gitea.com'),
    links: (host, path) =>
      withoutPrivate(host, path, (owner, name) => `/api/v1/repos/${owner}/${name}/raw/SECURITY.md`),
  },
  {
    matches: is('bitbucket.org'),
    links: (host, path) =>
      withoutPrivate(host, path, (owner, name) => `/${owner}/${name}/raw/HEAD/SECURITY.md`),
  },
  {
    matches: is('git.sr.ht', 'hg.sr.ht', 'sr.ht'),
    links(host, [owner, name]) {
      if (owner?.startsWith('~') !== true || name === undefined) return null;
      const policies = host === 'git.sr.ht' ? [`https://${host}/${owner}/${name}/blob/HEAD/SECURITY.md`] : [];
      return { privateReport: null, tracker: `https://todo.sr.ht/${owner}/${name}`, check: null, policies };
    },
  },
];

function withoutPrivate(
  host: string,
  [owner, name]: readonly string[],
  policy: (owner: string, name: string) => string,
): RepositoryLinks | null {
  if (owner === undefined || name === undefined) return null;
  const tracker = `https://${host}/${owner}/${name}/issues`;
  return { privateReport: null, tracker, check: null, policies: [`https://${host}${policy(owner, name)}`] };
}

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
