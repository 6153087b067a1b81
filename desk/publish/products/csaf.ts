/** CSAF 2.0 documents with what must lie beside them: requirements 18 and 19 of its section 7.1. */
import { createHash } from 'node:crypto';
import { type CsafOptions, toCsaf, toCsafVex } from 'cpansec/advisories';
import { encodeUtf8 } from 'cpansec/base';
import {
  type CsafAdvisory,
  type CsafPlace,
  csafPlace,
  formatCsaf,
  formatRolieEntry,
  rolieEntry,
} from 'cpansec/formats';
import { type Advisory, instantsOf } from '../facts.ts';
import { advisoryStem, CSAF_FOLDER, csafPublisher, releasesFrom } from '../paths.ts';
import type { Context, Made, Product, TreeEntry } from '../product.ts';
import { signerOf } from '../signed.ts';

export const csaf: Product<'advisory'> = {
  name: 'csaf',
  async make(subject, context) {
    const options = optionsOf(subject, context);
    const advisory = await placed(toCsaf(subject.record, options).document, context);
    const vex = await placed(toCsafVex(subject.record, options).document, context);
    const beside = { path: `${advisoryStem(subject.record.id)}.csaf.json`, bytes: advisory.bytes };
    return {
      files: [beside, ...advisory.made.files, ...vex.made.files],
      members: [...(advisory.made.members ?? []), ...(vex.made.members ?? [])],
    };
  },
};

function optionsOf(subject: Advisory, { config, known }: Context): CsafOptions {
  const { published, modified } = instantsOf(subject);
  const [first, ...later] = subject.revisions.map(({ revision, published: date }) => ({
    number: `${revision}`,
    date,
    summary: revision === 1 ? 'First publication.' : 'Changed facts.',
  }));
  if (first === undefined) throw new RangeError('an advisory without a revision');
  return {
    publisher: csafPublisher(config),
    tracking: {
      revisions: [first, ...later],
      initialReleaseDate: published,
      currentReleaseDate: modified,
      status: 'final',
    },
    base: `${config.base}/${CSAF_FOLDER}/${published.slice(0, 4)}`,
    releases: releasesFrom(known),
    maintainer: (name) => known.authorOf(name),
  };
}

async function placed(document: CsafAdvisory, context: Context): Promise<{ bytes: Uint8Array; made: Made }> {
  const bytes = encodeUtf8(formatCsaf(document));
  const { path: place, date: at } = csafPlace(document);
  const path = `${CSAF_FOLDER}/${place}`;
  const name = place.replace(/^.*\//, '');
  const signature = await signerOf(context, 'csaf').detached(bytes, at);
  const files: TreeEntry[] = [
    { path, bytes },
    ...(['sha256', 'sha512'] as const).map((hash) => ({
      path: `${path}.${hash}`,
      bytes: encodeUtf8(`${createHash(hash).update(bytes).digest('hex')}  ${name}\n`),
    })),
    { path: `${path}.asc`, bytes: encodeUtf8(signature) },
  ];
  const url = `${context.config.base}/${path}`;
  const entry = rolieEntry(document, url, { hashes: ['sha256', 'sha512'], signature: true });
  const member = {
    collection: 'csaf',
    key: keyOf({ path: place, date: at }),
    bytes: encodeUtf8(formatRolieEntry(entry)),
  };
  return { bytes, made: { files, members: [member] } };
}

/** A key by which the latest document is the first, as in their feed; equal ones by path. */
function keyOf({ path, date }: CsafPlace): string {
  return `${inverted(date)} ${path}`;
}

/** What {@link keyOf} was made of. */
export function placeOf(key: string): CsafPlace {
  const [date = '', path = ''] = key.split(' ');
  return { path, date: inverted(date) };
}

function inverted(date: string): string {
  return date.replace(/\d/g, (digit) => `${9 - Number(digit)}`);
}
