import { printable, printableJson } from 'cpansec/base';
import {
  type Command,
  counted,
  EXIT,
  type ExitStatus,
  facts,
  type Terminal,
  type Typed,
  usage,
  verbOf,
} from 'cpansec/terminal';
import { type CheckedStore, checkStore } from '../published/index.ts';
import { explained } from './exit.ts';
import { STORE_OPTION, storeOf } from './store-option.ts';

/** After how many files a terminal is told again. */
const TOLD = 100;

export const storeCommand: Command = {
  name: 'store',
  summary: 'check the store',
  operands: 'check',
  description: `check reads every file of the store and says what is wrong: files that do not
decode, are not written as we would, stand under another name, or are missing in a
row of numbers. It exits 1 when anything is. Changes that are still open are told;
they are no fault: their writer is at it, or was killed and runs again.`,
  options: [STORE_OPTION, { name: 'json', help: 'print JSON' }],
  examples: [['cpansec-desk store check --store var/store', 'every file of it']],
  async run(typed, terminal) {
    verbOf('store', [{ name: 'check', operands: '' }], typed);
    return check(typed, terminal);
  },
};

async function check(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const checked = await explained('nothing was changed', () =>
    checkStore(storeOf(typed, terminal), (files) => {
      if (files % TOLD === 0) terminal.progress(`read ${counted(files, 'file')}`);
    }),
  );
  if (checked.files === 0)
    throw usage(`${typed.value('store')}: nothing stands there`, 'import makes a store');
  terminal.out(typed.flag('json') ? `${printableJson(checked)}\n` : text(checked));
  return checked.faults.length === 0 ? EXIT.clean : EXIT.finding;
}

function text({ faults, files, records, revisions, dists, patches, changes, open }: CheckedStore): string {
  const wrong = faults.map(({ key, problem }) => `${printable(`${key}: ${problem}`)}\n`);
  return `${wrong.join('')}${facts([
    ['read', counted(files, 'file')],
    ['records', `${counted(records, 'record')}, ${counted(revisions, 'revision')}`],
    ['dists', counted(dists, 'distribution')],
    ['patches', counted(patches, 'patch', 'patches')],
    ['changes', `${counted(changes, 'change')}${open.length === 0 ? '' : `, open: ${open.join(', ')}`}`],
    ['wrong', faults.length === 0 ? 'nothing' : counted(faults.length, 'file')],
  ])}`;
}
