/** The shape of a CVE record, and the order of its members. */
import { anything, array, number, object, oneOf, optional, type Shape, string } from '../../base/index.ts';
import { anyObject, asFound, type MemberOrder } from '../document.ts';
import type { CveCna, CveProduct, CvePublished, CveRecord, CveRejected, CveText } from './types.ts';

const status = oneOf('affected', 'unaffected', 'unknown');
const texts: Shape<CveText[]> = array(
  object({ lang: string, value: string, supportingMedia: optional(anything) }),
);
const provider = object({
  orgId: string,
  shortName: optional(string),
  dateUpdated: optional(string),
});

const product: Shape<CveProduct> = object({
  vendor: optional(string),
  product: optional(string),
  collectionURL: optional(string),
  packageName: optional(string),
  packageURL: optional(string),
  modules: optional(array(string)),
  programFiles: optional(array(string)),
  programRoutines: optional(array(object({ name: string }))),
  repo: optional(string),
  defaultStatus: optional(status),
  versions: optional(
    array(
      object({
        version: string,
        status,
        versionType: optional(string),
        lessThan: optional(string),
        lessThanOrEqual: optional(string),
        changes: optional(array(object({ at: string, status }))),
      }),
    ),
  ),
});

const cvss = object({ version: string, vectorString: string, baseScore: number, baseSeverity: string });

const cna: Shape<CveCna> = object({
  providerMetadata: provider,
  title: optional(string),
  datePublic: optional(string),
  descriptions: texts,
  affected: array(product),
  problemTypes: optional(
    array(
      object({
        descriptions: array(
          object({
            lang: string,
            description: string,
            cweId: optional(string),
            type: optional(string),
          }),
        ),
      }),
    ),
  ),
  references: array(object({ url: string, name: optional(string), tags: optional(array(string)) })),
  impacts: optional(array(object({ capecId: optional(string), descriptions: texts }))),
  metrics: optional(
    array(
      object({
        format: optional(string),
        scenarios: optional(array(object({ lang: string, value: string }))),
        cvssV3_1: optional(cvss),
        cvssV4_0: optional(cvss),
        other: optional(object({ type: string, content: anyObject })),
      }),
    ),
  ),
  workarounds: optional(texts),
  solutions: optional(texts),
  timeline: optional(array(object({ time: string, lang: string, value: string }))),
  credits: optional(array(object({ lang: string, value: string, type: optional(string) }))),
  source: optional(anyObject),
  tags: optional(array(string)),
  x_cpansec: optional(anything),
});

const metadata = {
  cveId: string,
  assignerOrgId: string,
  assignerShortName: optional(string),
  datePublished: optional(string),
  dateUpdated: optional(string),
  dateRejected: optional(string),
};
const head = { dataType: oneOf('CVE_RECORD'), dataVersion: string };

const published: Shape<CvePublished> = object({
  ...head,
  cveMetadata: object({ ...metadata, state: oneOf('PUBLISHED') }),
  containers: object({ cna, adp: optional(anything) }),
});

const rejected: Shape<CveRejected> = object({
  ...head,
  cveMetadata: object({ ...metadata, state: oneOf('REJECTED') }),
  containers: object({
    cna: object({
      providerMetadata: provider,
      rejectedReasons: texts,
      replacedBy: optional(array(string)),
      x_cpansec: optional(anything),
    }),
    adp: optional(anything),
  }),
});

const state = object({ cveMetadata: object({ state: oneOf('PUBLISHED', 'REJECTED') }) });

export const cveShape: Shape<CveRecord> = (value, path) =>
  state(value, path).cveMetadata.state === 'REJECTED' ? rejected(value, path) : published(value, path);

const TEXT: MemberOrder = { lang: asFound, value: asFound, supportingMedia: asFound };
const CVSS: MemberOrder = {
  version: asFound,
  vectorString: asFound,
  baseScore: asFound,
  baseSeverity: asFound,
};
const CNA: MemberOrder = {
  providerMetadata: { orgId: asFound, shortName: asFound, dateUpdated: asFound },
  rejectedReasons: TEXT,
  replacedBy: asFound,
  title: asFound,
  dateAssigned: asFound,
  datePublic: asFound,
  descriptions: TEXT,
  affected: {
    vendor: asFound,
    product: asFound,
    collectionURL: asFound,
    packageName: asFound,
    packageURL: asFound,
    modules: asFound,
    programFiles: asFound,
    programRoutines: asFound,
    platforms: asFound,
    repo: asFound,
    defaultStatus: asFound,
    versions: {
      version: asFound,
      lessThan: asFound,
      lessThanOrEqual: asFound,
      status: asFound,
      versionType: asFound,
      changes: { at: asFound, status: asFound },
    },
  },
  problemTypes: { descriptions: { lang: asFound, description: asFound, cweId: asFound, type: asFound } },
  references: { url: asFound, name: asFound, tags: asFound },
  impacts: { capecId: asFound, descriptions: TEXT },
  metrics: {
    format: asFound,
    scenarios: asFound,
    cvssV4_0: CVSS,
    cvssV3_1: CVSS,
    other: { type: asFound, content: asFound },
  },
  configurations: TEXT,
  workarounds: TEXT,
  solutions: TEXT,
  exploits: TEXT,
  timeline: { time: asFound, lang: asFound, value: asFound },
  credits: { lang: asFound, value: asFound, type: asFound },
  source: asFound,
  tags: asFound,
  x_cpansec: asFound,
};

/** The order of the schema, with what names a product before what is said of it. */
export const CVE_ORDER: MemberOrder = {
  dataType: asFound,
  dataVersion: asFound,
  cveMetadata: {
    cveId: asFound,
    assignerOrgId: asFound,
    assignerShortName: asFound,
    state: asFound,
    dateReserved: asFound,
    datePublished: asFound,
    dateUpdated: asFound,
    dateRejected: asFound,
  },
  containers: { cna: CNA, adp: asFound },
};
