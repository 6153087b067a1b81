/** One case that is fiction from end to end, and says so, for whoever looks at a desk for the first time. */
import { changeCase, readCase } from '../casefile/index.ts';
import { EMPTY_REPORT, type Report, takeReport } from '../reports/index.ts';
import type { Store } from '../store/index.ts';

const DONE = 'example';

const REPORT: Report = {
  ...EMPTY_REPORT,
  where: 'Example-Parser',
  versions: '1.00 to 1.07',
  what: `EXAMPLE, not a real report: reads past the end of a header

This case is fiction. The distribution does not exist, nobody reported it, and nothing has to be done.
Example::Parser reads one byte past the end of a header in parse_header() when the last line has no end.`,
  how: 'Call parse_header() with a text that ends in a colon.',
  impact: 'A byte of other memory may show up in the result.',
  proof: 'None: it is fiction.',
  known: 'Whoever reads the documentation of this desk.',
  credit: 'no',
};

/** Once in the life of a desk; one that was closed or merged does not come back. */
export async function openExample(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    const claimed = await tx.db
      .insertInto('settings')
      .values({ name: DONE, value: 'true' })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('name')
      .execute();
    if (claimed.length === 0) return;
    const given = { channel: 'form', report: REPORT, person: null, files: [] } as const;
    const { caseId } = await takeReport(tx, store.vault, given);
    const file = await readCase(tx, store.vault, caseId);
    if (file !== null) await changeCase(tx, store.vault, file, { content: { labels: ['example'] } });
    tx.record({ actor: 'desk', act: 'example.opened', subject: `case:${caseId}`, detail: {} });
  });
}
