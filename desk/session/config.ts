import type { PeopleConfig } from '../people/index.ts';
import type { SessionPolicy } from './policy.ts';

export interface SessionConfig extends PeopleConfig {
  /** As authenticators show it beside a passkey. */
  readonly deskName: string;
  readonly policy: SessionPolicy;
}
