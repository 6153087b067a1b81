/** YAML of cna-tool as CVE records, as the tool makes them of it, and as records: `docs/formats/cna-yaml.md`. */
import { encodeUtf8 } from '../base/index.ts';
import {
  type Cna,
  CVE_DATA_VERSION,
  type CveCna,
  type CveCredit,
  type CveEvent,
  type CveImpact,
  type CveProblemType,
  type CveProvider,
  type CvePublished,
  type CveRecord,
  type CveReference,
  type CveText,
  cnaVersion,
  FormatError,
  parseCna,
} from '../formats/index.ts';
import { unwrapped } from './cna-text.ts';
import { DISCOVERY } from './cve-carried.ts';
import { importCveRecords } from './cve-import.ts';
import { fromCve } from './cve-in.ts';
import { CPAN_COLLECTION, english } from './cve-write.ts';
import { AdvisoryError } from './errors.ts';
import { ImportFlags } from './import-flags.ts';
import type { AdvisoryRecord } from './record.ts';
import type { ImportedRecords, SetFile } from './record-set.ts';
import { readYaml } from './yaml-text.ts';

/** Reads one document. Throws `cna-shape` for what is no YAML, out of bounds, or no document of cna-tool. */
export function parseCnaYaml(yaml: string | Uint8Array, file?: string): Cna {
  const found = readYaml(typeof yaml === 'string' ? encodeUtf8(yaml) : yaml);
  const place = file === undefined ? {} : { file };
  if ('problem' in found) {
    const { problem, line } = found;
    throw new AdvisoryError('cna-shape', problem, { ...place, ...(line === undefined ? {} : { line }) });
  }
  try {
    return parseCna(withoutNulls(found.value));
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new AdvisoryError('cna-shape', cause.problem, { ...cause.place, ...place }, { cause });
  }
}

/** A member without a value is a member that is not there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

/** Imports documents, one a file, as `importCve` does CVE records. Throws `cna-shape`, `import-shape`. */
export function importCna(files: readonly SetFile[]): ImportedRecords {
  const read = ({ name, bytes }: SetFile): CveRecord => cveOfCna(parseCnaYaml(bytes, name), NOBODY);
  return importCveRecords(files, read, 'YAML of cna-tool');
}

/** The record of a document. What is odd stands in its flags, and with the notes in `flags`. */
export function fromCna(cna: Cna, flags: ImportFlags = new ImportFlags()): AdvisoryRecord | null {
  return fromCve(cveOfCna(cna, NOBODY), flags);
}

/** The document does not say which CNA it is of. */
export const NOBODY: CveProvider = { orgId: '00000000-0000-4000-8000-000000000000' };

/** The CVE record that a document stands for, published by the CNA. */
export function cveOfCna(cna: Cna, provider: CveProvider): CvePublished {
  const { orgId, shortName } = provider;
  return {
    dataType: 'CVE_RECORD',
    dataVersion: CVE_DATA_VERSION,
    cveMetadata: {
      cveId: cna.cve,
      assignerOrgId: orgId,
      ...(shortName === undefined ? {} : { assignerShortName: shortName }),
      state: 'PUBLISHED',
    },
    containers: { cna: { providerMetadata: provider, ...containerOf(cna) } },
  };
}

function containerOf(cna: Cna): Omit<CveCna, 'providerMetadata'> {
  return {
    title: unwrapped(cna.title).replaceAll('\n', ' ').replace(/\.$/, ''),
    descriptions: [english(unwrapped(cna.description))],
    affected: [
      {
        vendor: cna.author,
        product: cna.module,
        collectionURL: CPAN_COLLECTION,
        packageName: cna.distribution,
        ...given('repo', cna.repo),
        ...given('programFiles', cna.files),
        ...given(
          'programRoutines',
          cna.routines?.map((name) => ({ name })),
        ),
        defaultStatus: 'unaffected',
        versions: cna.affected.map(cnaVersion),
      },
    ],
    ...given('problemTypes', cna.cwes?.map(problemType)),
    references: cna.references.map(referenceOf),
    ...given('impacts', cna.impacts?.map(impactOf)),
    ...given('solutions', textsOf(cna.solution)),
    ...given('workarounds', textsOf(cna.mitigation)),
    ...given('timeline', cna.timeline?.map(eventOf)),
    ...given('credits', cna.credits?.map(creditOf)),
    source: DISCOVERY,
  };
}

function given<K extends string, T>(name: K, value: T | undefined): { [key in K]?: T } {
  const absent = value === undefined || (Array.isArray(value) && value.length === 0);
  return absent ? {} : ({ [name]: value } as { [key in K]?: T }); // a computed key
}

function textsOf(found: string | string[] | undefined): CveText[] | undefined {
  return found === undefined ? undefined : [found].flat().map((text) => english(unwrapped(text)));
}

function problemType(text: string): CveProblemType {
  const cweId = /^CWE-[1-9][0-9]*/.exec(text)?.[0];
  const description = {
    lang: 'en',
    description: text,
    ...(cweId === undefined ? {} : { cweId, type: 'CWE' }),
  };
  return { descriptions: [description] };
}

function impactOf(text: string): CveImpact {
  const capecId = /^CAPEC-[1-9][0-9]*/.exec(text)?.[0];
  return { ...(capecId === undefined ? {} : { capecId }), descriptions: [english(text)] };
}

/** A day is midnight UTC. */
function eventOf({ time, value }: NonNullable<Cna['timeline']>[number]): CveEvent {
  return { time: time.includes('T') ? time : `${time}T00:00:00Z`, ...english(value) };
}

function creditOf({ type, value, lang }: NonNullable<Cna['credits']>[number]): CveCredit {
  return { lang: lang ?? 'en', value, type };
}

/** Tags that CVE does not have; it takes them with the prefix of extensions. */
export const TOOL_TAGS: ReadonlySet<string> = new Set(['advisory', 'article', 'misc']);

function referenceOf({ link, name, tags }: Cna['references'][number]): CveReference {
  const known = tags?.map((tag) => (TOOL_TAGS.has(tag) ? `x_${tag}` : tag));
  return { url: link, ...given('name', name), ...given('tags', known) };
}
