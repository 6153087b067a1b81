/**
 * What a perl says of itself in the text of its own `Config.pm` and `Config_heavy.pl`: name and value by name,
 * both written by perl's own configpm with constant strings. Names are those of perl's Porting/Glossary.
 */

/** `key => 'value'` of Config.pm, `key='value'` of Config_heavy.pl; a value stays on its line. */
const ENTRY = /^[ \t]*([a-z]\w*)(?: => |=)'((?:[^'\\\n]|\\.)*)'/gm;

export type PerlConfig = ReadonlyMap<string, string>;

/** The settings, later ones over earlier; empty when the text holds none (another module of that name). */
export function parsePerlConfig(...texts: readonly string[]): PerlConfig {
  const config = new Map<string, string>();
  for (const text of texts) {
    for (const [, key = '', value = ''] of text.matchAll(ENTRY))
      config.set(key, value.replace(/\\(.)/g, '$1'));
  }
  return config;
}

/** `5.36.0`, or null when the text is not of a perl's own Config. */
export function configVersion(config: PerlConfig): string | null {
  const version = config.get('version') ?? '';
  return config.has('archlibexp') && /^5\.\d{1,3}\.\d{1,3}$/.test(version) ? version : null;
}

/** Directories of a perl's library; those it was built without are left out. */
export interface PerlDirectories {
  readonly site: readonly string[];
  readonly vendor: readonly string[];
  readonly core: readonly string[];
  readonly other: readonly string[];
}

/** In the order of perl's own `@INC`: for each kind the architecture's directory, then the common one. */
export function perlDirectories(config: PerlConfig): PerlDirectories {
  const pick = (...keys: string[]): string[] => keys.map((key) => config.get(key) ?? '').filter(isAbsolute);
  const older = (config.get('inc_version_list') ?? '').split(' ').filter((name) => name !== '');
  const below = (stem: string): string[] =>
    pick(stem).flatMap((path) => older.map((name) => `${path}/${name}`));
  return {
    site: [...pick('sitearchexp', 'sitelibexp'), ...below('sitelib_stem')],
    vendor: [...pick('vendorarchexp', 'vendorlibexp'), ...below('vendorlib_stem')],
    core: pick('archlibexp', 'privlibexp'),
    other: (config.get('otherlibdirs') ?? '').split(':').filter(isAbsolute),
  };
}

/** A perl built to be moved has paths that begin with dots; where it is cannot be told from its text. */
function isAbsolute(path: string): boolean {
  return /^\/[^/]/.test(path);
}
