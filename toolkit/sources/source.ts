/** A source of advisories on this disk: recognised by content, and refused when it is mixed or unknown. */

import { join } from 'node:path';
import { SET_FILES } from '../advisories/index.ts';
import { decodeLatin1, decodeUtf8, parseJson, printable } from '../base/index.ts';
import { isCpansa, isCve, isOsv } from '../formats/index.ts';
import { diskFiles } from '../io/index.ts';
import { type Stop, usage } from '../terminal/index.ts';
import { MAX_FILE, readAll, type SourceFile, walk } from './files.ts';

export type SourceKind = 'cna' | 'cpansa' | 'cpansa-yaml' | 'cve' | 'osv' | 'records';

export interface Source {
  readonly kind: SourceKind;
  readonly files: readonly SourceFile[];
  /** Files of the directory that are of no kind we read. */
  readonly passedOver: number;
  /** For CPANSA's YAML sources: both what is written by hand and what is known of libraries is there. */
  readonly whole: boolean;
}

/** Where CPANSA keeps its YAML sources. */
const CPANSA_FOLDERS = ['cpansa', 'external_reports', 'generated_reports'] as const;

const EXPECTED =
  'it reads CPANSA JSON or YAML, OSV documents, CVE records, YAML of cna-tool, advisory records, or a directory of them';

/** Throws a usage error for what is no source, status 3 for one that is damaged or unreadable. */
export function readSource(path: string): Source {
  const kind = diskFiles().kind(path);
  if (kind === null) throw usage(`${printable(path)}: no such file or directory`, EXPECTED);
  return kind === 'directory' ? readDirectory(path) : readOne(path);
}

function readOne(path: string): Source {
  const name = path.replaceAll('\\', '/').replace(/^.*\//, '');
  const bytes = diskFiles().read(path, MAX_FILE);
  const file = { name, bytes };
  if (latin1(bytes, 14) === 'cpansec-index/')
    throw usage(`${printable(path)} is an index already`, '--db PATH uses it, db update fetches a new one');
  return { kind: kindOf(file, path), files: [file], passedOver: 0, whole: false };
}

function readDirectory(path: string): Source {
  const kind = (name: string): string | null => diskFiles().kind(join(path, name));
  if (kind('coverage.json') !== null) return readRecordSet(path);
  const folders = CPANSA_FOLDERS.filter((name) => kind(name) === 'directory');
  if (folders.length > 0) {
    const whole = folders.includes('cpansa') && folders.length > 1;
    return { ...pick(path, walk(path, folders), isYamlName, () => 'cpansa-yaml'), whole };
  }
  const names = walk(path, ['']);
  const json = names.find(isJsonName);
  const yaml = names.find(isYamlName);
  if (json !== undefined && yaml !== undefined) throw mixed(path, `${json} is JSON and ${yaml} is YAML`);
  return pick(path, names, yaml === undefined ? isJsonName : isYamlName, (files) => oneKind(path, files));
}

/** Our own layout: what stands beside it, such as test vectors, is no part of it. */
function readRecordSet(path: string): Source {
  const there = SET_FILES.filter((name) => diskFiles().kind(join(path, name)) === 'file');
  const records =
    diskFiles().kind(join(path, 'advisories')) === 'directory' ? walk(path, ['advisories'], 0) : [];
  return pick(path, [...there, ...records], isJsonName, () => 'records');
}

function pick(
  path: string,
  names: readonly string[],
  wanted: (name: string) => boolean,
  kindOf: (files: readonly SourceFile[]) => SourceKind,
): Source {
  const files = readAll(path, names.filter(wanted));
  if (files.length === 0) throw usage(`${printable(path)}: no .json or .yml file in it`, EXPECTED);
  return { kind: kindOf(files), files, passedOver: names.length - files.length, whole: false };
}

function oneKind(path: string, files: readonly SourceFile[]): SourceKind {
  const kinds = files.map((file) => ({ name: file.name, kind: kindOf(file, join(path, file.name)) }));
  const [first] = kinds;
  const other = kinds.find(({ kind }) => kind !== first?.kind);
  if (first === undefined) throw new TypeError('a directory of no files');
  if (other !== undefined)
    throw mixed(path, `${first.name} is ${NAMES[first.kind]} and ${other.name} is ${NAMES[other.kind]}`);
  if (first.kind === 'cpansa' && files.length > 1)
    throw usage(`${printable(path)}: several CPANSA databases`, 'name the file of one of them');
  return first.kind;
}

/** One file of each kind in words. */
const NAMES: Readonly<Record<SourceKind, string>> = {
  cna: 'YAML of cna-tool',
  cpansa: "CPANSA's database",
  'cpansa-yaml': "CPANSA's YAML sources",
  cve: 'a CVE record',
  osv: 'an OSV document',
  records: 'an advisory record',
};

function mixed(path: string, problem: string): Stop {
  return usage(`${printable(path)}: mixed: ${printable(problem)}`, 'import one kind at a time');
}

function kindOf(file: SourceFile, path: string): SourceKind {
  if (!isYamlName(file.name)) return kindOfJson(file, path);
  return /^cpansec:/m.test(latin1(file.bytes, 65_536)) ? 'cna' : 'cpansa-yaml';
}

function kindOfJson({ bytes }: SourceFile, path: string): SourceKind {
  if (!/^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(latin1(bytes, 4096))) throw unrecognised(path);
  const value = parseJson(decodeUtf8(bytes, path), { file: path });
  const has = (key: string, type: string): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value[key] === type;
  if (isCpansa(value)) return 'cpansa';
  if (has('format', 'string') && has('affected', 'object')) return 'records';
  if (isCve(value)) return 'cve';
  if (isOsv(value)) return 'osv';
  throw unrecognised(path);
}

function unrecognised(path: string): Stop {
  return usage(`${printable(path)} is no source of advisories that we know`, EXPECTED);
}

function latin1(bytes: Uint8Array, length: number): string {
  return decodeLatin1(bytes.subarray(0, length));
}

function isJsonName(name: string): boolean {
  return name.endsWith('.json');
}

function isYamlName(name: string): boolean {
  return /\.ya?ml$/.test(name);
}
