/** One row of CPANSA data: what it says, without its neighbours. Nothing in it is dropped without a flag. */
import { compareText, type Json } from '../base/index.ts';
import { translateRange } from './cpansa-range.ts';
import { CPANSA_RULES, type CpansaRule } from './cpansa-rules.ts';
import { isDate } from './date.ts';
import { isCpansaId, isCve } from './identifier.ts';
import type { ImportFlags } from './import-flags.ts';
import { oddRanges } from './odd-ranges.ts';
import type { AffectedEntry, Cause, Flag, Reference, Severity } from './record.ts';
import { referenceType } from './reference-type.ts';

export type Rating = NonNullable<Severity['rating']>;
export type JsonObject = { [key: string]: Json };

export interface CpansaRow {
  readonly id: string;
  readonly entry: AffectedEntry;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly reported: string | null;
  readonly rating: Rating | null;
  readonly references: readonly Reference[];
  /** Those that belong into the record. */
  readonly flags: Flag[];
}

/** Where a row stands, and what its surroundings say of it. */
export interface RowContext {
  /** Path of the row in its source, for flags and `source.row`. */
  readonly at: string;
  readonly distribution: string;
  readonly flags: ImportFlags;
  /** The embedded library, where the surroundings name it. */
  readonly library?: Cause;
}

export function readRow(row: JsonObject, context: RowContext): CpansaRow {
  return new RowReader(row, context).read();
}

const RATINGS: ReadonlyMap<string, Rating> = new Map([
  ['low', 'low'],
  ['minor', 'low'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['high', 'high'],
  ['critical', 'critical'],
]);

/** What a word of the source means; null for one that we do not know. */
export function ratingOf(word: string): Rating | null {
  return RATINGS.get(word.toLowerCase()) ?? null;
}

class RowReader {
  readonly #rest: Map<string, Json>;
  readonly #context: RowContext;
  readonly #flags: Flag[] = [];

  constructor(row: JsonObject, context: RowContext) {
    this.#rest = new Map(Object.entries(row));
    this.#context = context;
  }

  read(): CpansaRow {
    const id = this.#id();
    const cause = this.#cause(id);
    const affected = this.#expressions('affected_versions', 'affected-absent');
    const fixed = this.#expressions('fixed_versions', 'fixed-absent');
    const word = this.#text('severity');
    this.#ownDistribution();
    const read = {
      aliases: this.#aliases(),
      description: this.#description(),
      reported: this.#reported(),
      rating: this.#rating(word),
      references: this.#references(),
    };
    const entry = this.#entry(cause, affected, fixed, word);
    return { id, entry, ...read, flags: this.#flags };
  }

  #entry(cause: Cause, affected: string[], fixed: string[], severity: string | null): AffectedEntry {
    const { at: row, distribution } = this.#context;
    const ranges = this.#translate('affected_versions', affected);
    const entry = { distribution, ranges, fixed: this.#translate('fixed_versions', fixed), cause };
    this.#oddities(entry);
    const other = this.#other();
    const source: AffectedEntry['source'] = { database: 'cpansa', row, affected, fixed };
    if (severity !== null) source.severity = severity;
    if (other !== null) source.other = other;
    return { ...entry, source };
  }

  #id(): string {
    const { at, distribution } = this.#context;
    const found = this.#text('id');
    if (found === null || found === '') {
      this.#flag('id-absent', 'id', found);
      return `CPANSA-${distribution}-${at.replace(/[^A-Za-z0-9]+/g, '-')}`.slice(0, 200);
    }
    const id = found.replace(/[^!-~]/g, '_').slice(0, 200);
    if (id !== found) this.#flag('id-characters', 'id', found);
    if (!isCpansaId(id)) this.#flag('id-form', 'id', id);
    if (!id.startsWith(`CPANSA-${distribution}-`)) this.#flag('id-distribution', 'id', id);
    return id;
  }

  #cause(id: string): Cause {
    const known = this.#context.library ?? this.#embedded();
    const external = this.#rest.get('external_vulnerability');
    if (!isNothing(external)) this.#flag('cause-external', 'external_vulnerability', external);
    if (known !== null) return known;
    const library = libraryOfId(id);
    if (library === null) return { kind: 'own' };
    this.#flag('cause-from-id', 'id', id);
    return { kind: 'embedded', library };
  }

  #embedded(): Cause | null {
    const found = this.#rest.get('embedded_vulnerability');
    if (!isObject(found) || typeof found.name !== 'string') return null;
    const { name: library, distributed_version: version, ...more } = found;
    if (Object.keys(more).length === 0) this.#rest.delete('embedded_vulnerability');
    this.#flag('cause-from-field', 'embedded_vulnerability', library);
    if (typeof version !== 'string') {
      this.#flag('library-unknown-version', 'embedded_vulnerability.distributed_version', version);
      return { kind: 'embedded', library };
    }
    if (!/^v?[0-9]/.test(version))
      this.#flag('library-version-form', 'embedded_vulnerability.distributed_version', version);
    return { kind: 'embedded', library, libraryVersion: version };
  }

  /** The expressions of a member as they were found. */
  #expressions(name: string, absent: CpansaRule): string[] {
    const found = this.#take(name);
    if (typeof found === 'string' && found !== '') {
      this.#flag('affected-text', name, found);
      return [found];
    }
    const list = Array.isArray(found) ? found : [];
    const texts = list.filter((item) => typeof item === 'string');
    if (texts.length < list.length || !(Array.isArray(found) || isNothing(found))) {
      this.#flag('affected-shape', name, found);
      if (found !== undefined) this.#rest.set(name, found);
    }
    if (texts.length === 0) this.#flag(absent, name, found);
    return texts;
  }

  #translate(name: string, found: readonly string[]): string[] {
    return found.map((expression, i) => {
      const { text, rules } = translateRange(expression);
      for (const rule of rules) this.#flag(rule, `${name}[${i}]`, expression);
      return text;
    });
  }

  #oddities(entry: AffectedEntry): void {
    for (const { rule, member, index, found } of oddRanges(entry)) {
      if (rule === 'range-unreadable') continue; // the translation has said so
      const name = member === 'ranges' ? 'affected_versions' : 'fixed_versions';
      this.#flag(rule, index === undefined ? name : `${name}[${index}]`, found);
    }
  }

  #ownDistribution(): void {
    const found = this.#take('distribution');
    if (found === undefined || found === this.#context.distribution) return;
    this.#flag('distribution-differs', 'distribution', found);
    this.#rest.set('distribution', found);
  }

  #aliases(): string[] {
    const cves = this.#names('cves');
    if (cves.length === 0) this.#flag('alias-absent', 'cves', '');
    for (const cve of cves) if (!isCve(cve)) this.#flag('alias-form', 'cves', cve);
    const earlier = this.#names('previous_id');
    for (const id of earlier) this.#flag('alias-earlier-id', 'previous_id', id);
    const all = [...cves, ...earlier, ...this.#names('github_security_advisory')];
    const distinct = [...new Set(all)].sort(compareText);
    if (distinct.length < all.length) this.#flag('alias-duplicate', 'cves', all);
    return distinct;
  }

  /** A list of names, nulls left out; anything else stays in the source row. */
  #names(member: string): string[] {
    const found = this.#take(member);
    const list = (Array.isArray(found) ? found : [found ?? null]).filter((item) => !isNothing(item));
    const names = list
      .filter((item) => typeof item === 'string')
      .filter((item) => /^[!-~]{1,200}$/.test(item));
    if (names.length === list.length) return names;
    this.#flag('alias-shape', member, found);
    if (found !== undefined) this.#rest.set(member, found);
    return names;
  }

  #description(): string {
    const text = (this.#text('description') ?? '').trim();
    if (text === '') this.#flag('description-absent', 'description', '');
    return text;
  }

  #reported(): string | null {
    const found = this.#text('reported');
    if (found === null || found === '') {
      this.#flag('reported-absent', 'reported', found);
      return null;
    }
    if (isDate(found)) return found;
    this.#flag('reported-form', 'reported', found);
    this.#rest.set('reported', found);
    return null;
  }

  #rating(word: string | null): Rating | null {
    if (word === null) this.#flag('severity-absent', 'severity', '');
    else if (word === '') this.#flag('severity-empty', 'severity', '');
    if (word === null || word === '') return null;
    const rating = ratingOf(word);
    if (rating === null) this.#flag('severity-unknown', 'severity', word);
    else if (rating !== word) this.#flag('severity-mapped', 'severity', word);
    return rating;
  }

  #references(): Reference[] {
    const found = this.#take('references');
    const list = typeof found === 'string' ? [found] : Array.isArray(found) ? found : [];
    const urls = list.filter((item) => typeof item === 'string').map((url) => url.trim());
    const good = urls.filter((url) => /^(?:https?|ftp):\/\/\S+$/i.test(url));
    if (good.length < list.length || (list.length === 0 && !isNothing(found) && !Array.isArray(found))) {
      this.#flag(
        'reference-form',
        'references',
        list.filter((item) => !good.includes(String(item).trim())),
      );
      if (found !== undefined) this.#rest.set('references', found);
    }
    if (good.length === 0) this.#flag('reference-absent', 'references', found);
    for (const url of good) if (/^ftp:/i.test(url)) this.#flag('reference-ftp', 'references', url);
    const distinct = [...new Set(good)];
    if (distinct.length < good.length) this.#flag('reference-duplicate', 'references', duplicates(good));
    return distinct.map((url) => ({ type: referenceType(url), url }));
  }

  /** What nobody asked for, with keys in order. */
  #other(): Record<string, unknown> | null {
    for (const name of ['embedded_vulnerability', 'external_vulnerability']) {
      if (isNothing(this.#rest.get(name))) this.#rest.delete(name);
    }
    if (this.#rest.size === 0) return null;
    for (const [name, value] of this.#rest) this.#flag('member-kept', name, value);
    return Object.fromEntries([...this.#rest].sort(([a], [b]) => compareText(a, b)));
  }

  /** A member that must be a text or nothing. */
  #text(name: string): string | null {
    const found = this.#take(name);
    if (typeof found === 'string') return found;
    if (found !== undefined && found !== null) {
      this.#flag('member-shape', name, found);
      this.#rest.set(name, found);
    }
    return null;
  }

  #take(name: string): Json | undefined {
    const found = this.#rest.get(name);
    this.#rest.delete(name);
    return found;
  }

  #flag(rule: CpansaRule, member: string, found: unknown): void {
    const added = this.#context.flags.add(rule, `${this.#context.at}.${member}`, found);
    if (CPANSA_RULES[rule][0] === 'flag') this.#flags.push(added);
  }
}

/** Ids of rows made from a library's advisories end in its name: `CPANSA-DBD-SQLite-2020-13631-sqlite`. */
export function libraryOfId(id: string): string | null {
  const parts = id.split('-');
  const number = parts.findLastIndex((part) => /^\d+$/.test(part));
  const library = parts.slice(number + 1).join('-');
  return number >= 2 && /^[A-Za-z]/.test(library) ? library : null;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNothing(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}

function duplicates(list: readonly string[]): string[] {
  const seen = new Set<string>();
  return list.filter((item) => seen.has(item) || !seen.add(item));
}
