import type { Transaction } from '../store/index.ts';
import type { Notice } from './recovery.ts';
import type { LinkTimes } from './times.ts';

export interface PeopleConfig {
  readonly times: LinkTimes;
  /** Tells members, in the transaction of the act. */
  tell(tx: Transaction, notice: Notice): Promise<void>;
}
