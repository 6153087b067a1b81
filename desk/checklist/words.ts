/** The words of the pages. */
import type { PublicationState } from '../store/index.ts';
import type { Signal } from '../ui/index.ts';
import type { Purpose } from './publication.ts';

export const PURPOSE_WORDS: Readonly<Record<Purpose, string>> = {
  publish: 'Publish',
  correct: 'Correct what is public',
  withdraw: 'Withdraw what is public',
};

export const STATE_WORDS: Readonly<
  Record<PublicationState, { readonly words: string; readonly signal: Signal }>
> = {
  prepared: { words: 'waits for the approval of a second person', signal: 'warning' },
  approved: { words: 'approved, and waits for its instant', signal: 'good' },
  running: { words: 'goes out', signal: 'warning' },
  done: { words: 'is out', signal: 'good' },
  withdrawn: { words: 'was taken back', signal: 'quiet' },
};

export const STEP_WORDS: Readonly<Record<string, string>> = {
  patch: 'The patches go to the public store',
  record: 'The record goes to the public store',
  tree: 'The public tree is made: pages, feeds, formats, the audit index',
  disclosed: 'The cases are public',
  cve: 'The CVE record goes to CVE Services',
  list: 'A mail to the list',
  letters: 'Mails to those who took part, each alone',
  post: 'A short post',
  'follow-up': 'The cases go on to the follow-up',
};

export const TEXT_WORDS: Readonly<Record<string, string>> = {
  announcement: 'Announcement',
  'oss-security': 'To oss-security',
  correction: 'Correction',
  withdrawal: 'Withdrawal',
  'short-post': 'Short post',
  'long-post': 'Long post',
  changelog: 'A line for the change log',
  'pull-request': 'Pull request',
  'rt-ticket': 'Ticket of the tracker',
  maintainer: 'To the maintainers',
  reporter: 'To the reporters',
  distributor: 'To the distributors',
};

export const JOB_WORDS: Readonly<Record<string, { readonly words: string; readonly signal: Signal }>> = {
  waiting: { words: 'waits', signal: 'quiet' },
  ready: { words: 'is next', signal: 'quiet' },
  leased: { words: 'under way', signal: 'warning' },
  done: { words: 'done', signal: 'good' },
  failed: { words: 'did not happen', signal: 'danger' },
  uncertain: { words: 'may have happened', signal: 'danger' },
  cancelled: { words: 'cancelled', signal: 'danger' },
};
