import type { Letter } from './table.ts';

export type ContainmentLetter = 'freeze-account' | 'remove-release' | 'block-download' | 'remove-repository';

const COMMON = {
  reference: { kind: 'reference' },
  /** Words of ours: what kind of incident it is. */
  why: { kind: 'clause' },
  team: { kind: 'address' },
} as const;

const WHO = `The security group of CPAN works on an incident: {{why}}.`;
const ANSWER = `Please answer this mail: that you have it, and when it is done or why it is not. Evidence comes with our next mail, where you need it to decide. Keep what you take away: it is evidence too.

Nobody else knows of this from us yet. You can check that we are who we say at {{team}}.`;

/** To those who can stop an incident from spreading. They name accounts and releases, which are public, and no evidence. */
export const toContainment: Readonly<Record<ContainmentLetter, Letter>> = {
  'freeze-account': {
    to: 'containment',
    details: false,
    fields: { ...COMMON, account: { kind: 'clause' } },
    template: `Subject: [{{reference}}] Freeze a PAUSE account

${WHO}

Please freeze this account, so that nobody uploads or changes permissions with it:

{{account}}

${ANSWER}
`,
  },
  'remove-release': {
    to: 'containment',
    details: false,
    fields: { ...COMMON, releases: { kind: 'clause' } },
    template: `Subject: [{{reference}}] Remove releases from CPAN

${WHO}

Please take these releases out of the index and off the servers that others copy from:

{{releases}}

${ANSWER}
`,
  },
  'block-download': {
    to: 'containment',
    details: false,
    fields: { ...COMMON, releases: { kind: 'clause' } },
    template: `Subject: [{{reference}}] Block the download of releases

${WHO}

Please stop serving the archives of these releases:

{{releases}}

${ANSWER}
`,
  },
  'remove-repository': {
    to: 'containment',
    details: false,
    fields: { ...COMMON, repository: { kind: 'address' } },
    template: `Subject: [{{reference}}] Take down a repository

${WHO}

Please take this repository down, and keep its content:

{{repository}}

${ANSWER}
`,
  },
};
