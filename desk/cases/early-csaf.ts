/** The advisory so far as CSAF, for organisations that were told early. */
import { type CsafResult, toCsaf } from 'cpansec/advisories';
import { FormatError } from 'cpansec/formats';
import type { CaseFile } from '../casefile/index.ts';
import { inForce, TLP_LABELS, TLP_WORDS } from '../disclosure/index.ts';
import { WebError } from '../web/index.ts';
import { draftOf } from './draft.ts';

type Document = CsafResult['document'];

/** TLP 1, as CSAF 2.0 has it: the words say which label of TLP 2.0 is meant. */
const LABELS = {
  'TLP:CLEAR': 'WHITE',
  'TLP:GREEN': 'GREEN',
  'TLP:AMBER': 'AMBER',
  'TLP:AMBER+STRICT': 'AMBER',
  'TLP:RED': 'RED',
} as const;

/** A draft of version 0 with the label of the case. Throws `refused` while the distribution is not known. */
export function earlyCsaf(file: CaseFile, origin: string): Document {
  const date = file.changedAt;
  const { document, ...rest } = written(file, {
    publisher: { category: 'coordinator', name: 'The security group of CPAN', namespace: origin },
    tracking: {
      revisions: [{ date, number: '0', summary: 'Draft' }],
      ...{ initialReleaseDate: date, currentReleaseDate: date, status: 'draft' },
    },
    base: `${origin}/my-part`,
  });
  // It stands nowhere.
  const references = (document.references ?? []).filter(({ category }) => category !== 'self');
  const { references: _, ...about } = document;
  return {
    document: {
      ...about,
      distribution: distributionOf(file),
      ...(references.length === 0 ? {} : { references }),
    },
    ...rest,
  };
}

function written(file: CaseFile, options: Parameters<typeof toCsaf>[1]): Document {
  if (file.content.distribution === null)
    throw new WebError('refused', 'The case does not name the distribution yet.');
  try {
    return toCsaf(draftOf(file), options).document;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new WebError('refused', 'The draft cannot be written as CSAF yet.');
  }
}

function distributionOf({ tlp, state }: CaseFile): NonNullable<Document['document']['distribution']> {
  const label = TLP_LABELS.find((one) => one === tlp) ?? 'TLP:RED';
  const end =
    inForce(state) && state.embargo.end !== null ? ` Under embargo until ${state.embargo.end}.` : '';
  return {
    text: `${label}: ${TLP_WORDS[label]}.${end}`,
    tlp: { label: LABELS[label], url: 'https://www.first.org/tlp/' },
  };
}
