/** Package URLs as a list: what a pipe hands over, and what an SBOM names its components by. */
import { type Place, quoteFound } from '../base/index.ts';
import { parsePurl } from '../formats/index.ts';
import { Collection } from './collection.ts';
import type { Inventory, Unexamined } from './inventory.ts';
import { unreadable } from './reasons.ts';

/** What a package URL, or a name with a version, says of CPAN. */
export interface Named {
  readonly distribution: string | null;
  readonly module: string | null;
  readonly version: string | null;
  readonly pathname?: string;
}

/** A module where a distribution should be: many tools write `pkg:cpan/LWP::UserAgent@6.7`. */
const MODULE_PURL =
  /^pkg:cpan\/(?:[A-Z][A-Z0-9-]*\/)?([A-Za-z_]\w*(?:(?:::|%3A%3A)\w+)+)(?:@([^?#\s]+))?(?:[?#]\S*)?$/i;
/** `Dist-Name@1.2`, `Module::Name@v1.2.3`, either without the version. */
const PLAIN_NAME = /^([A-Za-z_][\w-]*(?:::\w+)*)(?:@(\S+))?$/;

/**
 * One purl a line, of any package manager; also `Distribution@version` and `Module::Name@version`. Blank lines
 * and lines that begin with `#` are passed over; every other line is a component or is listed as unexamined.
 *
 * @example inventoryPurls('pkg:cpan/DBI@1.643\n').components[0]?.key; // 'DBI@1.643'
 */
export function inventoryPurls(text: string, file = 'stdin'): Inventory {
  const collection = new Collection();
  collection.inputs.push({ kind: 'purls', path: file });
  try {
    addPurls(collection, text, file);
  } catch (error) {
    collection.unexamined.push(unreadable(file, error));
  }
  return collection.finish(file);
}

/** Adds what each line names. Throws `too-many`. */
export function addPurls(collection: Collection, text: string, file: string): void {
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const name = text.slice(start, end < 0 ? undefined : end).trim();
    start = end < 0 ? text.length : end + 1;
    line++;
    if (name !== '' && !name.startsWith('#')) addLine(collection, name, { file, line });
  }
}

function addLine(collection: Collection, name: string, place: Place): void {
  const named = readName(name, place);
  if ('kind' in named) {
    collection.mustHaveRoom(place);
    collection.unexamined.push(named);
  } else addNamed(collection, named, place);
}

function readName(text: string, place: Place): Named | Unexamined {
  if (/^pkg:/i.test(text)) return readPurl(text, place);
  const [, name, version = null] = PLAIN_NAME.exec(text) ?? [];
  if (name === undefined) {
    const reason = `neither a package URL nor a name with a version: ${quoteFound(text)}`;
    return { kind: 'unsupported', place, reason };
  }
  return toNamed(name, version);
}

/** A name with two colons is a module's. */
function toNamed(name: string, version: string | null): Named {
  const isModule = name.includes('::');
  return { distribution: isModule ? null : name, module: isModule ? name : null, version };
}

/** What the purl names, or why it names nothing that can be judged here. */
export function readPurl(text: string, place: Place): Named | Unexamined {
  const [, module, version = null] = MODULE_PURL.exec(text) ?? [];
  if (module !== undefined) {
    return toNamed(module.replace(/%3a/gi, ':'), version === null ? null : decodePercent(version));
  }
  try {
    const purl = parsePurl(text);
    if (purl.type === 'generic' && purl.name === 'perl') return toNamed('perl', purl.version);
    if (purl.type !== 'cpan') {
      return { kind: 'unsupported', place, reason: `no CPAN package: ${quoteFound(text)}` };
    }
    const named = toNamed(purl.name, purl.version);
    const path = purl.qualifiers?.distpath?.replace(/^(?:authors\/)?id\//, '');
    return path === undefined ? named : { ...named, pathname: path };
  } catch (error) {
    return { ...unreadable('', error), place };
  }
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A component that somebody listed by name. */
function addNamed(collection: Collection, named: Named, place: Place): void {
  const unversioned = named.version === null ? { unversioned: 'absent' as const } : {};
  collection.add({ ...named, ...unversioned, presence: 'listed', place });
}
