import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FormatError, formatNoteVerifier, parseNoteVerifier } from 'cpansec/formats';
import { nodeEd25519, nodeSha256, readFile, systemCode } from 'cpansec/io';
import {
  type Command,
  counted,
  EXIT,
  type ExitStatus,
  facts,
  Stop,
  type Terminal,
  type Typed,
  usage,
  verbOf,
} from 'cpansec/terminal';
import {
  type CheckedLedger,
  exportLedger,
  LedgerError,
  MAX_EXPORT_LINE,
  type Trust,
  verifyExport,
  verifyLedger,
} from '../ledger/index.ts';
import { fileHeadSigner, readHeads, readLedger, signHeadWhenDue } from '../store/index.ts';
import {
  DATABASE_OPTION,
  deskExplained,
  ledgerKeyFileOf,
  MASTER_KEY_OPTION,
  withDesk,
} from './desk-options.ts';

const verbs = [
  { name: 'key', operands: 'NAME', run: key },
  { name: 'export', operands: 'FILE', run: exported },
  { name: 'verify', operands: '', run: verify },
] as const;

export const ledgerCommand: Command = {
  name: 'ledger',
  summary: 'export and verify the audit log',
  operands: 'key NAME | export FILE | verify',
  description: `key makes the key that signs the log's heads, for the log of that name, where there is
none, and prints the key by which others verify them. export signs a head and writes
the log with its heads into a new file. verify follows the log, of the database or of
an export, and holds it against the heads that the key signed; those of --head were
kept elsewhere and tell whether the end was cut off. It exits 1 when anything is wrong.`,
  options: [
    DATABASE_OPTION,
    MASTER_KEY_OPTION,
    {
      name: 'ledger-key',
      value: 'FILE',
      help: 'the key that signs heads (default ledger.key beside the master key)',
    },
    { name: 'key', value: 'KEY', help: 'the key that verifies heads, as `ledger key` prints it' },
    { name: 'export', value: 'FILE', help: 'verify this export; no database is asked' },
    { name: 'head', value: 'FILE', many: true, help: 'a signed head that was kept elsewhere' },
  ],
  examples: [
    ['cpansec-desk ledger key desk.example.org/ledger', 'the key to hand out'],
    ['cpansec-desk ledger export var/ledger.jsonl', 'for those who watch'],
    ['cpansec-desk ledger verify --export ledger.jsonl --key KEY --head kept.note', 'anywhere'],
  ],
  async run(all, terminal) {
    const { verb, typed } = verbOf('ledger', verbs, all);
    return deskExplained(() => verb.run(typed, terminal));
  },
};

async function key(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const [name = ''] = typed.operands;
  const { verifier } = await fileHeadSigner(ledgerKeyFileOf(typed), name);
  if (verifier.name !== name) throw usage(`${ledgerKeyFileOf(typed)} is the key of ${verifier.name}`);
  terminal.out(`${formatNoteVerifier(verifier)}\n`);
  return EXIT.clean;
}

async function exported(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const [file = ''] = typed.operands;
  if (!existsSync(ledgerKeyFileOf(typed)))
    throw usage(`${ledgerKeyFileOf(typed)} is not there`, '`ledger key NAME` makes it');
  const signer = await fileHeadSigner(ledgerKeyFileOf(typed), '');
  return withDesk(typed, terminal, async (store) => {
    await signHeadWhenDue(store, signer, { entries: 1 });
    const heads = await readHeads(store);
    const lines = Readable.from(exportLedger(readLedger(store), heads));
    await pipeline(lines, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true })).catch(
      (cause) => {
        if (systemCode(cause) === '') throw cause;
        throw new Stop(EXIT.usage, `${file} cannot be written: ${systemCode(cause)}`, 'say a new file', {
          cause,
        });
      },
    );
    terminal.out(
      facts([
        ['heads', counted(heads.length, 'head')],
        ['key', formatNoteVerifier(signer.verifier)],
      ]),
    );
    return EXIT.clean;
  });
}

async function verify(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const trust = trustOf(typed);
  const kept = typed.values('head').map((file) => new TextDecoder().decode(readFile(file, MAX_HEAD)));
  const file = typed.value('export');
  if (file !== undefined && !statSync(file, { throwIfNoEntry: false })?.isFile())
    throw usage(`${file} is no file`, '`ledger export FILE` makes one where the desk runs');
  const checked =
    file === undefined
      ? await withDesk(typed, terminal, async (store) =>
          verifyLedger(readLedger(store), [...(await readHeads(store)), ...kept], trust),
        )
      : await verifyExport(linesOf(file), kept, trust);
  terminal.out(text(checked));
  return checked.faults.length === 0 ? EXIT.clean : EXIT.finding;
}

/** Bytes of a file with a head. */
const MAX_HEAD = 64 * 1024;

function trustOf(typed: Typed): Trust {
  const typedKey = typed.value('key');
  if (typedKey === undefined)
    throw usage('--key is missing', '`ledger key NAME` prints it where the desk runs');
  try {
    return { verifier: parseNoteVerifier(typedKey), ed25519: nodeEd25519, sha256: nodeSha256 };
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw usage(`--key: ${cause.message}`);
  }
}

/** Lines of a file, each bounded. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let waiting = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = `${waiting}${chunk}`.split('\n');
    waiting = lines.pop() ?? '';
    if (waiting.length > MAX_EXPORT_LINE)
      throw new LedgerError('export', 'has a line that is too long', { file });
    yield* lines;
  }
  if (waiting !== '') throw new LedgerError('export', 'is cut off', { file });
}

function text({ entries, heads, unsigned, faults }: CheckedLedger): string {
  const wrong = faults.map(({ seq, problem }) => `${seq === null ? '' : `entry ${seq} `}${problem}\n`);
  return `${wrong.join('')}${facts([
    ['entries', counted(entries, 'entry', 'entries')],
    ['heads', counted(heads, 'head')],
    ['after the last head', counted(unsigned, 'entry', 'entries')],
    ['wrong', faults.length === 0 ? 'nothing' : counted(faults.length, 'place')],
  ])}`;
}
