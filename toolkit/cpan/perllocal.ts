/** `perllocal.pod`, the diary of `make install` (ExtUtils::Command::MM, perllocal_install), oldest first. */
import { CpanError } from './errors.ts';

/** Longest diary, in characters. */
export const MAX_PERLLOCAL_LENGTH: number = 64 * 1024 * 1024;

export interface LocalInstall {
  /** As written: `Sun Nov 22 13:54:23 2026`, in UTC since ExtUtils::MakeMaker 7. */
  readonly date: string;
  readonly module: string;
  readonly version: string | null;
  readonly installedInto: string | null;
  /** Line of the heading. */
  readonly line: number;
}

/** Reads a perllocal.pod; text that is no entry is passed over, as in any POD. Throws `too-large`. */
export function parsePerllocal(text: string, file?: string): LocalInstall[] {
  if (text.length > MAX_PERLLOCAL_LENGTH) {
    const place = file === undefined ? {} : { file };
    throw new CpanError('too-large', `${text.length} characters, at most ${MAX_PERLLOCAL_LENGTH}`, place);
  }
  const installs: {
    date: string;
    module: string;
    version: string | null;
    installedInto: string | null;
    line: number;
  }[] = [];
  for (const [i, content] of text.split('\n').entries()) {
    if (content.startsWith('=head2 ')) {
      const heading = readHeading(content.slice(7));
      if (heading !== null) installs.push({ ...heading, version: null, installedInto: null, line: i + 1 });
      continue;
    }
    const install = installs.at(-1);
    const value = readItem(content);
    if (install === undefined || value === null) continue;
    if (value.key === 'VERSION' && value.text !== '') install.version = value.text;
    if (value.key === 'installed into') install.installedInto = value.text;
  }
  return installs;
}

/** `DATE: C<Module> L<Foo::Bar|Foo::Bar>`; the link has one part in old entries. */
function readHeading(content: string): { date: string; module: string } | null {
  const type = content.indexOf(': C<');
  const link = content.indexOf('L<', type + 4);
  if (type < 0 || link < 0) return null;
  const module = /^[\w:']+/.exec(content.slice(link + 2, link + 300))?.[0];
  return module === undefined ? null : { date: content.slice(0, type), module };
}

/** `C<KEY: value>`. */
function readItem(content: string): { key: string; text: string } | null {
  const line = content.trimEnd();
  if (!line.startsWith('C<') || !line.endsWith('>')) return null;
  const colon = line.indexOf(': ');
  return colon < 0 ? null : { key: line.slice(2, colon), text: line.slice(colon + 2, -1).trim() };
}
