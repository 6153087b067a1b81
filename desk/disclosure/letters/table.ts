import type { Field } from './field.ts';

/** One letter: whom it is for, what it needs, and its words. */
export interface Letter {
  readonly to:
    | 'reporter'
    | 'maintainer'
    | 'participant'
    | 'distributor'
    | 'member'
    | 'anybody'
    | 'tracker'
    | 'containment';
  /** Whether it says something of the vulnerability. Mail does not; what is posted in public does. */
  readonly details: boolean;
  readonly fields: Readonly<Record<string, Field>>;
  readonly template: string;
}
