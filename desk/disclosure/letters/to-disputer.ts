import type { Letter } from './table.ts';

export type DisputerLetter = 'dispute-received' | 'dispute-answer' | 'dispute-decided';

const WHY =
  'You get this because you object to a record, or to what was decided of a report. It goes to you alone. Answer this mail if you have more to say.';

/** To whoever disputes a record, whether they take part in its case or not. Reasons are given of what is public. */
export const toDisputer: Readonly<Record<DisputerLetter, Letter>> = {
  'dispute-received': {
    to: 'anybody',
    details: false,
    fields: { reference: { kind: 'reference' }, received: { kind: 'instant' }, next: { kind: 'instant' } },
    template: `Subject: [{{reference}}] Your objection has arrived

Your objection of {{received}} has arrived. It is kept with the case {{reference}}, and is counted as a dispute.

A person looks at it. You hear what we decide, and why, by {{next}}.

${WHY}
`,
  },
  'dispute-answer': {
    to: 'anybody',
    details: true,
    fields: { reference: { kind: 'reference' }, text: { kind: 'prose' } },
    template: `Subject: [{{reference}}] About your objection

You object to the record of the case {{reference}}. We write to you about it:

{{text}}

${WHY}
`,
  },
  'dispute-decided': {
    to: 'anybody',
    details: true,
    fields: {
      reference: { kind: 'reference' },
      outcome: { kind: 'clause' },
      why: { kind: 'prose', optional: true },
    },
    template: `Subject: [{{reference}}] Your objection is decided

You objected in the case {{reference}}. What we decided: {{outcome}}.

{{#why}}
{{why}}
{{/why}}

If you think that this is wrong, say so with what we have not looked at. You can also turn to the CNA of last resort, by the rules of the CVE programme.

${WHY}
`,
  },
};
