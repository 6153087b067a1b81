/**
 * Requirements of a META file, in file order. Odd maps are read as CPAN::Meta::Converter reads them
 * (`_version_map`); what it drops is noted.
 */
import { type Json, quoteFound } from '../base/index.ts';
import { CpanError } from './errors.ts';
import { parseRequirement } from './requirement.ts';
import { isLaxVersion, parseVersion } from './version.ts';

/** One requirement. */
export interface MetaPrereq {
  /** `configure`, `build`, `test`, `runtime`, `develop`, or `x_…`. */
  readonly phase: string;
  /** `requires`, `recommends`, `suggests`, `conflicts`, or `x_…`. */
  readonly relationship: string;
  readonly module: string;
  /** In canonical form, `0` when any version will do. */
  readonly range: string;
  /** As written. */
  readonly written: string;
}

/** Longest version range that is read. */
const MAX_RANGE_LENGTH = 1000;

const PHASES = new Set(['configure', 'build', 'test', 'runtime', 'develop']);
const RELATIONSHIPS = new Set(['requires', 'recommends', 'suggests', 'conflicts']);

/** `prereqs` of version 2. Phases and relationships that the specification does not know become `x_…`. */
export function prereqsOfVersion2(value: Json | undefined, notes: string[]): MetaPrereq[] {
  const prereqs: MetaPrereq[] = [];
  for (const [phase, relationships] of members(value)) {
    for (const [relationship, modules] of members(relationships)) {
      const at = {
        phase: PHASES.has(phase) ? phase : custom(phase),
        relationship: RELATIONSHIPS.has(relationship) ? relationship : custom(relationship),
      };
      for (const entry of moduleMap(modules, notes)) prereqs.push({ ...at, ...entry });
    }
  }
  return prereqs;
}

/** The keys of version 1.x, with the phase and relationship that each has in version 2. */
const KEYS: readonly [key: string, phase: string, relationship: string][] = [
  ['build_requires', 'build', 'requires'],
  ['configure_requires', 'configure', 'requires'],
  ['requires', 'runtime', 'requires'],
  ['recommends', 'runtime', 'recommends'],
  ['conflicts', 'runtime', 'conflicts'],
];

/** The flat keys of version 1.x. */
export function prereqsOfVersion1(data: { [key: string]: Json }, notes: string[]): MetaPrereq[] {
  return KEYS.flatMap(([key, phase, relationship]) => {
    const modules = Object.hasOwn(data, key) ? data[key] : undefined;
    return moduleMap(modules, notes).map((entry) => ({ phase, relationship, ...entry }));
  });
}

type Entry = Pick<MetaPrereq, 'module' | 'range' | 'written'>;

/** A map of module to range, a list of modules, or one module. */
function moduleMap(value: Json | undefined, notes: string[]): Entry[] {
  if (typeof value === 'string') return value === '' ? [] : moduleMap([value], notes);
  if (Array.isArray(value)) {
    return value.flatMap((module) => (typeof module === 'string' ? entriesOf(module, '0', notes) : []));
  }
  return members(value).flatMap(([module, range]) => entriesOf(module, range, notes));
}

function entriesOf(module: string, value: Json, notes: string[]): Entry[] {
  if (!isModuleName(module)) {
    notes.push(`requirement of ${quoteFound(module)}, which is no module name, passed over`);
    return [];
  }
  const written = rangeText(value);
  if (isModuleName(written) && !isLaxVersion(written)) {
    // Some old files list modules in pairs.
    notes.push(`requirement of ${module} with ${quoteFound(written)} for a version, read as two modules`);
    return [
      { module, range: '0', written },
      { module: written, range: '0', written },
    ];
  }
  return [{ module, range: canonicalRange(module, written, notes), written }];
}

function rangeText(value: Json): string {
  const written = typeof value === 'string' ? value : '0';
  return written === '' || written === 'undef' || written === '<undef>' ? '0' : written;
}

function canonicalRange(module: string, written: string, notes: string[]): string {
  if (written.length > MAX_RANGE_LENGTH) {
    notes.push(`${module}: range of ${written.length} characters read as 0`);
    return '0';
  }
  try {
    return parseRequirement(written).canonical;
  } catch (error) {
    if (!(error instanceof CpanError)) throw error;
    const repaired = repairedRange(written);
    notes.push(`${module}: range ${quoteFound(written)} read as ${quoteFound(repaired)}`);
    return repaired;
  }
}

/** Each bad version without the letters that end it, else 0 (CPAN::Meta::Converter, _bad_version_hook). */
function repairedRange(written: string): string {
  const clauses = written.split(',').map((clause) => {
    const [, operator = '', version = ''] = /^\s*(==|!=|>=|<=|>|<)?([\s\S]*)$/.exec(clause) ?? [];
    return `${operator} ${repairedVersion(version)}`.trim();
  });
  try {
    return parseRequirement(clauses.join(', ')).canonical;
  } catch {
    return written;
  }
}

function repairedVersion(version: string): string {
  for (const candidate of [version, version.trim(), version.trim().replace(/[a-z]+$/, '')]) {
    try {
      parseVersion(candidate);
      return candidate;
    } catch {
      // The next one may do.
    }
  }
  return '0';
}

/** What CPAN::Meta takes for the name of a module. */
export function isModuleName(name: string): boolean {
  return /^[A-Za-z]\w*(?:::\w+)*$/.test(name);
}

/** CPAN::Meta::Converter, _prefix_custom. */
function custom(name: string): string {
  return /^x_/i.test(name) ? name : `x_${name.replace(/^x-?/i, '')}`;
}

function members(value: Json | undefined): [string, Json][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  return Object.entries(value);
}
