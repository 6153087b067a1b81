import { type Command, EXIT, usage } from 'cpansec/terminal';
import { restore } from '../store/index.ts';
import { backupText } from './backup.ts';
import {
  DATABASE_OPTION,
  databaseOf,
  deskExplained,
  MASTER_KEY_OPTION,
  masterKeyOf,
} from './desk-options.ts';

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'put a backup into an empty database',
  operands: 'FILE',
  description: `Puts a backup into an empty database, all of it or nothing: a new file, or an empty
database of PostgreSQL, whichever of them it was taken from. Keys that were destroyed
since are destroyed again, by the list beside the master key.`,
  options: [DATABASE_OPTION, MASTER_KEY_OPTION],
  examples: [
    ['cpansec-desk restore var/2026-11-25.backup --database var/restored.db', 'into a new file'],
    ['cpansec-desk restore desk.backup --database postgres://desk@db.example.org/desk', 'moves the desk'],
  ],
  async run(typed, terminal) {
    const [file, ...more] = typed.operands;
    if (file === undefined || more.length > 0) throw usage('restore takes one file');
    terminal.out(
      backupText(await deskExplained(() => restore(file, databaseOf(typed, terminal), masterKeyOf(typed)))),
    );
    return EXIT.clean;
  },
};
