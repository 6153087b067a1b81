/** `authors/01mailrc.txt`: PAUSE ids with the name and address of each, as aliases of a mail program. */
import { type Place, quoteFound } from '../base/index.ts';
import { CpanError } from './errors.ts';
import { MAX_INDEX_LENGTH } from './index-header.ts';

export interface MailAlias {
  /** A PAUSE id. */
  readonly id: string;
  readonly name: string;
  /** The address, or `CENSORED`; null where there is none. */
  readonly email: string | null;
}

/** Reads the text of 01mailrc. Throws `index-syntax`, `too-large` with the line. */
export function parseMailrc(text: string, file?: string): MailAlias[] {
  const fail = (line: number, code: 'index-syntax' | 'too-large', problem: string): never => {
    const place: Place = file === undefined ? { line } : { file, line };
    throw new CpanError(code, problem, place);
  };
  if (text.length > MAX_INDEX_LENGTH)
    fail(1, 'too-large', `${text.length} characters, at most ${MAX_INDEX_LENGTH}`);
  const aliases: MailAlias[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    aliases.push(
      readAlias(content) ?? fail(i + 1, 'index-syntax', `expected an alias, found ${quoteFound(content)}`),
    );
  }
  return aliases;
}

/** `alias ID "Name <address>"`; quotes inside are escaped. */
function readAlias(content: string): MailAlias | null {
  const [word, id = ''] = content.split(/[ \t]+/, 2);
  const open = content.indexOf('"');
  if (word !== 'alias' || id === '' || id.startsWith('"') || open < 0 || open === content.length - 1)
    return null;
  if (!content.endsWith('"')) return null;
  const value = content.slice(open + 1, -1).replaceAll('\\"', '"');
  const angle = value.lastIndexOf('<');
  if (angle < 0 || !value.endsWith('>')) return { id, name: value.trim(), email: null };
  return { id, name: value.slice(0, angle).trim(), email: value.slice(angle + 1, -1) };
}
