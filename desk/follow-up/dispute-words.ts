import type { DisputeOutcome, Disputer } from '../disclosure/index.ts';

export const DISPUTER_WORDS: Readonly<Record<Disputer, string>> = {
  maintainer: 'a maintainer',
  reporter: 'whoever reported it',
  'third-party': 'somebody else',
  'cna-lr': 'the CNA of last resort',
};

export const OUTCOME_WORDS: Readonly<Record<DisputeOutcome, string>> = {
  correct: 'accepted, the record is corrected',
  reject: 'accepted, the record is rejected',
  mark: 'the record stays, and is marked as disputed',
  refuse: 'the record stays as it is',
  withdrawn: 'no longer objected to',
};
