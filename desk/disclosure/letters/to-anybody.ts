import type { Letter } from './table.ts';

export type AnybodyLetter = 'key-code' | 'new-link';

export const toAnybody: Readonly<Record<AnybodyLetter, Letter>> = {
  /** Is encrypted to the key that it is about. */
  'key-code': {
    to: 'anybody',
    details: false,
    fields: { fingerprint: { kind: 'clause' }, code: { kind: 'clause' }, link: { kind: 'link' } },
    template: `Subject: A code for your OpenPGP key

Somebody gave this desk an OpenPGP key as yours:

{{fingerprint}}

If it was you, type this code on the page where you gave it:

{{code}}

{{link}}

From then on every letter of this desk to you is encrypted to that key. If it was not you, do nothing, and tell the group.
`,
  },
  'new-link': {
    to: 'anybody',
    details: false,
    fields: { reference: { kind: 'reference' }, link: { kind: 'link' } },
    template: `Subject: [{{reference}}] A new link in place of the old one

The group ended the link that you had to the case {{reference}}. This one takes its place:

{{link}}

The link is yours alone: whoever has it acts in your name. What you wrote and agreed to stays as it was.
`,
  },
};
