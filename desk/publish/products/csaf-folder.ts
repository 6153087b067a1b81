/** What makes a folder of documents a CSAF provider: requirements 7 to 17 and 20 of CSAF 2.0, section 7.1. */
import { encodeUtf8 } from 'cpansec/base';
import {
  type CsafProvider,
  formatCsafChanges,
  formatCsafIndex,
  formatCsafProvider,
  formatRolieService,
  joinRolieFeed,
  rolieFeed,
  rolieService,
} from 'cpansec/formats';
import { CSAF_FOLDER, csafPublisher } from '../paths.ts';
import type { Context, WholeProduct } from '../product.ts';
import { signerOf } from '../signed.ts';
import { placeOf } from './csaf.ts';

/** Where the entries of the feed stand; nothing else in it has this. */
const MARK = '\0';
const FEED = 'csaf-feed-tlp-white.json';
const KEY_PATH = '.well-known/csaf/openpgp-key.asc';
const PROVIDER_PATH = '.well-known/csaf/provider-metadata.json';

export const csafFolder: WholeProduct = {
  name: 'csaf-folder',
  reads: ['records', 'distributions', 'built'],
  make(context) {
    const { config, known } = context;
    const placed = known.keys('csaf').map(placeOf);
    const updated = placed[0]?.date ?? context.built;
    const feedUrl = `${config.base}/${CSAF_FOLDER}/${FEED}`;
    const title = `${config.name}, CSAF`;
    const feed = rolieFeed({ id: 'csaf-feed-tlp-white', title, url: feedUrl, updated, entries: [] });
    const [before = '', after = ''] = joinRolieFeed(feed, [MARK]).split(MARK);
    const text = (path: string, content: string): { path: string; bytes: Uint8Array } => ({
      path,
      bytes: encodeUtf8(content),
    });
    return {
      files: [
        text(`${CSAF_FOLDER}/index.txt`, formatCsafIndex(placed)),
        text(`${CSAF_FOLDER}/changes.csv`, formatCsafChanges(placed)),
        {
          path: `${CSAF_FOLDER}/${FEED}`,
          bytes: Buffer.concat([encodeUtf8(before), known.joined('csaf', ',\n'), encodeUtf8(after)]),
        },
        text(
          `${CSAF_FOLDER}/service.json`,
          formatRolieService(rolieService(title, [{ title, url: feedUrl }])),
        ),
        text(KEY_PATH, signerOf(context, 'csaf-folder').publicKey),
        text(PROVIDER_PATH, formatCsafProvider(providerOf(context, updated, feedUrl))),
      ],
    };
  },
};

function providerOf(context: Context, updated: string, feedUrl: string): CsafProvider {
  const { base } = context.config;
  return {
    canonical_url: `${base}/${PROVIDER_PATH}`,
    distributions: [
      {
        directory_url: `${base}/${CSAF_FOLDER}/`,
        rolie: {
          feeds: [{ summary: 'All documents', tlp_label: 'WHITE', url: feedUrl }],
          services: [`${base}/${CSAF_FOLDER}/service.json`],
        },
      },
    ],
    last_updated: updated,
    list_on_CSAF_aggregators: true,
    metadata_version: '2.0',
    mirror_on_CSAF_aggregators: true,
    public_openpgp_keys: [
      { fingerprint: signerOf(context, 'csaf-folder').fingerprint, url: `${base}/${KEY_PATH}` },
    ],
    publisher: csafPublisher(context.config),
    role: 'csaf_trusted_provider',
  };
}
