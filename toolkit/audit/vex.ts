/**
 * What VEX documents say about findings. `not_affected` and `fixed` answer a finding; `affected` and
 * `under_investigation` do not, and take back what an earlier statement said: the last one that matches decides.
 */
import { compareVersions } from '../cpan/index.ts';
import {
  FormatError,
  type Purl,
  parsePurl,
  parseVers,
  type VexStatement,
  type VexVersions,
  versContains,
} from '../formats/index.ts';
import { readVersion } from './judge.ts';
import type { Finding, Note, Suppressed } from './report.ts';
import type { Subject } from './subject.ts';

export interface VexDocument {
  readonly format: 'openvex' | 'csaf' | 'cyclonedx';
  readonly file: string;
  readonly statements: readonly VexStatement[];
}

type By = Extract<Suppressed['by'], { kind: 'vex' }>;

/** A statement with its package URLs parsed. */
interface Ready {
  /** Its position among all. */
  readonly order: number;
  readonly statement: VexStatement;
  readonly purls: readonly Purl[];
  readonly within: readonly Purl[];
  readonly by: By;
}

/** Documents as one audit applies them. */
export class Vex {
  /** By each of their ids, in upper case. */
  readonly #byId = new Map<string, Ready[]>();
  readonly #product: Purl | null;
  readonly #elsewhere = new Map<Ready, Finding>();

  /** `product` is the package URL of what is audited as a whole: some statements hold inside one product only. */
  constructor(documents: readonly VexDocument[], product?: string) {
    this.#product = product === undefined ? null : readPurl(product);
    documents
      .flatMap((document) => document.statements.map((statement) => ({ document, statement })))
      .forEach(({ document, statement }, order) => {
        this.#add(ready(document, statement, order));
      });
  }

  #add(one: Ready): void {
    for (const id of new Set(one.statement.ids.map((name) => name.toUpperCase()))) {
      const list = this.#byId.get(id);
      if (list === undefined) this.#byId.set(id, [one]);
      else list.push(one);
    }
  }

  answer(finding: Finding, subject: Subject): By | null {
    const last = this.#about(finding)
      .filter((one) => concerns(one, finding, subject))
      .filter((one) => this.#holdsHere(one, finding))
      .reduce<Ready | null>((a, b) => (a === null || b.order > a.order ? b : a), null);
    const answers = last?.statement.status === 'not_affected' || last?.statement.status === 'fixed';
    return answers ? last.by : null;
  }

  /** Statements that would have answered a finding, were they not about another product. */
  notes(): Note[] {
    const audited =
      this.#product === null
        ? 'this is not known to be what is audited, --product tells it'
        : 'this is not what is audited';
    return [...this.#elsewhere].map(([{ statement, by }, { distribution }]) => ({
      code: 'vex-elsewhere',
      text: `a statement on ${statement.ids[0] ?? ''} in ${distribution?.name ?? ''} holds inside ${statement.within.join(', ')} only, and ${audited}`,
      place: by.place,
    }));
  }

  #about({ advisory }: Finding): Ready[] {
    if (advisory === null || this.#byId.size === 0) return [];
    const names = [advisory.id, ...advisory.aliases];
    return names.flatMap((name) => this.#byId.get(name.toUpperCase()) ?? []);
  }

  #holdsHere(one: Ready, finding: Finding): boolean {
    const product = this.#product;
    if (one.statement.within.length === 0) return true;
    if (product !== null && one.within.some((whole) => isSame(whole, product))) return true;
    this.#elsewhere.set(one, finding);
    return false;
  }
}

function ready({ format, file }: VexDocument, statement: VexStatement, order: number): Ready {
  const { status, justification, path } = statement;
  const place = { file, path };
  const by: By = { kind: 'vex', format, status, ...(justification === null ? {} : { justification }), place };
  const [purls, within] = [statement.purls, statement.within].map((list) =>
    list.flatMap((text) => readPurl(text) ?? []),
  );
  return { order, statement, purls: purls ?? [], within: within ?? [], by };
}

/** Null for what is no package URL: it names nothing here. */
function readPurl(text: string): Purl | null {
  try {
    return parsePurl(text);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** Whether the statement is about this distribution in this version, or about the vendor's package of it. */
function concerns({ statement, purls }: Ready, { distribution }: Finding, { distributor }: Subject): boolean {
  if (distribution === null) return false;
  const { name, version } = distribution;
  if (!versionsAllow(statement.versions, version)) return false;
  return purls.some((purl) => {
    if (purl.type === 'cpan') return purl.name === name && versionMatches(purl.version, version);
    if (purl.type !== 'deb' || purl.name !== distributor?.package) return false;
    return purl.version === null || purl.version === distributor.packageVersion;
  });
}

function versionsAllow(limits: readonly VexVersions[], version: string | null): boolean {
  return limits.length === 0 || limits.some((limit) => isWithin(limit, version));
}

function isWithin(limit: VexVersions, version: string | null): boolean {
  if ('version' in limit) return versionMatches(limit.version, version);
  if (version === null) return false;
  try {
    return versContains(parseVers(limit.range, compareVersions), version, compareVersions);
  } catch (error) {
    if (error instanceof FormatError) return false; // a range in another notation limits it to we do not know what
    throw error;
  }
}

/** No version in a package URL means any. */
function versionMatches(stated: string | null, version: string | null): boolean {
  if (stated === null || stated === version) return true;
  const [a, b] = [stated, version].map((text) => (text === null ? null : readVersion(text)));
  return a !== null && a !== undefined && b !== null && b !== undefined && compareVersions(a, b) === 0;
}

/** The same package; a version counts where both have one, the namespace of cpan does not. */
function isSame(a: Purl, b: Purl): boolean {
  const namespace = a.type === 'cpan' || a.namespace === b.namespace;
  const version = a.version === null || b.version === null || a.version === b.version;
  return a.type === b.type && a.name === b.name && namespace && version;
}
