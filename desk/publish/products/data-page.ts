/** What there is to take away. */
import { dataPage as pageOf, RECORD_SCHEMA_PATH } from '../../site/index.ts';
import { htmlFiles } from '../paths.ts';
import type { WholeProduct } from '../product.ts';

/** Files of the whole set, each with what it is. */
const FILES: readonly (readonly [path: string, about: string])[] = [
  ['index/head.json', 'Names the audit index that cpansec db update takes'],
  ['osv/CPAN/all.zip', 'Every advisory as OSV, one file each'],
  ['osv/all.json', 'Every advisory as OSV, in one list'],
  ['osv/modified_id.csv', 'When each advisory last changed, newest first'],
  ['csaf/white/index.txt', 'Every CSAF document; changes.csv has their dates'],
  ['.well-known/csaf/provider-metadata.json', 'Who publishes the CSAF documents, and with which key'],
  ['cpansa/cpan-security-advisory.json', 'The database that CPAN::Audit reads'],
  ['feed/cpansa.json', 'The feed that MetaCPAN and Test::CVE read'],
  [RECORD_SCHEMA_PATH, 'The JSON Schema of the record of an advisory'],
  ['status/decisions.json', 'What was decided for each imported record'],
  ['search/index.json', 'The search index of this site'],
];

export const dataPage: WholeProduct = {
  name: 'data-page',
  reads: ['records', 'distributions', 'decisions', 'built'],
  after: true,
  make({ known, site, built, coverage, serial, config }) {
    const files = FILES.flatMap(([path, about]) => {
      const size = known.sizeOf(path);
      return size === null ? [] : [{ path, size, about }];
    });
    const covered = coverage.complete ? null : coverage.distributions.length;
    return { files: htmlFiles([pageOf(site(built), { serial, files, covered, licence: config.licence })]) };
  },
};
