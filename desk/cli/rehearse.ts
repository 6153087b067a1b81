import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, EXIT, Stop, type Terminal, usage } from 'cpansec/terminal';
import { openBlobs } from '../blobs/index.ts';
import { rehearse, STEP_WORDS } from '../checklist/index.ts';
import { type PublishConfig, readConfig } from '../publish/index.ts';
import { PublishedStore } from '../published/index.ts';
import { fileKeyService, makeMasterKey, openStore } from '../store/index.ts';
import { deskExplained } from './desk-options.ts';
import { makeTree } from './tree.ts';

export const rehearseCommand: Command = {
  name: 'rehearse',
  summary: 'publish a fictional case, and send nothing of it',
  operands: '',
  description: `Prepares, approves and publishes a case that is fiction, step by step as a desk does it: the
record goes into a store of its own and the public tree is made of it, but CVE Services,
mail and networks get nothing. What they would get is shown. The database, and without
--output store and tree as well, are gone afterwards.`,
  options: [
    { name: 'config', value: 'FILE', help: 'who publishes (docs/formats/publisher.md)' },
    { name: 'key', value: 'FILE', help: 'OpenPGP secret key to sign the tree with' },
    { name: 'output', value: 'DIR', help: 'keep store and tree there' },
  ],
  examples: [
    ['cpansec-desk rehearse --config publisher.json --key publisher.key', 'what a publication does'],
    [
      'cpansec-desk rehearse --config publisher.json --key publisher.key --output /tmp/out',
      'and what it makes',
    ],
  ],
  async run(typed, terminal) {
    if (typed.operands.length > 0) throw usage('rehearse takes options only');
    const file = typed.value('config');
    if (file === undefined) throw usage('--config is missing', 'cpansec-desk rehearse --help has examples');
    const key = typed.value('key');
    const given = typed.value('output');
    const home = mkdtempSync(join(tmpdir(), 'cpansec-rehearsal-'));
    try {
      const output = given === undefined ? home : resolve(given);
      await deskExplained(() =>
        rehearsed({ home, output, config: readConfig(file), key: key ?? null }, terminal),
      );
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
    return EXIT.clean;
  },
};

interface Place {
  readonly home: string;
  readonly output: string;
  readonly config: PublishConfig;
  readonly key: string | null;
}

async function rehearsed({ home, output, config, key }: Place, terminal: Terminal): Promise<void> {
  const [storeAt, treeAt] = [join(output, 'store'), join(output, 'tree')];
  mkdirSync(output, { recursive: true });
  makeMasterKey(join(home, 'master.key'));
  const store = await openStore(join(home, 'desk.db'), fileKeyService(join(home, 'master.key')));
  terminal.out('FICTION: nothing of this is sent, and no such distribution exists.\n');
  try {
    const steps = await rehearse({
      store,
      published: new PublishedStore(openBlobs(storeAt, terminal.env)),
      tree: () =>
        makeTree({
          ...{ store: storeAt, tree: treeAt, state: join(home, 'state'), config, env: terminal.env },
          key: key === null ? null : { file: key },
          log: null,
          tuf: null,
          progress: (words) => terminal.progress(words),
        }),
      sent: (to, what) => terminal.out(`\n--- not sent: ${to}\n${what.trimEnd()}\n`),
    });
    terminal.out(`\n${steps.map(lineOf).join('\n')}\n`);
    const stuck = steps.find(({ state }) => state !== 'done');
    if (stuck !== undefined)
      throw new Stop(EXIT.finding, `it stopped: ${STEP_WORDS[stuck.kind]}`, 'nothing was sent');
  } finally {
    await store.close();
  }
}

function lineOf({ kind, state, problem }: { kind: string; state: string; problem: string | null }): string {
  return `${state === 'done' ? 'done' : `${state}: ${problem}`}  ${STEP_WORDS[kind] ?? kind}`;
}
