import { PlacedError, printable } from 'cpansec/base';
import { type Command, EXIT, Stop, type Terminal, type Typed, usage, verbOf } from 'cpansec/terminal';
import { recoverMember } from '../app/index.ts';
import { erasePerson, exportPerson, listMembers } from '../people/index.ts';
import type { Store } from '../store/index.ts';
import {
  DATABASE_OPTION,
  deskExplained,
  MASTER_KEY_OPTION,
  ORIGIN_OPTION,
  originOf,
  withDesk,
} from './desk-options.ts';

const ORIGIN = 'http://localhost:8443';

const verbs = [
  { name: 'export', operands: 'ID', run: exported },
  { name: 'erase', operands: 'ID', run: erase },
  { name: 'recover', operands: '[MEMBER]', run: recover },
] as const;

export const personCommand: Command = {
  name: 'person',
  summary: 'give or destroy all that the desk holds about one person; a last way in',
  operands: 'export ID | erase ID | recover [MEMBER]',
  description: `export prints what the desk holds about a person as JSON: name and address, where they
take part, what they did. erase destroys the key of the person, and with it all of that;
ids, instants and the audit log stay valid. A member must have left first. There is no
way back, also not by a backup.

recover prints a link, good once and for a day, by which a member who lost every passkey
makes a new one. Members do this for each other on the page of people, two of them: the
command is for when there are not two who could, such as for the only coordinator, who
is meant when no member is named. It stands in the audit log, and every other member
gets a letter. Their old passkeys work until the link is used.`,
  options: [
    DATABASE_OPTION,
    MASTER_KEY_OPTION,
    { ...ORIGIN_OPTION, help: `${ORIGIN_OPTION.help}, for recover (default ${ORIGIN})` },
  ],
  examples: [
    ['cpansec-desk person export 6bq0v3w1n8r2x5t7k9m4c0d1ef', 'to give to whoever asks for their data'],
    ['cpansec-desk person erase 6bq0v3w1n8r2x5t7k9m4c0d1ef', 'when they ask for it to go'],
    [
      'cpansec-desk person recover --origin https://desk.example.org',
      'a new way in for the only coordinator',
    ],
  ],
  async run(all, terminal) {
    const { verb, typed } = verbOf('person', verbs, all);
    const [id] = typed.operands;
    await deskExplained(() =>
      withDesk(typed, terminal, (store) => explained(id, () => verb.run({ store, id, typed, terminal }))),
    );
    return EXIT.clean;
  },
};

interface Asked {
  readonly store: Store;
  readonly id: string | undefined;
  readonly typed: Typed;
  readonly terminal: Terminal;
}

async function exported({ store, id = '', terminal }: Asked): Promise<void> {
  const data = await store.transaction(async (tx) => {
    tx.record({ actor: 'desk', act: 'person.exported', subject: `person:${id}`, detail: {} });
    return exportPerson(tx, store.vault, id);
  });
  terminal.out(`${JSON.stringify(data, null, 2)}\n`);
}

function erase({ store, id = '' }: Asked): Promise<void> {
  return store.transaction((tx) => erasePerson(tx, store.vault, id));
}

async function recover({ store, id, typed, terminal }: Asked): Promise<void> {
  const origin = originOf(typed.value('origin') ?? ORIGIN);
  const link = await recoverMember(store, origin, id ?? (await onlyCoordinator(store)));
  terminal.out(`${link}\n`);
}

/** Throws a usage error that names them where there are several. */
async function onlyCoordinator(store: Store): Promise<string> {
  const members = await store.transaction((tx) => listMembers(tx, store.vault));
  const coordinators = members.filter(({ role, state }) => role === 'coordinator' && state === 'active');
  const [only, ...others] = coordinators;
  if (only !== undefined && others.length === 0) return only.id;
  const named = coordinators.map(({ id, name }) => `${id} ${printable(name)}`);
  throw usage('recover whom?', named.length === 0 ? 'there is no coordinator' : named.join(', '));
}

async function explained<T>(id: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof PlacedError) || (cause.code !== 'not-found' && cause.code !== 'refused'))
      throw cause;
    const { problem }: PlacedError<string> = cause;
    const words = id === undefined ? problem : `${id}: ${problem}`;
    const next = cause.code === 'refused' ? 'nothing was changed' : 'the people page shows ids';
    throw new Stop(EXIT.usage, words, next, { cause });
  }
}
