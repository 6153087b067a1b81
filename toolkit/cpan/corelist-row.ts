/**
 * One line of `corelist-data.ts`: a module; its distribution, where that is not its name with dashes; and where
 * its version changes, `PERL=VERSION`, PERL the perl's number in the first line in base 36. `PERL` alone: from
 * there on it is not part of perl.
 *
 *     HTTP::Tiny  l=0.012 q=0.017 1r=0.070
 *     CGI  0=2.56 1=2.752 13
 */
export interface CoreRow {
  readonly module: string;
  readonly distribution: string;
  /** By perl: empty where it states none, null where it is not part of perl. */
  readonly versions: readonly (string | null)[];
}

/** The module that a line is about. */
export function rowModule(line: string): string {
  return line.slice(0, line.indexOf(' '));
}

export function rowDistribution(line: string): string {
  const [module = '', stated = ''] = line.split(' ', 2);
  return stated === '' ? module.replaceAll('::', '-') : stated;
}

/** The version in one perl, without unfolding the rest. */
export function rowVersion(line: string, perl: number): string | null {
  let found: string | null = null;
  let at = line.indexOf(' ', line.indexOf(' ') + 1) + 1;
  while (at > 0) {
    const [from, end] = base36(line, at);
    if (from > perl) break;
    const next = line.indexOf(' ', end);
    found = line[end] === '=' ? line.slice(end + 1, next === -1 ? undefined : next) : null;
    at = next + 1;
  }
  return found;
}

/** The number that begins there, and where it ends. */
function base36(line: string, at: number): [value: number, end: number] {
  let end = at;
  let value = 0;
  for (; end < line.length; end++) {
    const code = line.charCodeAt(end);
    if (code >= 0x61) value = value * 36 + code - 0x57;
    else if (code >= 0x30 && code <= 0x39) value = value * 36 + code - 0x30;
    else break;
  }
  return [value, end];
}

export function parseRow(line: string, perls: number): CoreRow {
  const versions = Array.from({ length: perls }, (_, perl) => rowVersion(line, perl));
  return { module: rowModule(line), distribution: rowDistribution(line), versions };
}

/** `parseRow` reads it again. */
export function formatRow({ module, distribution, versions }: CoreRow): string {
  const stated = distribution === module.replaceAll('::', '-') ? '' : distribution;
  const changes = versions.flatMap((version, i) => {
    if (version === (versions[i - 1] ?? null)) return [];
    return [version === null ? i.toString(36) : `${i.toString(36)}=${version}`];
  });
  return [module, stated, ...changes].join(' ');
}
