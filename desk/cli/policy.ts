import { basename } from 'node:path';
import { decodeUtf8, PlacedError } from 'cpansec/base';
import { readFile } from 'cpansec/io';
import { type Command, EXIT, Stop, usage } from 'cpansec/terminal';
import { policyOf, setPolicy } from '../casefile/index.ts';
import { formatPolicy, type Policy, parsePolicy } from '../disclosure/index.ts';
import { DATABASE_OPTION, deskExplained, MASTER_KEY_OPTION, withDesk } from './desk-options.ts';

const MAX_FILE = 256 * 1024;

export const policyCommand: Command = {
  name: 'policy',
  summary: 'show the disclosure policy in force, or put another in force',
  operands: '[FILE]',
  description: `Without FILE it prints the whole policy in force as JSON. With FILE, which states what
differs from the defaults (docs/formats/disclosure-policy.md), it is checked, and in force
for every process of the desk from then on. Clocks of cases are counted anew as they
change.`,
  options: [DATABASE_OPTION, MASTER_KEY_OPTION],
  examples: [
    ['cpansec-desk policy', 'what is in force'],
    ['cpansec-desk policy policy.json', 'another one, from now on'],
  ],
  async run(typed, terminal) {
    const [file, ...more] = typed.operands;
    if (more.length > 0) throw usage('policy takes one file');
    const policy = file === undefined ? null : policyIn(file);
    await deskExplained(() =>
      withDesk(typed, terminal, (store) =>
        store.transaction(async (tx) => {
          if (policy === null || file === undefined) {
            terminal.out(formatPolicy(await policyOf(tx)));
            return;
          }
          await setPolicy(tx, policy, basename(file));
          tx.record({ actor: 'desk', act: 'policy.set', subject: '', detail: {} });
        }),
      ),
    );
    return EXIT.clean;
  },
};

function policyIn(file: string): Policy {
  try {
    return parsePolicy(decodeUtf8(readFile(file, MAX_FILE)), file);
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const { message }: PlacedError<string> = cause;
    throw new Stop(EXIT.usage, message, 'nothing was changed', { cause });
  }
}
