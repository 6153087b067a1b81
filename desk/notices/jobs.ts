import { TELL } from '../casefile/index.ts';
import type { Chore, Handlers } from '../jobs/index.ts';
import type { Store } from '../store/index.ts';
import { clockChore } from './clocks.ts';
import type { MailConfig } from './config.ts';
import { digestChore } from './digest.ts';
import { SEND } from './enqueue-letter.ts';
import { sendHandler } from './send.ts';
import { tellHandler } from './tell.ts';

/** What the workers of the desk do of mail. */
export function mailHandlers(store: Store, config: MailConfig): Handlers {
  return { [SEND]: sendHandler(store, config), [TELL]: tellHandler(store, config.origin) };
}

/** What is looked at now and then. */
export function mailChores(store: Store, { origin }: Pick<MailConfig, 'origin'>): Chore[] {
  return [clockChore(store), digestChore(store, origin)];
}
