import { PlacedError } from 'cpansec/base';
import { type Command, EXIT, Stop, usage } from 'cpansec/terminal';
import { erasePerson, exportPerson } from '../people/index.ts';
import { DATABASE_OPTION, deskExplained, MASTER_KEY_OPTION, withDesk } from './desk-options.ts';

export const personCommand: Command = {
  name: 'person',
  summary: 'give or destroy all that the desk holds about one person',
  operands: 'export ID | erase ID',
  description: `export prints what the desk holds about a person as JSON: name and address, where they
take part, what they did. erase destroys the key of the person, and with it all of that;
ids, instants and the audit log stay valid. A member must have left first. There is no
way back, also not by a backup.`,
  options: [DATABASE_OPTION, MASTER_KEY_OPTION],
  examples: [
    ['cpansec-desk person export 6bq0v3w1n8r2x5t7k9m4c0d1ef', 'to give to whoever asks for their data'],
    ['cpansec-desk person erase 6bq0v3w1n8r2x5t7k9m4c0d1ef', 'when they ask for it to go'],
  ],
  async run(typed, terminal) {
    const [verb, id, ...more] = typed.operands;
    if (id === undefined || more.length > 0 || (verb !== 'export' && verb !== 'erase'))
      throw usage('person takes export or erase, and one id');
    await deskExplained(() =>
      withDesk(typed, terminal, (store) =>
        explainedPerson(id, () =>
          store.transaction(async (tx) => {
            if (verb === 'erase') return erasePerson(tx, store.vault, id);
            const data = await exportPerson(tx, store.vault, id);
            tx.record({ actor: 'desk', act: 'person.exported', subject: `person:${id}`, detail: {} });
            terminal.out(`${JSON.stringify(data, null, 2)}\n`);
          }),
        ),
      ),
    );
    return EXIT.clean;
  },
};

async function explainedPerson<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof PlacedError) || (cause.code !== 'not-found' && cause.code !== 'refused'))
      throw cause;
    throw new Stop(EXIT.usage, `${id}: ${cause.problem}`, 'the people page shows ids', { cause });
  }
}
