import { printable } from 'cpansec/base';
import { now } from 'cpansec/io';
import {
  type Command,
  counted,
  EXIT,
  facts,
  grouped,
  Stop,
  type Terminal,
  type Typed,
  usage,
} from 'cpansec/terminal';
import { TransparencyError } from 'cpansec/transparency';
import { checkExpiry, PublishError, readConfig } from '../publish/index.ts';
import { type Key, openSigner, SigningError } from '../signing/index.ts';
import { checkSecurityTxt } from '../site/index.ts';
import { type LoggedPublication, LogKeepingError } from '../transparency/index.ts';
import { readTufConfig, type TufConfig } from '../tuf/index.ts';
import { explained } from './exit.ts';
import { LOG_OPTION, logOf } from './log-option.ts';
import { STORE_OPTION } from './store-option.ts';
import { type MadeTree, makeTree, stateBeside } from './tree.ts';

export const publishCommand: Command = {
  name: 'publish',
  summary: 'make the public tree of the store',
  operands: '',
  description: `Makes the web site, feeds, machine formats and the audit index of what the store
holds, and switches the tree over when all of it is there. Only what depends on a
change is made anew; a publication that was cut off goes on where it was. What cannot
be published is refused by name, and the old tree serves on. With --log every revision
of an advisory and the tree itself are logged; it exits 1 when too few witnesses sign,
and when the log has another digest of what was published before.
With --tuf clients that trust its root take the tree (cpansec db update --root).`,
  options: [
    STORE_OPTION,
    { name: 'tree', value: 'ADDRESS', help: 'the public tree: a directory, or s3://BUCKET/PREFIX' },
    { name: 'config', value: 'FILE', help: 'who publishes, and where (docs/formats/publisher.md)' },
    { name: 'key', value: 'FILE', help: 'OpenPGP secret key to sign with' },
    { name: 'gpg-key', value: 'FINGERPRINT', help: 'sign with this key of gpg and its agent instead' },
    {
      name: 'state',
      value: 'FILE',
      help: 'what this publisher remembers (default: beside a tree in a directory)',
    },
    {
      name: 'tuf',
      value: 'FILE',
      help: 'vouch for it with this TUF repository: its configuration (docs/formats/tuf-repository.md)',
    },
    { ...LOG_OPTION, help: 'tell this transparency log of it: its configuration (docs/formats/log.md)' },
  ],
  examples: [
    [
      'cpansec-desk publish --store var/store --tree var/tree --config publisher.json --key publisher.key',
      'into a directory',
    ],
    [
      'cpansec-desk publish --store s3://store/ --tree s3://public/ --state publish.db --config publisher.json --gpg-key FINGERPRINT',
      'into a bucket, signed by an agent',
    ],
    [
      'cpansec-desk publish --store var/store --tree var/tree --config publisher.json --key publisher.key --log log.json',
      'and into the log',
    ],
  ],
  async run(typed, terminal) {
    if (typed.operands.length > 0) throw usage('publish takes options only');
    const published = await explained('the old tree serves on; publish again', () => run(typed, terminal));
    terminal.out(textOf(published));
    const { logged } = published;
    const { published: seen, size, conflicts } = logged ?? { published: 0, size: 0, conflicts: [] };
    return seen === size && conflicts.length === 0 ? EXIT.clean : EXIT.finding;
  },
};

async function run(typed: Typed, terminal: Terminal): Promise<MadeTree> {
  const tree = wanted(typed, 'tree');
  const config = readConfig(wanted(typed, 'config'));
  checkExpiry(config, now().toISOString());
  const alarm = checkSecurityTxt(config.security.expires, now().toISOString());
  if (alarm !== null) terminal.err(`cpansec-desk: ${alarm}\n  set security.expires in the configuration\n`);
  const key = keyOf(typed);
  await checkedKey(key);
  try {
    return await makeTree({
      ...{ store: wanted(typed, 'store'), tree, config, key, env: terminal.env },
      state: stateOf(typed, tree),
      log: typed.value('log') === undefined ? null : logOf(typed),
      tuf: tufOf(typed),
      progress: (words) => terminal.progress(words),
    });
  } catch (cause) {
    throw refusal(cause);
  }
}

/** What publishing refuses, as its own status. */
function refusal(cause: unknown): unknown {
  if (cause instanceof TransparencyError || (cause instanceof LogKeepingError && cause.code !== 'config')) {
    const problem = `the tree is published and the log was not told of it: ${printable(cause.message)}`;
    return new Stop(EXIT.index, problem, 'publish again: the log is told of all that it lacks', { cause });
  }
  if (!(cause instanceof PublishError)) return cause;
  const { code, message } = cause;
  const next = NEXT[code] ?? 'the old tree serves on';
  return new Stop(code === 'invalid' ? EXIT.finding : EXIT.index, printable(message), next, { cause });
}

const NEXT: Readonly<Record<string, string>> = {
  invalid: 'the old tree serves on; correct these records in the store',
  unsigned: 'the old tree serves on; give --key FILE or --gpg-key FINGERPRINT',
  busy: 'wait for the other publication to end',
};

function wanted(typed: Typed, name: string): string {
  const value = typed.value(name);
  if (value === undefined) throw usage(`--${name} is missing`, 'cpansec-desk publish --help has examples');
  return value;
}

function keyOf(typed: Typed): Key | null {
  const [file, gpg] = [typed.value('key'), typed.value('gpg-key')];
  if (file !== undefined && gpg !== undefined) throw usage('--key and --gpg-key are two keys');
  if (file !== undefined) return { file };
  return gpg === undefined ? null : { gpg };
}

/** What is wrong with the key is a mistake in what was typed. */
async function checkedKey(key: Key | null): Promise<void> {
  try {
    if (key !== null) await openSigner(key);
  } catch (cause) {
    if (cause instanceof SigningError) throw usage(cause.message, 'nothing was published');
    throw cause;
  }
}

function tufOf(typed: Typed): TufConfig | null {
  const file = typed.value('tuf');
  return file === undefined ? null : readTufConfig(file);
}

function stateOf(typed: Typed, tree: string): string {
  const given = typed.value('state');
  if (given !== undefined) return given;
  const beside = stateBeside(tree);
  if (beside === null) throw usage('--state is missing', 'a bucket has no place beside it: say --state FILE');
  return beside;
}

function textOf(made: MadeTree): string {
  const { changed, serial, written, removed, files, advisories, distributions, logged, vouched } = made;
  const what = changed ? `published tree ${serial}` : `nothing changed: tree ${serial} stays`;
  const moved = `${counted(files, 'file')}, ${grouped(written)} written, ${grouped(removed)} removed`;
  return `${what}\n${facts([
    ['files', moved],
    ['holds', `${counted(advisories, 'advisory', 'advisories')}, ${counted(distributions, 'distribution')}`],
    ...(logged === null ? [] : [['log', loggedText(logged)] as const]),
    ...(vouched === null
      ? []
      : [
          [
            'tuf',
            `timestamp ${grouped(vouched.timestamp)}, ${counted(vouched.written.length, 'role')} written`,
          ] as const,
        ]),
  ])}`;
}

function loggedText({ added, size, published, missing, conflicts }: LoggedPublication): string {
  const two = conflicts.map(
    ({ index, earlier }) => `; entry ${grouped(index)} contradicts entry ${grouped(earlier)}`,
  );
  const seen = published === size ? '' : `; everybody sees ${grouped(published)}: ${printable(missing)}`;
  return `${counted(added, 'new entry', 'new entries')}, ${grouped(size)} in all${seen}${two.join('')}`;
}
