/** Everything that is published: one file and one line each. */
import type { Kind, Product, WholeProduct } from './product.ts';
import { advisoryFigures, advisoryPages } from './products/advisory-pages.ts';
import { auditIndex, indexedDistribution, indexedRecord } from './products/audit-index.ts';
import { cpansa, cpansaDistribution } from './products/cpansa.ts';
import { csaf } from './products/csaf.ts';
import { csafFolder } from './products/csaf-folder.ts';
import { cve, cveByName } from './products/cve.ts';
import { dataPage } from './products/data-page.ts';
import { distributionPages } from './products/distribution-pages.ts';
import { feeds, frontPages } from './products/front-pages.ts';
import { authorPages, letterPages, yearPages } from './products/list-pages.ts';
import { namePages } from './products/name-pages.ts';
import { osv } from './products/osv.ts';
import { osvBulk } from './products/osv-bulk.ts';
import { patchFiles, patchList } from './products/patches.ts';
import { record } from './products/record.ts';
import { recordSchema } from './products/record-schema.ts';
import {
  searchedAdvisory,
  searchedDistribution,
  searchHeadFile,
  searchShardFile,
} from './products/search.ts';
import { siteFiles, sitemap } from './products/site-files.ts';
import { statusPages } from './products/status-pages.ts';
import { cycloneDxVex, openVex } from './products/vex.ts';

/** By what they are made of; in the order in which they are made. */
export const products: { readonly [K in Kind]: readonly Product<K>[] } = {
  advisory: [
    record,
    osv,
    cve,
    csaf,
    openVex,
    cycloneDxVex,
    advisoryPages,
    advisoryFigures,
    indexedRecord,
    searchedAdvisory,
  ],
  distribution: [distributionPages, cpansaDistribution, indexedDistribution, searchedDistribution],
  name: [namePages, cveByName],
  year: [yearPages],
  letter: [letterPages],
  author: [authorPages],
  shard: [searchShardFile],
};

export const wholeProducts: readonly WholeProduct[] = [
  auditIndex,
  osvBulk,
  csafFolder,
  cpansa,
  feeds,
  frontPages,
  statusPages,
  patchFiles,
  patchList,
  searchHeadFile,
  siteFiles,
  recordSchema,
  dataPage,
  sitemap,
];
