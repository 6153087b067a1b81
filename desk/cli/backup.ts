import { type Command, counted, EXIT, facts, usage } from 'cpansec/terminal';
import { type BackupFacts, backup, verifyBackup } from '../store/index.ts';
import {
  DATABASE_OPTION,
  databaseOf,
  deskExplained,
  MASTER_KEY_OPTION,
  masterKeyOf,
} from './desk-options.ts';

export const backupCommand: Command = {
  name: 'backup',
  summary: 'copy the private database into a sealed file',
  operands: 'FILE',
  description: `Writes all that the private database holds at this instant into a new file, while the
desk works on. The file is sealed; only the master key opens it, which must be kept
apart from it, with the list of destroyed keys beside it (FILE.shredded). --verify
reads a backup whole instead and says whether it can be restored.`,
  options: [
    DATABASE_OPTION,
    MASTER_KEY_OPTION,
    { name: 'verify', help: 'read the file instead of writing it' },
  ],
  examples: [
    ['cpansec-desk backup var/2026-11-25.backup', 'of var/desk/desk.db'],
    ['cpansec-desk backup var/2026-11-25.backup --verify', 'whether it can be restored'],
    ['cpansec-desk backup desk.backup --database postgres://desk@db.example.org/desk', 'of PostgreSQL'],
  ],
  async run(typed, terminal) {
    const [file, ...more] = typed.operands;
    if (file === undefined || more.length > 0) throw usage('backup takes one file');
    const found = await deskExplained(async () => {
      const keys = masterKeyOf(typed);
      return typed.flag('verify')
        ? verifyBackup(file, keys)
        : backup(databaseOf(typed, terminal), keys, file);
    });
    terminal.out(backupText(found));
    return EXIT.clean;
  },
};

export function backupText({ at, step, tables }: BackupFacts): string {
  const rows = Object.values(tables).reduce((sum, tally) => sum + tally.rows, 0);
  return facts([
    ['of', at],
    ['schema', step],
    ['rows', counted(rows, 'row')],
    ['cases', counted(tables.cases?.rows ?? 0, 'case')],
    ['log', counted(tables.ledger?.rows ?? 0, 'entry', 'entries')],
  ]);
}
