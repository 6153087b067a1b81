/** `.packlist`, the files that ExtUtils::Install put in place (ExtUtils::Packlist): one path a line. */
import { CpanError } from './errors.ts';
import { setMember } from './member.ts';

/** Longest packlist, in characters. */
export const MAX_PACKLIST_LENGTH: number = 64 * 1024 * 1024;

export interface PackedFile {
  readonly path: string;
  /** `type` (`file` or `link`), `from`, `relocate_as` …, where the line has them. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Reads a packlist. Throws `too-large`, and `install-record-syntax` for a NUL, which no path has. */
export function parsePacklist(text: string, file?: string): PackedFile[] {
  if (text.length > MAX_PACKLIST_LENGTH) {
    const place = file === undefined ? {} : { file };
    throw new CpanError('too-large', `${text.length} characters, at most ${MAX_PACKLIST_LENGTH}`, place);
  }
  const files: PackedFile[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.includes('\0')) {
      const place = file === undefined ? { line: i + 1 } : { file, line: i + 1 };
      throw new CpanError('install-record-syntax', 'a NUL in a path', place);
    }
    const content = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (content !== '') files.push(packedFile(content));
  }
  return files;
}

/** The attributes begin with the first ` name=`. */
function packedFile(line: string): PackedFile {
  const start = line.search(/ \w+=/);
  const attributes: Record<string, string> = {};
  if (start < 0) return { path: cleanPath(line), attributes };
  for (const pair of line.slice(start).split(' ')) {
    const equals = pair.indexOf('=');
    if (equals > 0) setMember(attributes, pair.slice(0, equals), pair.slice(equals + 1));
  }
  return { path: cleanPath(line.slice(0, start)), attributes };
}

/** Some packlists have `/./` in their paths. */
function cleanPath(path: string): string {
  return path.replaceAll('/./', '/');
}
