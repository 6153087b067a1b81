/** A publication from its preparation to its end, of a fictional case: nothing of it leaves the machine. */
import { happen, openCase, TEAM } from '../casefile/index.ts';
import { dryRun } from '../cve/index.ts';
import { workOne } from '../jobs/index.ts';
import type { Mailer } from '../mail/index.ts';
import { addMember, createPerson } from '../people/index.ts';
import type { PublishedStore } from '../published/index.ts';
import { newId, type Store } from '../store/index.ts';
import { approve, type By, prepare } from './acts.ts';
import { checklistChore } from './chore.ts';
import { steadyClock } from './clock.ts';
import { checklistHandlers } from './handlers.ts';
import { publicationModel, type StepLine } from './model.ts';
import type { Outward } from './outward.ts';
import type { Writing } from './preview.ts';
import { readPublication } from './publication.ts';

export interface RehearsalOptions {
  /** A database of its own. */
  readonly store: Store;
  /** Likewise. */
  readonly published: PublishedStore;
  /** Makes the public tree of it. */
  readonly tree: Outward['tree'];
  /** What would be sent to whom. */
  readonly sent: (to: string, what: string) => void;
}

const CVE = 'CVE-2099-90001';
const SITE = 'https://advisories.example.org';
const CONTENT = {
  title: 'Example::Parser versions before 1.08 for Perl read past the end of a header (FICTION)',
  distribution: 'Example-Parser',
  modules: ['Example::Parser'],
  summary:
    'FICTION: this distribution does not exist. parse_header() reads one byte past the end of a header.',
  weaknesses: ['CWE-125'],
  references: [{ url: 'https://example.org/example-parser/changes', kind: 'fix' as const }],
  affected: [{ ranges: ['<1.08'], fixed: ['>=1.08'] }],
};

/** The steps as they were done. */
export async function rehearse(options: RehearsalOptions): Promise<readonly StepLine[]> {
  const { store } = options;
  const { vault } = store;
  const outward = outwardOf(options);
  const desk = { name: 'Security desk', address: 'desk@example.org', site: SITE };
  const writing: Writing = { outward, desk, templates: {}, postLength: 280, steady: true };
  const [ada, bob] = [await member(store, 'Ada'), await member(store, 'Bob')];
  const by = (tx: By['tx'], one: string): By => ({ tx, vault, member: one, writing });
  const id = await store.transaction(async (tx) => {
    const caseId = await accepted(store, tx, ada);
    const wanted = ['announcement', 'post:network'];
    const wish = { cases: [caseId], purpose: 'publish', why: '', notBefore: null, wanted } as const;
    return (await prepare(by(tx, ada), wish)).id;
  });
  const open = (tx: By['tx']) => readPublication(tx, vault, id);
  await store.transaction(async (tx) => {
    const publication = await open(tx);
    if (publication !== null) await approve(by(tx, bob), publication, publication.plan.seen);
  });
  const clock = steadyClock();
  const chore = checklistChore(store, { writing: async () => writing, clock });
  const work = { store, handlers: checklistHandlers(store, outward, clock), onError: rethrown };
  for (let more = true; more; ) {
    await chore.run();
    while (await workOne(work));
    more = (await store.transaction(open))?.state === 'running';
  }
  return store.transaction(async (tx) => {
    const publication = await open(tx);
    return publication === null ? [] : (await publicationModel(by(tx, ada), publication)).steps;
  });
}

function rethrown(error: unknown): never {
  throw error;
}

function outwardOf({ published, tree, sent }: RehearsalOptions): Outward {
  const mailer: Mailer = {
    async send(mail, { to }) {
      sent(`a mail to ${to}`, new TextDecoder().decode(mail).replaceAll('\r\n', '\n'));
      return { response: 'not sent' };
    },
  };
  const services = dryRun({
    ...{ org: 'example', user: 'desk@example.org' },
    tell: ({ method, path, body }) => sent(`CVE Services: ${method} ${path}`, JSON.stringify(body, null, 2)),
  });
  return {
    ...{ published, tree, site: SITE },
    cve: { services, assigner: { orgId: '00000000-0000-4000-8000-000000000000', shortName: 'example' } },
    lists: { announcement: 'announce@example.org' },
    posts: {
      network: {
        async post(text, key) {
          sent('a short post', text);
          return `https://social.example.org/${key}`;
        },
      },
    },
    mail: { from: { name: 'Security desk', address: 'desk@example.org' }, mailer, sign: null },
  };
}

async function member({ transaction, vault }: Store, name: string): Promise<string> {
  const id = newId();
  await transaction(async (tx) => {
    const person = await createPerson(tx, vault, { name, address: null });
    await addMember(tx, { id, person, role: 'cna', state: 'active' });
  });
  return id;
}

/** A case that was accepted, with its reporter and its id. */
async function accepted({ vault }: Store, tx: By['tx'], ada: string): Promise<string> {
  const reporter = newId();
  const opened = await openCase(tx, vault, { content: CONTENT, reporter });
  const address = { name: 'Finder', address: 'finder@example.org' };
  const person = await createPerson(tx, vault, address);
  const row = { id: reporter, case_id: opened.id, person_id: person, party: 'reporter', created_at: tx.now };
  await tx.db
    .insertInto('participants')
    .values({ ...row, role: 'reporter' })
    .execute();
  const by = `member:${ada}`;
  let file = opened;
  for (const event of [
    { type: 'phase', step: 'TRIAGE', by },
    { type: 'manage', participant: TEAM, step: 'VALIDATE', by },
    { type: 'manage', participant: TEAM, step: 'ACCEPT', by },
    { type: 'phase', step: 'COORDINATE', by },
    { type: 'reserve', cve: CVE, by },
  ] as const)
    ({ file } = await happen(tx, vault, file, event));
  return file.id;
}
