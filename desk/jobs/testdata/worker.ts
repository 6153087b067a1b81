/**
 * A process of a desk under load, to be killed: it writes jobs with their acts, says so on its output once they are
 * committed, and does jobs; what it does outside is a line in a file.
 */
import { appendFileSync, writeSync } from 'node:fs';
import { object, string } from 'cpansec/base';
import { DESK_KEY, fileKeyService, openStore } from '../../store/index.ts';
import { enqueue, handler, type Outcome, startJobs } from '../index.ts';

const [address = '', masterKey = '', effects = '', name = ''] = process.argv.slice(2);
const store = await openStore(address, fileKeyService(masterKey));

async function effect({ text }: { text: string }): Promise<Outcome> {
  appendFileSync(effects, `${text}\n`);
  return { state: 'done' };
}

const options = { payload: object({ text: string }), lease: 2000, run: effect };
startJobs({
  store,
  handlers: { once: handler({ ...options, once: true }), repeat: handler({ ...options, tries: 1000 }) },
  idle: 20,
  reapEvery: 200,
  // Only another process holding the database may be in the way.
  onError: (error) => writeSync(2, `${String(error)}\n`),
});

for (let n = 0; ; n++) {
  const kind = n % 2 === 0 ? 'once' : 'repeat';
  const text = `${kind} ${name}-${n}`;
  const job = { kind, caseId: null, keyId: DESK_KEY, payload: { text } };
  const id = await store.transaction(async (tx) => {
    tx.record({ actor: 'desk', act: 'test', subject: '', detail: { text } });
    return enqueue(tx, store.vault, job);
  });
  writeSync(1, `${id} ${text}\n`);
}
