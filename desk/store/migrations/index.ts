/** Every step from nothing to the present schema, in order. A step that was released is never changed. */
import type { Migration } from 'kysely/migration';
import { first } from './0001-first.ts';
import { lists } from './0002-lists.ts';
import { mails } from './0003-mails.ts';
import { news } from './0004-news.ts';
import { times } from './0005-times.ts';
import { barred } from './0006-barred.ts';
import { refusals } from './0007-refusals.ts';
import { cveIds } from './0008-cve-ids.ts';
import { publications } from './0009-publications.ts';
import { organisations } from './0010-organisations.ts';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-lists': lists,
  '0003-mails': mails,
  '0004-news': news,
  '0005-times': times,
  '0006-barred': barred,
  '0007-refusals': refusals,
  '0008-cve-ids': cveIds,
  '0009-publications': publications,
  '0010-organisations': organisations,
};
