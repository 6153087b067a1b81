import type { Letter } from './table.ts';

export type ParticipantLetter =
  | 'agreement'
  | 'embargo-acceptance'
  | 'embargo-changed'
  | 'embargo-ended'
  | 'early-notice'
  | 'news'
  | 'credit-wanted';

const WHY = 'You get this because you take part in the case {{reference}}. It goes to each of those alone.';

export const toParticipant: Readonly<Record<ParticipantLetter, Letter>> = {
  agreement: {
    to: 'participant',
    details: false,
    fields: { version: { kind: 'version' }, link: { kind: 'link' }, team: { kind: 'address' } },
    template: `Subject: Agreement before you are told, version {{version}}

This is version {{version}} of the agreement between you and the security group of CPAN. You sign it once, here, before you are told of anything that is not public:

{{link}}

1. What you are told is TLP:RED unless it bears another label: it is for you alone. You pass it on to nobody, in no form, until it is published.
2. You talk of it only in the case itself, or in private channels that the group has named. A public list, tracker or chat is none of them.
3. You put no patch, test or note of it where others can read it. A public repository is such a place, whatever the branch is called.
4. You put no fix for it into service before it is published. What runs PAUSE, CPAN or MetaCPAN may be protected earlier, when the group has agreed to it.

Each case asks you besides to accept its embargo, with its own end. If you can no longer keep to this, or something became known, tell {{team}} at once: that is a help and no fault.

What is recorded: that you signed, which version, and when.
`,
  },
  'embargo-acceptance': {
    to: 'participant',
    details: false,
    fields: { reference: { kind: 'reference' }, end: { kind: 'instant' }, link: { kind: 'link' } },
    template: `Subject: [{{reference}}] Please accept the embargo

The case {{reference}} is not public. Before you see it, please accept that you keep it to yourself until

> {{end}}

You accept or decline here:

{{link}}

By accepting you agree to three things:

- you keep what you see to yourself until that instant, or until the group says that it has ended
- if it becomes public earlier, or somebody attacks by it, you tell us at once; the embargo ends then
- if the end moves to a later day, you are asked again

You may decline, and you may propose another end: the earliest one that is proposed counts. Nobody has to publish because an embargo ends.

${WHY}
`,
  },
  'embargo-changed': {
    to: 'participant',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      before: { kind: 'instant' },
      end: { kind: 'instant' },
      link: { kind: 'link' },
    },
    template: `Subject: [{{reference}}] The end of the embargo moves

The embargo of the case {{reference}} ends at another time.

- it was {{before}}
- it is now {{end}}

If it is later, please accept it anew here:

{{link}}

${WHY}
`,
  },
  'embargo-ended': {
    to: 'participant',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      ended: { kind: 'instant' },
      why: { kind: 'clause' },
      link: { kind: 'link' },
    },
    template: `Subject: [{{reference}}] The embargo has ended

The embargo of the case {{reference}} ended at {{ended}}: {{why}}.

Nobody has to publish because of it. What we do next stands here:

{{link}}

${WHY}
`,
  },
  'early-notice': {
    to: 'distributor',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      tlp: { kind: 'tlp' },
      end: { kind: 'instant' },
      link: { kind: 'link' },
      team: { kind: 'address' },
    },
    template: `Subject: [{{tlp}}] [{{reference}}] Notice before publication

{{tlp}}

A vulnerability in a distribution of CPAN is published at {{end}}. You can see it before then, with the patch, once you have accepted the embargo:

{{link}}

Please prepare your packages in private, and release nothing before that instant. Questions go to {{team}} with the reference {{reference}}.

You get this because you asked for such notices. Who was told, and when, is recorded.
`,
  },
  'credit-wanted': {
    to: 'participant',
    details: false,
    fields: { reference: { kind: 'reference' }, link: { kind: 'link' } },
    template: `Subject: [{{reference}}] Do you want to be named?

The advisory of the case {{reference}} can name you for what you did. Nobody is named who has not said so. Say whether, and by which name, here:

{{link}}

You can change it until it is published, and have it corrected later.

You get this because you take part in the case {{reference}}. It goes to you alone.
`,
  },
  news: {
    to: 'participant',
    details: false,
    fields: { reference: { kind: 'reference' }, link: { kind: 'link' } },
    template: `Subject: [{{reference}}] There is something for you

Something new stands in the case {{reference}}. You read it, and answer, here:

{{link}}

The link is yours alone: whoever has it acts in your name.

You get this because you take part in the case {{reference}}. It goes to you alone.
`,
  },
};
