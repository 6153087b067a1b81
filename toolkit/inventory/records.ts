/**
 * `.meta/NAME-VERSION/install.json`, the records of cpanm, carton and cpm. Nobody removes them: after an upgrade
 * the old one stays, so a record counts only while the file that it speaks of agrees.
 */
import {
  compareVersions,
  distInfo,
  type InstallRecord,
  isLaxVersion,
  parseInstallRecord,
} from '../cpan/index.ts';
import type { Claims } from './claims.ts';
import type { Draft } from './collection.ts';
import { readText } from './file-text.ts';
import type { Unexamined } from './inventory.ts';
import type { Files } from './ops.ts';
import { printable, unreadable } from './reasons.ts';

const MAX_RECORD = 16 * 1024 * 1024;

/** A record beside what the tree has. */
interface Held {
  readonly file: string;
  readonly directory: string;
  readonly record: InstallRecord;
  readonly distribution: string;
  /** The module by which the record is checked. */
  readonly main: string;
  /** Whether the main module's file has the record's version; null when the file does not tell. */
  readonly agrees: boolean | null;
  /** Modules of the record whose files have the versions that it gives. */
  readonly score: number;
}

/** Claims what records name; gives the component of each record that counted, by the record's directory. */
export function claimByRecords(claims: Claims, files: Files, unexamined: Unexamined[]): Map<string, Draft> {
  const accepted = new Map<string, Draft>();
  for (const group of heldRecords(claims, files, unexamined).values()) {
    const counted = group.some(({ agrees }) => agrees === true)
      ? bestOf(group.filter(({ agrees }) => agrees === true))
      : group.filter(({ agrees }) => agrees === null);
    for (const held of counted) accepted.set(held.directory, addHeld(claims, held, counted));
  }
  return accepted;
}

/** Records by distribution; one whose modules are all gone is left out. */
function heldRecords(claims: Claims, files: Files, unexamined: Unexamined[]): Map<string, Held[]> {
  const groups = new Map<string, Held[]>();
  for (const directory of claims.tree.directories.flatMap(({ records }) => records)) {
    const held = readHeld(claims, files, directory, unexamined);
    if (held === null) continue;
    const group = groups.get(held.distribution);
    if (group === undefined) groups.set(held.distribution, [held]);
    else group.push(held);
  }
  return groups;
}

function readHeld(claims: Claims, files: Files, directory: string, unexamined: Unexamined[]): Held | null {
  const file = `${directory}/install.json`;
  try {
    if (files.kind(file) !== 'file') return null;
    return hold(claims, parseInstallRecord(readText(files, file, MAX_RECORD), printable(file)), directory);
  } catch (error) {
    unexamined.push(unreadable(printable(file), error));
    return null;
  }
}

function hold(claims: Claims, record: InstallRecord, directory: string): Held | null {
  const provided = Object.keys(record.provides).filter((module) => claims.tree.modules.has(module));
  const main = [record.name, record.target].find((name) => name !== null && provided.includes(name));
  const checked = main ?? provided.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
  if (checked === undefined) return null;
  return {
    file: `${directory}/install.json`,
    directory,
    record,
    distribution: distributionOf(record, checked),
    main: checked,
    agrees: agreement(claims, record, checked),
    score: provided.filter((module) => agreement(claims, record, module) === true).length,
  };
}

/** No archive of CPAN has another: what is called otherwise is known by its module. */
const ARCHIVE_NAME = /^[!-.0-~]+$/;

function distributionOf({ pathname, dist, name }: InstallRecord, main: string): string {
  const named = [pathname ?? '', `${dist ?? ''}.tar.gz`].map((path) => distInfo(path).dist);
  const found = named.find((one) => one !== null && ARCHIVE_NAME.test(one));
  return found ?? (name ?? main).replaceAll('::', '-');
}

function agreement(claims: Claims, record: InstallRecord, module: string): boolean | null {
  const { version } = claims.versionOf(module);
  const recorded = record.provides[module]?.version ?? record.version;
  if (version === null || recorded === null) return null;
  if (!isLaxVersion(version) || !isLaxVersion(recorded)) return version === recorded;
  return compareVersions(version, recorded) === 0;
}

/** Of records that all agree, those whose modules agree most. */
function bestOf(group: readonly Held[]): Held[] {
  const best = Math.max(...group.map(({ score }) => score));
  return group.filter(({ score }) => score === best);
}

/** One component for the records that count; they may differ in the archive, or in a version nobody can check. */
function addHeld(claims: Claims, held: Held, counted: readonly Held[]): Draft {
  const versions = new Set(counted.map(({ record }) => record.version));
  const paths = new Set(counted.map(({ record }) => record.pathname));
  const [version = null] = versions.size === 1 ? versions : [];
  const [pathname = null] = paths.size === 1 ? paths : [];
  const draft = claims.add(
    {
      distribution: held.distribution,
      module: null,
      version,
      ...(version === null ? { unversioned: 'unreadable' } : {}),
      presence: 'installed',
      ...(pathname === null ? {} : { pathname }),
    },
    held.main,
    held.file,
  );
  for (const module of Object.keys(held.record.provides)) claims.claim(module, draft);
  return draft;
}
