import { printable, printableJson } from 'cpansec/base';
import { now } from 'cpansec/io';
import {
  type Command,
  counted,
  EXIT,
  type ExitStatus,
  facts,
  grouped,
  type Terminal,
  type Typed,
  usage,
  verbOf,
} from 'cpansec/terminal';
import {
  checkRepository,
  expiryAlarms,
  loadStanding,
  pruneRepository,
  type TufPublication,
} from 'cpansec/tuf';
import { type LogConfig, readLogConfig } from '../transparency/index.ts';
import {
  ceremonyStatus,
  claimOnLine,
  type DraftState,
  draftAuthor,
  finalizeCeremony,
  initCeremony,
  installCeremony,
  logWritten,
  makeKeyFile,
  openTufSigner,
  pinnedRoot,
  publishTargets,
  readTufConfig,
  recoverRepository,
  rehearseRepository,
  repositoryOps,
  signCeremony,
  type TufConfig,
  unclaimOnLine,
  withRepository,
} from '../tuf/index.ts';
import { explained } from './exit.ts';

interface Call {
  readonly typed: Typed;
  readonly terminal: Terminal;
}

const verbs = [
  { name: 'key', operands: 'FILE', run: key },
  { name: 'public', operands: 'KEY', run: publicKey },
  { name: 'init', operands: 'DIRECTORY', run: init },
  { name: 'sign', operands: 'DIRECTORY', run: sign },
  { name: 'status', operands: 'DIRECTORY', run: status },
  { name: 'finalize', operands: 'DIRECTORY', run: finalize },
  { name: 'install', operands: 'DIRECTORY', run: install },
  { name: 'publish', operands: '', run: publish },
  { name: 'resign', operands: '', run: resign },
  { name: 'alarms', operands: '', run: alarms },
  { name: 'check', operands: '', run: check },
  { name: 'prune', operands: '', run: prune },
  { name: 'author', operands: 'DIRECTORY AUTHOR [FILE…]', run: author },
  { name: 'claim', operands: 'DIRECTORY AUTHOR', run: claim },
  { name: 'unclaim', operands: 'AUTHOR', run: unclaim },
  { name: 'rehearse', operands: 'DIRECTORY', run: rehearse },
] as const;

export const tufCommand: Command = {
  name: 'tuf',
  summary: 'keep the TUF repository: ceremonies, keys, targets',
  operands: 'VERB',
  description: `A ceremony is a directory that travels, with layout.json in it, which says who signs
what (docs/guides/tuf-ceremony.md). init drafts what the layout has otherwise than what
stands there; sign adds the signatures of a key; status says who has signed, and the
digest to read aloud; finalize puts it together; install brings it into the repository.
author drafts what an author signs of their releases; claim and unclaim say on line who
signs for themselves.
publish makes targets of a public tree and of what the log says, and signs anew what is
due: it is run every hour. resign signs everything anew that is signed on line. alarms
says what runs out, check reads the whole repository; both exit 1 when something is
wrong. prune takes away what no mirror needs any more. rehearse makes a whole
repository with throw-away keys. A key is a FILE, pkcs11:… or, of
the ssh-agent, SHA256:…; key makes a file, public prints what belongs into the layout.`,
  options: [
    {
      name: 'tuf',
      value: 'FILE',
      help: 'the repository: its configuration (docs/formats/tuf-repository.md)',
    },
    { name: 'key', value: 'KEY', many: true, help: 'sign: with this key' },
    { name: 'role', value: 'ROLE', many: true, help: 'init: draft this role anew; sign: only this role' },
    { name: 'dry-run', help: 'init, sign, finalize: say what would be done, write nothing' },
    { name: 'recover-from', value: 'VERSION', help: 'install: timestamp and snapshot go on from it' },
    { name: 'tree', value: 'ADDRESS', help: 'publish: the public tree' },
    {
      name: 'log',
      value: 'FILE',
      help: 'the transparency log that is told of new metadata; publish reads it',
    },
    { name: 'repair', help: 'publish: read the whole log, and put right what differs from it' },
    { name: 'store', value: 'DIRECTORY', help: 'rehearse: where metadata stands (default `tuf` in it)' },
    { name: 'bin-bits', value: 'N', help: 'rehearse: 2^N bins (default 12)' },
    { name: 'hours', value: 'N', help: 'prune: how far behind mirrors may be (default 48)' },
    { name: 'json', help: 'status, alarms, check: print JSON' },
  ],
  examples: [
    ['cpansec-desk tuf init media', 'drafts of what layout.json says'],
    ['cpansec-desk tuf sign media --key alice.pem', 'by one of them'],
    ['cpansec-desk tuf install media --tuf tuf.json', 'when all have signed'],
    ['cpansec-desk tuf publish --tuf tuf.json --tree var/tree --log log.json', 'every hour'],
  ],
  async run(all, terminal) {
    const { verb, typed } = verbOf('tuf', verbs, all);
    return explained('what everybody sees stays as it was', () => verb.run({ typed, terminal }));
  },
};

async function key({
  typed: {
    operands: [file = ''],
  },
  terminal,
}: Call): Promise<ExitStatus> {
  makeKeyFile(file);
  return shownKey(file, terminal);
}

async function publicKey({
  typed: {
    operands: [place = ''],
  },
  terminal,
}: Call): Promise<ExitStatus> {
  return shownKey(place, terminal);
}

async function shownKey(place: string, terminal: Terminal): Promise<ExitStatus> {
  const { keytype, scheme, keyval } = (await openTufSigner(place, terminal.env)).key;
  terminal.out(`${printableJson({ keytype, scheme, public: keyval.public })}\n`);
  return EXIT.clean;
}

async function init({ typed, terminal }: Call): Promise<ExitStatus> {
  const [directory = ''] = typed.operands;
  const drafts = await initCeremony(directory, {
    dryRun: typed.flag('dry-run'),
    anew: typed.values('role'),
  });
  if (drafts.length === 0) terminal.out('nothing is to be signed: the layout is what stands\n');
  else showDrafts(drafts, { typed, terminal });
  return EXIT.clean;
}

async function sign({ typed, terminal }: Call): Promise<ExitStatus> {
  const [directory = ''] = typed.operands;
  const places = typed.values('key');
  if (places.length === 0) throw usage('--key is missing', 'a file, pkcs11:… or SHA256:…');
  const signers = await Promise.all(places.map((place) => openTufSigner(place, terminal.env)));
  const options = { dryRun: typed.flag('dry-run'), roles: typed.values('role') };
  const drafts = await signCeremony(directory, signers, options);
  if (drafts.length === 0) throw usage('there is nothing that this key has to sign');
  showDrafts(drafts, { typed, terminal });
  return EXIT.clean;
}

async function status({ typed, terminal }: Call): Promise<ExitStatus> {
  const [directory = ''] = typed.operands;
  const drafts = await ceremonyStatus(directory);
  if (drafts.length === 0 && !typed.flag('json')) terminal.out('nothing is to be signed\n');
  else showDrafts(drafts, { typed, terminal });
  return drafts.every(isWhole) ? EXIT.clean : EXIT.finding;
}

async function finalize({ typed, terminal }: Call): Promise<ExitStatus> {
  const [directory = ''] = typed.operands;
  const drafts = await ceremonyStatus(directory);
  if (!drafts.every(isWhole)) {
    showDrafts(drafts, { typed, terminal });
    return EXIT.finding;
  }
  await finalizeCeremony(directory, { dryRun: typed.flag('dry-run') });
  terminal.out(
    facts(drafts.map(({ role, version }) => [role, `version ${version}: ${version}.${role}.json`])),
  );
  return EXIT.clean;
}

async function install({ typed, terminal }: Call): Promise<ExitStatus> {
  const [directory = ''] = typed.operands;
  const config = configOf(typed);
  const from = numberOf(typed, 'recover-from');
  const done =
    from === undefined
      ? await installCeremony(config, terminal.env, directory)
      : await recoverRepository(config, terminal.env, { directory, from });
  return published(done, { typed, terminal });
}

async function publish({ typed, terminal }: Call): Promise<ExitStatus> {
  const [tree, log] = [typed.value('tree'), logOf(typed)];
  const done = await publishTargets({
    ...{ config: configOf(typed), env: terminal.env },
    ...(tree === undefined ? {} : { tree }),
    ...(log === null ? {} : { log }),
    repair: typed.flag('repair'),
  });
  return published(done, { typed, terminal });
}

async function resign({ typed, terminal }: Call): Promise<ExitStatus> {
  const done = await withRepository(configOf(typed), terminal.env, (repository) => repository.resignAll());
  return published(done, { typed, terminal });
}

async function alarms({ typed, terminal }: Call): Promise<ExitStatus> {
  const config = configOf(typed);
  const standing = await loadStanding(pinnedRoot(config), repositoryOps(config, terminal.env));
  const found = expiryAlarms(standing, now());
  if (typed.flag('json')) terminal.out(`${printableJson(found)}\n`);
  else if (found.length === 0) terminal.out('nothing runs out\n');
  else
    terminal.out(
      facts(
        found.map(({ role, expires, expired }) => [role, `${expired ? 'expired' : 'expires'} ${expires}`]),
      ),
    );
  return found.length === 0 ? EXIT.clean : EXIT.finding;
}

async function check({ typed, terminal }: Call): Promise<ExitStatus> {
  const config = configOf(typed);
  const ops = repositoryOps(config, terminal.env);
  const found = await checkRepository(pinnedRoot(config), now(), ops, (done, of) =>
    terminal.progress(`${grouped(done)} of ${counted(of, 'role')}`),
  );
  const wrong = found.faults.map(({ role, problem }) => `${printable(`${role}: ${problem}`)}\n`);
  const due = found.alarms.map(({ role, expires }) => `${role}: expires ${expires}\n`);
  if (typed.flag('json')) terminal.out(`${printableJson(found)}\n`);
  else
    terminal.out(
      `${wrong.join('')}${due.join('')}${facts([
        ['roles', grouped(found.roles)],
        ['targets', grouped(found.targets)],
        ['authors', grouped(found.authors)],
        ['wrong', wrong.length === 0 ? 'nothing' : counted(wrong.length, 'role')],
      ])}`,
    );
  return wrong.length + due.length === 0 ? EXIT.clean : EXIT.finding;
}

async function prune({ typed, terminal }: Call): Promise<ExitStatus> {
  const hours = numberOf(typed, 'hours') ?? 48;
  const since = new Date(now().getTime() - hours * 3_600_000);
  const removed = await withRepository(configOf(typed), terminal.env, ({ standing }, options) =>
    pruneRepository(standing, since, options),
  );
  terminal.out(facts([['removed', counted(removed, 'file')]]));
  return EXIT.clean;
}

async function author({ typed, terminal }: Call): Promise<ExitStatus> {
  const [directory = '', id = '', ...files] = typed.operands;
  const paths = draftAuthor(directory, id, files);
  terminal.out(facts(paths.map((path) => ['drafted', printable(path)])));
  return EXIT.clean;
}

async function claim({ typed, terminal }: Call): Promise<ExitStatus> {
  const [directory = '', id = ''] = typed.operands;
  const done = await claimOnLine(configOf(typed), terminal.env, { directory, author: id });
  return published(done, { typed, terminal });
}

async function unclaim({ typed, terminal }: Call): Promise<ExitStatus> {
  const [id = ''] = typed.operands;
  return published(await unclaimOnLine(configOf(typed), terminal.env, id), { typed, terminal });
}

async function rehearse({ typed, terminal }: Call): Promise<ExitStatus> {
  const [directory = ''] = typed.operands;
  const store = typed.value('store');
  const binBits = numberOf(typed, 'bin-bits') ?? 12;
  const rehearsal = { directory, binBits, ...(store === undefined ? {} : { store }) };
  return published(await rehearseRepository(rehearsal, terminal.env), { typed, terminal });
}

function configOf(typed: Typed): TufConfig {
  const file = typed.value('tuf');
  if (file === undefined)
    throw usage('--tuf is missing', 'docs/formats/tuf-repository.md describes the file');
  return readTufConfig(file);
}

function numberOf(typed: Typed, name: string): number | undefined {
  const value = typed.value(name);
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw usage(`--${name} takes a whole number from 1`);
  return Number(value);
}

function logOf(typed: Typed): LogConfig | null {
  const file = typed.value('log');
  return file === undefined ? null : readLogConfig(file);
}

/** Says what was published, to the log too. */
async function published(done: TufPublication, { typed, terminal }: Call): Promise<ExitStatus> {
  const log = logOf(typed);
  if (log !== null && done.written.length > 0) await logWritten(log, terminal.env, done);
  terminal.out(
    facts([
      ['timestamp', grouped(done.timestamp)],
      ['snapshot', grouped(done.snapshot)],
      ['written', counted(done.written.length, 'role')],
    ]),
  );
  return EXIT.clean;
}

function isWhole({ progress }: DraftState): boolean {
  return progress.every(({ threshold, signed }) => signed.length >= threshold);
}

function showDrafts(drafts: readonly DraftState[], { typed, terminal }: Call): void {
  if (typed.flag('json')) terminal.out(`${printableJson(drafts)}\n`);
  else terminal.out(drafts.map(draftText).join('\n'));
}

function draftText({ role, version, expires, digest, progress }: DraftState): string {
  return facts([
    ['role', `${role} ${version}`],
    ['expires', expires],
    ['digest', aloud(digest)],
    ...progress.map((one): [string, string] => ['signed', printable(progressText(one))]),
  ]);
}

function progressText({ name, threshold, signed, missing }: DraftState['progress'][number]): string {
  return `${signed.length} of ${threshold} (${name}): ${list(signed)}; not yet: ${list(missing)}`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nobody' : names.join(', ');
}

/** To be read aloud, four digits at a time. */
function aloud(digest: string): string {
  return digest.replace(/.{4}(?=.)/g, '$& ');
}
