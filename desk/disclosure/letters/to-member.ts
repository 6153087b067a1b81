import type { Letter } from './table.ts';

export type MemberLetter = 'invitation' | 'recovery' | 'alert' | 'digest';

const WHY = 'You get this because you are a member of this desk. It goes to each member alone.';

export const toMember: Readonly<Record<MemberLetter, Letter>> = {
  invitation: {
    to: 'member',
    details: false,
    fields: { link: { kind: 'link' }, end: { kind: 'instant' } },
    template: `Subject: You are invited to the desk

You are asked to become a member of the desk of the security group of CPAN. You come in by this link, and make a passkey there:

{{link}}

It works once, until {{end}}. The link is yours alone: whoever has it becomes the member in your place. If you did not expect this, do nothing.

You get this because a coordinator of the desk invited you. It goes to you alone.
`,
  },
  recovery: {
    to: 'member',
    details: false,
    fields: { what: { kind: 'clause' }, link: { kind: 'link' } },
    template: `Subject: The way into the desk of a member

{{what}}

Look whether this is as it should be:

{{link}}

If nobody of you wanted this, tell the other coordinators by another way than mail.

${WHY}
`,
  },
  alert: {
    to: 'member',
    details: false,
    fields: { reference: { kind: 'reference' }, what: { kind: 'clause' }, link: { kind: 'link' } },
    template: `Subject: [{{reference}}] Please look at once

{{what}}

The case is here:

{{link}}

${WHY}
`,
  },
  digest: {
    to: 'member',
    details: false,
    fields: {
      late: { kind: 'clause', optional: true },
      due: { kind: 'clause', optional: true },
      fresh: { kind: 'clause', optional: true },
      news: { kind: 'clause', optional: true },
      letters: { kind: 'clause', optional: true },
      pool: { kind: 'clause', optional: true },
      link: { kind: 'link' },
    },
    template: `Subject: What waits at the desk today

{{#late}}
Late: {{late}}
{{/late}}

{{#due}}
Due within a day: {{due}}
{{/due}}

{{#fresh}}
New reports: {{fresh}}
{{/fresh}}

{{#news}}
New from outside since you looked: {{news}}
{{/news}}

{{#letters}}
Letters that wait for a decision: {{letters}}
{{/letters}}

{{#pool}}
Free CVE ids: {{pool}}
{{/pool}}

All of it stands here:

{{link}}

${WHY}
`,
  },
};
