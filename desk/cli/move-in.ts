import { PlacedError, printable, printableJson } from 'cpansec/base';
import { diskFiles, readFile } from 'cpansec/io';
import { type Command, EXIT, facts, Stop, type Terminal, type Typed, usage } from 'cpansec/terminal';
import {
  type InputFile,
  type Left,
  MAX_INPUT,
  type MovedIn,
  MoveInError,
  type MoveInInput,
  moveIn,
} from '../move-in/index.ts';
import { DATABASE_OPTION, deskExplained, MASTER_KEY_OPTION, withDesk } from './desk-options.ts';

/** Files of case data, directories within each other, and bytes of one: the reader says what is too large. */
const MOST_FILES = 20_000;
const DEEPEST = 8;
const MAX_DATA = 2 * 1024 * 1024;

export const moveInCommand: Command = {
  name: 'move-in',
  summary: 'bring the cases that the group has today into the desk',
  operands: '',
  description: `Reads tickets, YAML of cna-tool, reserved CVE ids, known contacts and signatories, and
makes cases of them (docs/formats/move-in.md). All of it or nothing is written, and what
came before adds nothing. Says what had no place, by file and reason: try --dry-run first,
which prints the same and writes nothing.`,
  options: [
    { name: 'issues', value: 'FILE', help: 'tickets, as gh issue list --json gives them' },
    { name: 'cna', value: 'DIR', help: 'the YAML of cases, unlocked' },
    { name: 'reserved', value: 'FILE', help: 'reserved CVE ids, one a line' },
    { name: 'contacts', value: 'FILE', help: 'known contacts, CSV or JSON' },
    { name: 'signatories', value: 'FILE', help: 'who signed the agreement, CSV or JSON' },
    { name: 'labels', value: 'TABLE', help: 'what the labels mean (default: those of the group)' },
    DATABASE_OPTION,
    MASTER_KEY_OPTION,
    { name: 'dry-run', help: 'say what would be done and write nothing' },
    { name: 'json', help: 'print JSON' },
  ],
  examples: [
    ['cpansec-desk move-in --issues issues.json --cna cves --dry-run', 'what would become of them'],
    [
      'cpansec-desk move-in --reserved reserved.txt --contacts contacts.csv --issues issues.json',
      'ids and contacts go to the tickets that they belong to',
    ],
  ],
  async run(typed, terminal) {
    if (typed.operands.length > 0) throw usage('move-in takes options only');
    const input = inputOf(typed, terminal);
    if (Object.values(input).every((given) => given === undefined))
      throw usage('move-in needs something to move in', 'cpansec-desk move-in --help has examples');
    const dry = typed.flag('dry-run');
    const done = await deskExplained(() =>
      withDesk(typed, terminal, (store) => explained(() => moveIn(store, input, dry))),
    );
    terminal.out(typed.flag('json') ? `${printableJson({ dryRun: dry, ...done })}\n` : textOf(done, dry));
    return EXIT.clean;
  },
};

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof MoveInError)) throw cause;
    throw new Stop(EXIT.unknown, printable(cause.message), 'nothing was written', { cause });
  }
}

function inputOf(typed: Typed, terminal: Terminal): MoveInInput {
  const file = (option: string): InputFile | undefined => {
    const path = typed.value(option);
    return path === undefined ? undefined : { name: path, bytes: read(path, MAX_INPUT) };
  };
  const directory = typed.value('cna');
  if (directory !== undefined) terminal.progress(`reading ${directory}`);
  return {
    issues: file('issues'),
    data: directory === undefined ? undefined : dataBelow(directory),
    reserved: file('reserved'),
    contacts: file('contacts'),
    signatories: file('signatories'),
    labels: file('labels'),
  };
}

function read(path: string, limit: number): Uint8Array {
  return readable(() => readFile(path, limit));
}

function readable<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const { message }: PlacedError<string> = cause;
    throw new Stop(EXIT.unknown, printable(message), 'nothing was written', { cause });
  }
}

/** Links are not followed. */
function dataBelow(directory: string): InputFile[] {
  const files: InputFile[] = [];
  const walk = (path: string, depth: number): void => {
    for (const { name, kind } of readable(() => diskFiles().list(path))) {
      const below = `${path}/${name}`;
      if (kind === 'directory' && depth < DEEPEST && !name.startsWith('.')) walk(below, depth + 1);
      if (kind !== 'file' || !/\.ya?ml$/i.test(name)) continue;
      if (files.length === MOST_FILES) throw usage(`${directory} has more than ${MOST_FILES} files of YAML`);
      files.push({ name: below, bytes: read(below, MAX_DATA) });
    }
  };
  walk(directory.replace(/\/+$/, ''), 0);
  return files;
}

function textOf({ counts, left }: MovedIn, dry: boolean): string {
  const rows: [string, string][] = [
    ['cases', `${counts.cases} new, ${counts.closed} of them closed, ${counts.here} here already`],
    ['comments', String(counts.comments)],
    ['closed tickets', `${counts.skipped} not moved in`],
    ['case data', String(counts.data)],
    ['CVE ids', `${counts.reserved} of cases, ${counts.pooled} new in the pool`],
    ['contacts', String(counts.contacts)],
    ['signatories', String(counts.signatories)],
    ['written', dry ? 'nothing: it was a trial' : 'all of it'],
  ];
  return `${facts(rows)}${leftText(left)}`;
}

function leftText(left: readonly Left[]): string {
  const files = [...new Set(left.map(({ file }) => file))];
  const parts = files.map((name) => {
    const lines = left.filter(({ file }) => file === name);
    const told = lines.map(({ at, reason }) => `  ${printable(at === '' ? reason : `${at}: ${reason}`)}\n`);
    return `\nhad no place in ${printable(name)}\n${told.join('')}`;
  });
  return parts.join('');
}
