/** What runs out. */
import { OFFLINE_NOTICE_DAYS } from './ceremony.ts';
import { CLAIMED, RECENTLY_CLAIMED, RELEASES } from './layout.ts';
import { isLessThan } from './schedule.ts';
import type { Standing } from './standing.ts';

export interface ExpiryAlarm {
  readonly role: string;
  /** RFC 3339. */
  readonly expires: string;
  readonly expired: boolean;
}

/** So long before it runs out a role is told, in days: what is signed on line is signed anew before that. */
const NOTICE: Readonly<Record<string, number>> = {
  timestamp: 0.75,
  snapshot: 2,
  'pause-index': 10,
  advisories: 10,
  [RECENTLY_CLAIMED]: 10,
  root: OFFLINE_NOTICE_DAYS,
  targets: OFFLINE_NOTICE_DAYS,
  [CLAIMED]: OFFLINE_NOTICE_DAYS,
  [RELEASES]: OFFLINE_NOTICE_DAYS,
};

/** Of all roles but bins and authors, the first to run out first. */
export function expiryAlarms({ root, timestamp, snapshot, named }: Standing, now: Date): ExpiryAlarm[] {
  const roles = [['root', root], ['timestamp', timestamp], ['snapshot', snapshot], ...named] as const;
  return roles
    .map(([role, { expires }]) => ({ role, expires, expired: isLessThan(expires, 0, now) }))
    .filter(({ role, expires }) => isLessThan(expires, NOTICE[role] ?? 0, now))
    .sort((a, b) => Date.parse(a.expires) - Date.parse(b.expires));
}
