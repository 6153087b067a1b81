/**
 * `.meta/NAME-VERSION/install.json`, which cpanm (and Menlo, so carton) leaves for each distribution that it
 * installs. Its version is often a bare JSON number: the digits are kept, `1.10` stays `1.10`.
 *
 * Old records are never deleted: what is really installed only the files tell.
 */
import { quoteFound } from '../base/index.ts';
import { CpanError } from './errors.ts';
import { asObject, asText, memberOf, readJson } from './json-text.ts';
import { setMember } from './member.ts';

/** Longest record, in characters. */
export const MAX_INSTALL_RECORD_LENGTH: number = 16 * 1024 * 1024;

export interface InstallRecord {
  /** The main module, `Net::CIDR::Lite`. */
  readonly name: string | null;
  /** What was asked for: a module, an archive, a URL. */
  readonly target: string | null;
  /** As written, digits and all. */
  readonly version: string | null;
  /** Name and version of the archive, `Net-CIDR-Lite-0.22`. */
  readonly dist: string | null;
  /** Below `authors/id/`. */
  readonly pathname: string | null;
  readonly provides: Readonly<
    Record<string, { readonly file: string | null; readonly version: string | null }>
  >;
}

/** Reads an install.json. Throws `install-record-syntax`, `too-large` with the place. */
export function parseInstallRecord(text: string, file?: string): InstallRecord {
  const place = file === undefined ? {} : { file };
  if (text.length > MAX_INSTALL_RECORD_LENGTH) {
    throw new CpanError(
      'too-large',
      `${text.length} characters, at most ${MAX_INSTALL_RECORD_LENGTH}`,
      place,
    );
  }
  const data = readJson(text, 'install-record-syntax', file);
  if (data === null || typeof data !== 'object' || Array.isArray(data)) {
    throw new CpanError('install-record-syntax', `expected a map, found ${quoteFound(data)}`, place);
  }
  const provides: Record<string, { file: string | null; version: string | null }> = {};
  for (const [module, value] of Object.entries(asObject(memberOf(data, 'provides')))) {
    const entry = asObject(value);
    const version = asText(memberOf(entry, 'version'));
    setMember(provides, module, {
      file: asText(memberOf(entry, 'file')),
      version: version === 'undef' ? null : version,
    });
  }
  return {
    name: asText(memberOf(data, 'name')),
    target: asText(memberOf(data, 'target')),
    version: asText(memberOf(data, 'version')),
    dist: asText(memberOf(data, 'dist')),
    pathname: asText(memberOf(data, 'pathname')),
    provides,
  };
}
