import type { Letter } from './table.ts';

export type ReporterLetter =
  | 'acknowledgement'
  | 'duplicate'
  | 'out-of-scope'
  | 'proof-wanted'
  | 'published-reporter';

const WHY = 'You get this because you reported it. It goes to you alone.';

export const toReporter: Readonly<Record<ReporterLetter, Letter>> = {
  acknowledgement: {
    to: 'reporter',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      received: { kind: 'instant' },
      link: { kind: 'link' },
      next: { kind: 'instant' },
    },
    template: `Subject: [{{reference}}] Your report has arrived

Thank you. Your report arrived at {{received}} and has the reference {{reference}}.

A person reads it next. We tell you what we make of it by {{next}}.

You can see how it stands, add to it or withdraw it here:

{{link}}

The link is yours alone: whoever has it sees your report. Please keep what you found to yourself for now, so that a fix can come first.

${WHY}
`,
  },
  duplicate: {
    to: 'reporter',
    details: false,
    fields: { reference: { kind: 'reference' }, link: { kind: 'link' } },
    template: `Subject: [{{reference}}] Known to us already

What you reported is known to us. Your report stays, linked to the case that is open.

It is of use: we read it for what the other one does not say, and tell you when the matter is published. If you think that it is another vulnerability, say so here:

{{link}}

Please keep it to yourself until then.

${WHY}
`,
  },
  'out-of-scope': {
    to: 'reporter',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      why: { kind: 'clause' },
      handler: { kind: 'name' },
      contact: { kind: 'address', optional: true },
    },
    template: `Subject: [{{reference}}] Somebody else handles this

We have read your report and cannot handle it: {{why}}.

This is for {{handler}}. We have not passed your report on. Please send it to them yourself, in private.

{{#contact}}
You reach them here: {{contact}}
{{/contact}}

If you think that we are mistaken, answer this mail.

${WHY}
`,
  },
  'proof-wanted': {
    to: 'reporter',
    details: false,
    fields: { reference: { kind: 'reference' }, link: { kind: 'link' }, until: { kind: 'instant' } },
    template: `Subject: [{{reference}}] We need a proof of concept

We have read your report and could not tell whether it is a vulnerability. Please show us, at the link below and not by mail:

- the release that you tried, and the version of perl
- a short program or input that shows the effect
- what happens, and what should happen
- who can bring it about in practice, and what they gain

{{link}}

The clocks of the case stand still until you answer. Without an answer by {{until}} we close it; a later answer opens a new one that continues it.

${WHY}
`,
  },
  'published-reporter': {
    to: 'reporter',
    details: false,
    fields: {
      reference: { kind: 'reference' },
      cve: { kind: 'cve' },
      distribution: { kind: 'distribution' },
      published: { kind: 'instant' },
      advisory: { kind: 'link' },
      credit: { kind: 'name', optional: true },
    },
    template: `Subject: {{cve}} {{distribution}}: published

What you reported is public since {{published}}, as {{cve}}:

{{advisory}}

You are free to speak of it from now on. Thank you for waiting.

{{#credit}}
The advisory names you as {{credit}}. If that should be another name or none, answer this mail.
{{/credit}}

${WHY} Your reference is {{reference}}.
`,
  },
};
