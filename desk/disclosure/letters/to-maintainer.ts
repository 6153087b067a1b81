import type { Letter } from './table.ts';

export type MaintainerLetter =
  | 'first-contact'
  | 'reminder'
  | 'end-near'
  | 'extension-granted'
  | 'escalation'
  | 'published-maintainer';

const WHY =
  'You get this because you are named as a maintainer of {{distribution}}. It goes to its maintainers alone, each by a mail of their own.';

export const toMaintainer: Readonly<Record<MaintainerLetter, Letter>> = {
  'first-contact': {
    to: 'maintainer',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      cve: { kind: 'cve' },
      distribution: { kind: 'distribution' },
      link: { kind: 'link' },
      end: { kind: 'instant' },
      team: { kind: 'address' },
    },
    template: `Subject: {{cve}} {{distribution}}

We are the security group of CPAN. Somebody reported a vulnerability in {{distribution}} to us. It has the id {{cve}} and is not public.

This mail says nothing of what it is. The report, and a place to talk about it, are here:

{{link}}

The page asks you first to keep it to yourself until it is published. We plan to publish at {{end}}. If a fix needs more time, say so there, with the reason.

What we would like from you:

- tell us whether you agree that it is a vulnerability
- tell us which releases have it, as far as you know
- make a release with a fix, or tell us that you need help with one

We help with a patch, and with the words of the advisory. Please do not write of it in a public tracker, and push no fix to a public repository before the day.

If you would rather not follow a link: write to {{team}} with the reference {{reference}}.

${WHY}
`,
  },
  reminder: {
    to: 'maintainer',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      cve: { kind: 'cve' },
      distribution: { kind: 'distribution' },
      link: { kind: 'link' },
      'first-mail': { kind: 'instant' },
      end: { kind: 'instant' },
      team: { kind: 'address' },
    },
    template: `Subject: {{cve}} {{distribution}}

We wrote to you at {{first-mail}} and have not heard from you yet. There is a vulnerability in {{distribution}}, {{cve}}, that is not public.

The report is here:

{{link}}

We plan to publish at {{end}}, with a fix if there is one. A word from you is enough to keep that open: that you have seen it, that you need time, or that you no longer look after the distribution. Or write to {{team}} with the reference {{reference}}.

${WHY}
`,
  },
  'end-near': {
    to: 'maintainer',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      cve: { kind: 'cve' },
      distribution: { kind: 'distribution' },
      end: { kind: 'instant' },
      link: { kind: 'link' },
    },
    template: `Subject: {{cve}} {{distribution}}: the end is near

{{cve}} in {{distribution}} is planned to become public at {{end}}.

If a fix is ready, tell us in which release it is. If it needs more time, say so with the reason:

{{link}}

${WHY} The reference is {{reference}}.
`,
  },
  'extension-granted': {
    to: 'maintainer',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      cve: { kind: 'cve' },
      distribution: { kind: 'distribution' },
      before: { kind: 'instant' },
      end: { kind: 'instant' },
      link: { kind: 'link' },
    },
    template: `Subject: {{cve}} {{distribution}}: more time

The planned publication moves.

- it was {{before}}
- it is now {{end}}

Everybody who keeps it to themselves is asked to do so until then. If you are ready earlier, tell us, and we publish earlier:

{{link}}

${WHY} The reference is {{reference}}.
`,
  },
  escalation: {
    to: 'maintainer',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      distribution: { kind: 'distribution' },
      since: { kind: 'instant' },
      team: { kind: 'address' },
    },
    template: `Subject: {{distribution}}: we look for its maintainers

We are the security group of CPAN and look for somebody who looks after {{distribution}}. We have tried the addresses that we know since {{since}}, without an answer.

If that is you, please write to {{team}} with the reference {{reference}}. If you know who it is, please tell them.

We say no more here, because others may read it.
`,
  },
  'published-maintainer': {
    to: 'maintainer',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      cve: { kind: 'cve' },
      distribution: { kind: 'distribution' },
      published: { kind: 'instant' },
      advisory: { kind: 'link' },
      fixed: { kind: 'version', optional: true },
    },
    template: `Subject: {{cve}} {{distribution}}: published

{{cve}} is public since {{published}}:

{{advisory}}

{{#fixed}}
The advisory names {{fixed}} as the release that fixes it.
{{/fixed}}

You are free to speak of it from now on. If something in the advisory is wrong, answer this mail: we correct it, and say that we did. Please name the id in your change log.

${WHY} The reference is {{reference}}.
`,
  },
};
