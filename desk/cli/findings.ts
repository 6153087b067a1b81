import { PlacedError, printable, printableJson } from 'cpansec/base';
import { readFile } from 'cpansec/io';
import { type Command, EXIT, facts, Stop, type Typed, usage } from 'cpansec/terminal';
import {
  type ImportedFindings,
  importFindings,
  MAX_DOCUMENT,
  parseFindings,
  type SarifFindings,
} from '../findings/index.ts';
import type { Store } from '../store/index.ts';
import { DATABASE_OPTION, deskExplained, MASTER_KEY_OPTION, withDesk } from './desk-options.ts';

export const findingsCommand: Command = {
  name: 'findings',
  summary: 'take findings of a scanner into the desk',
  operands: 'FILE',
  description: `Reads a list of findings (docs/formats/findings.md) or a SARIF log. What is new becomes a
case; what is likely the same as an open case is added to it; what is known to be no
vulnerability is closed at once. What came before adds nothing.`,
  options: [
    DATABASE_OPTION,
    MASTER_KEY_OPTION,
    { name: 'distribution', value: 'NAME', help: 'of what a SARIF log is that does not say so' },
    { name: 'release', value: 'VERSION', help: 'and of which version' },
    { name: 'json', help: 'print JSON: every finding and what became of it' },
  ],
  examples: [
    ['cpansec-desk findings findings.json', 'a list of ours'],
    ['cpansec-desk findings scan.sarif --distribution Foo-Bar --release 1.02', 'a log of one release'],
  ],
  async run(typed, terminal) {
    const given = findingsOf(typed);
    const done = await deskExplained(() => withDesk(typed, terminal, (store) => imported(store, given)));
    terminal.out(typed.flag('json') ? jsonOf(done, given) : textOf(done, given));
    return EXIT.clean;
  },
};

async function imported(store: Store, { findings, unplaced }: SarifFindings): Promise<ImportedFindings> {
  return store.transaction(async (tx) => {
    const done = await importFindings({ tx, vault: store.vault, member: null }, findings);
    const detail = { ...done.counts, unplaced: unplaced.length };
    tx.record({ actor: 'desk', act: 'report.import', subject: '', detail });
    return done;
  });
}

function findingsOf(typed: Typed): SarifFindings {
  const [path, ...more] = typed.operands;
  if (path === undefined || more.length > 0) throw usage('findings takes one file');
  try {
    const subject = { distribution: typed.value('distribution'), version: typed.value('release') };
    return parseFindings(readFile(path, MAX_DOCUMENT), path, subject);
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    throw new Stop(EXIT.unknown, printable(cause.message), 'nothing was written', { cause });
  }
}

function jsonOf({ counts, findings }: ImportedFindings, { unplaced }: SarifFindings): string {
  return `${printableJson({ counts, findings, unplaced })}\n`;
}

function textOf({ counts }: ImportedFindings, { unplaced }: SarifFindings): string {
  const rows: [string, string][] = [
    ['new cases', String(counts.case)],
    ['added to cases', String(counts.entry)],
    ['known non-findings', String(counts['non-finding'])],
    ['here already', String(counts.here)],
    ['not imported', String(unplaced.length)],
  ];
  return `${facts(rows)}${unplaced.map(({ result, why }) => `  result ${result}: ${printable(why)}\n`).join('')}`;
}
