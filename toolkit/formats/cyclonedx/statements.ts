/** What a CycloneDX document says of vulnerabilities (its VEX). */
import { distinct, isPurl, type VexStatement, type VexStatus, type VexVersions } from '../vex.ts';
import type { CycloneDx, CycloneDxAffects, CycloneDxVersions, CycloneDxVulnerability } from './bom.ts';
import { cycloneDxSbom } from './sbom.ts';

const STATES: ReadonlyMap<string, VexStatus> = new Map([
  ['resolved', 'fixed'],
  ['resolved_with_pedigree', 'fixed'],
  ['exploitable', 'affected'],
  ['in_triage', 'under_investigation'],
  ['false_positive', 'not_affected'],
  ['not_affected', 'not_affected'],
]);

/**
 * A statement for each component that a vulnerability affects, more than one where its versions differ. Without an
 * analysis, and with one whose state this code does not know, what is affected is affected.
 */
export function cycloneDxStatements(bom: CycloneDx): VexStatement[] {
  const purls = new Map(cycloneDxSbom(bom).components.map(({ ref, purls }) => [ref, purls]));
  return (bom.vulnerabilities ?? []).flatMap((vulnerability, i) =>
    (vulnerability.affects ?? []).flatMap((affects, j) => {
      const about = purls.get(affects.ref) ?? purlsOfRef(affects.ref, purls);
      return says(vulnerability, affects, about, `vulnerabilities[${i}].affects[${j}]`);
    }),
  );
}

function says(
  { id, references = [], analysis }: CycloneDxVulnerability,
  { ref, versions = [] }: CycloneDxAffects,
  purls: readonly string[],
  path: string,
): VexStatement[] {
  const about = {
    ids: distinct([id, ...references.map((reference) => reference.id)]),
    justification: analysis?.justification ?? null,
    detail: analysis?.detail ?? null,
    product: ref,
    purls,
    within: [],
    path,
  };
  const stated = analysis?.state ?? 'affected';
  const whole = { ...about, status: STATES.get(stated) ?? 'affected', stated };
  if (versions.length === 0) return [{ ...whole, versions: [] }];
  const limited: VexStatement[] = [
    { ...whole, versions: withStatus(versions, 'affected') },
    { ...about, status: 'not_affected', stated: 'unaffected', versions: withStatus(versions, 'unaffected') },
    { ...about, status: 'under_investigation', stated: 'unknown', versions: withStatus(versions, 'unknown') },
  ];
  return limited.filter((statement) => statement.versions.length > 0);
}

/** A status that this code does not know is unknown. */
function withStatus(
  versions: readonly CycloneDxVersions[],
  wanted: 'affected' | 'unaffected' | 'unknown',
): VexVersions[] {
  const known = (status: string): string =>
    status === 'affected' || status === 'unaffected' ? status : 'unknown';
  const found = versions.filter(({ status = 'affected' }) => known(status) === wanted);
  return found.flatMap(({ version, range }): VexVersions[] => {
    if (version !== undefined) return [{ version }];
    return range === undefined ? [] : [{ range }];
  });
}

/** A BOM-Link, `urn:cdx:SERIAL/VERSION#REF`, or a ref that is itself a package URL. */
function purlsOfRef(ref: string, known: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const link = /^urn:cdx:[^#]*#(?<ref>.+)$/s.exec(ref)?.groups?.ref;
  const target = link === undefined ? ref : decoded(link);
  return known.get(target) ?? (isPurl(target) ? [target] : []);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // then it is not encoded
  }
}
