/** Asks the host of a repository how to report there: a job, and only where the policy lets a member want it. */
import { object, string } from 'cpansec/base';
import { addEntry, type CaseFile, type Entry, entriesOf, policyOf, readCase } from '../casefile/index.ts';
import { type AskAddress, askHost, canAskHost } from '../contacts/index.ts';
import { isPublic, type Policy } from '../disclosure/index.ts';
import { enqueue, type Handlers, handler, type Outcome } from '../jobs/index.ts';
import type { Store, Transaction, Vault } from '../store/index.ts';
import { WebError } from '../web/index.ts';
import { type By, told } from './by.ts';
import { caseOf } from './case-of.ts';
import { foundWith, lastFound } from './contacts.ts';
import { askedBody, keptOf, lastAsked } from './host-answers.ts';

/** The kind of the job. */
const ASK = 'contacts.ask';

/** What the page of a case says of asking. */
export interface Asking {
  readonly may: boolean;
  /** What the host of a repository learns, and why it may or may not be asked. */
  readonly why: string;
  /** As far as it is known. */
  readonly repository: string;
  readonly waits: boolean;
  readonly last: {
    readonly at: string;
    readonly repository: string;
    readonly answers: readonly {
      readonly about: string;
      readonly address: string;
      readonly answer: string;
      readonly why: string;
    }[];
  } | null;
}

export async function askingOf(tx: Transaction, file: CaseFile, entries: readonly Entry[]): Promise<Asking> {
  const last = lastAsked(entries);
  const { may, why } = mayAsk(file, await policyOf(tx));
  const repository = last?.repository ?? repositoryIn(file, entries);
  const said = last === null ? null : { at: last.at, repository: last.repository, answers: last.answers };
  return { may, why, repository, waits: await waits(tx, file.id), last: said };
}

function mayAsk({ state }: CaseFile, { contact: { askHosts } }: Policy): Pick<Asking, 'may' | 'why'> {
  if (askHosts === 'never') return { may: false, why: 'The policy of this desk has no host asked.' };
  if (isPublic(state)) return { may: true, why: 'The case is public: that somebody asks tells nothing new.' };
  return askHosts === 'public-cases'
    ? { may: false, why: 'The policy of this desk has hosts asked only of cases that are public.' }
    : { may: true, why: 'This case is not public: the question itself can tell the host that there is one.' };
}

/** What META said, or a reference of the case. */
function repositoryIn({ content }: CaseFile, entries: readonly Entry[]): string {
  const sources = lastFound(entries)?.found.contacts.flatMap((contact) => contact.sources) ?? [];
  const computed = sources.filter(({ kind }) => kind === 'repository').map(({ evidence }) => evidence);
  return [...computed, ...content.references.map(({ url }) => url)].find(canAskHost) ?? '';
}

async function waits(tx: Transaction, caseId: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('outbox')
    .select('id')
    .where('case_id', '=', caseId)
    .where('kind', '=', ASK)
    .where('state', 'in', ['ready', 'leased'])
    .executeTakeFirst();
  return row !== undefined;
}

export async function wantAnswers(by: By, repository: string): Promise<void> {
  const { tx, vault, caseId } = by;
  const file = await caseOf(tx, vault, caseId);
  const { may, why } = mayAsk(file, await policyOf(tx));
  if (!may) throw new WebError('refused', why);
  if (file.content.distribution === null)
    throw new WebError('refused', 'Say first of which distribution the case is: contacts are found for one.');
  if (!canAskHost(repository))
    throw new WebError('invalid', 'It is not known what to ask of that host, and where.', {
      repository: 'A repository at GitHub, GitLab, Codeberg, Bitbucket or sourcehut.',
    });
  if (await waits(tx, caseId)) throw new WebError('refused', 'The host is being asked already.');
  await enqueue(tx, vault, { kind: ASK, caseId, keyId: file.keyId, payload: { repository } });
  await told(by, file, 'wants the host asked', { repository });
}

/** Each question is a sign to the host: whatever comes of it, nobody asks again by itself. */
export function askHandlers({ vault }: Store, ask?: AskAddress): Handlers {
  const run = async (repository: string, caseId: string): Promise<Outcome> => {
    const said = await askHost(repository, ask);
    const also = async (tx: Transaction): Promise<void> => {
      const file = await readCase(tx, vault, caseId);
      if (file !== null) await keep(tx, vault, file, { repository, said });
    };
    return { state: 'done', also };
  };
  const payload = object({ repository: string });
  return {
    [ASK]: handler({ payload, tries: 1, run: (said, { caseId }) => run(said.repository, caseId ?? '') }),
  };
}

interface Said {
  readonly repository: string;
  readonly said: Awaited<ReturnType<typeof askHost>>;
}

async function keep(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  { repository, said }: Said,
): Promise<void> {
  const entries = await entriesOf(tx, vault, file, ['team']);
  const kept = keptOf(repository, said, lastAsked(entries));
  const entry = { kind: 'act', actor: 'desk', audience: 'team' } as const;
  await addEntry(tx, vault, file, { ...entry, body: askedBody(kept) });
  if (file.content.distribution !== null)
    await addEntry(tx, vault, file, { ...entry, body: foundWith(file, entries, kept) });
}
