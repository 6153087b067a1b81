import type { Letter } from './table.ts';

export type TrackerLetter = 'issue' | 'pull-request';

/** At the end of a hold with nothing fixed: in public, before the CVE record. */
export const toTracker: Readonly<Record<TrackerLetter, Letter>> = {
  issue: {
    to: 'tracker',
    details: true,
    fields: {
      cve: { kind: 'cve' },
      distribution: { kind: 'distribution' },
      title: { kind: 'title' },
      description: { kind: 'prose' },
      contacted: { kind: 'instant' },
      publish: { kind: 'instant' },
      team: { kind: 'address' },
    },
    template: `Subject: {{cve}}: {{title}}

{{distribution}} has a vulnerability with the id {{cve}}.

{{description}}

We are the security group of CPAN. We wrote to the maintainers at {{contacted}} and know of no release with a fix. A pull request with a patch follows. The CVE record is published at {{publish}}.

If a fix is on its way, or if this is wrong, please say so here or write to {{team}}.
`,
  },
  'pull-request': {
    to: 'tracker',
    details: true,
    fields: {
      cve: { kind: 'cve' },
      distribution: { kind: 'distribution' },
      title: { kind: 'title' },
      description: { kind: 'prose' },
      issue: { kind: 'link' },
      patch: { kind: 'patch', optional: true },
    },
    template: `Subject: Fix {{cve}}: {{title}}

This fixes {{cve}} in {{distribution}}. The issue is {{issue}}

{{description}}

It changes as little as it can, so that it is easy to check. It may be used under the licence of the distribution. Please name the id in the change log of the release that has it.

{{#patch}}
{{patch}}
{{/patch}}
`,
  },
};
