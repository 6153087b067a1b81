/** What the page of a publication shows. */
import { type CaseFile, filesOf, readCase } from '../casefile/index.ts';
import { memberNames } from '../cases/index.ts';
import { reference } from '../reports/index.ts';
import type { OutboxState, Transaction, Vault } from '../store/index.ts';
import type { By } from './acts.ts';
import { beginningOf } from './instant.ts';
import type { Outward } from './outward.ts';
import { LIST_NAMES } from './outward.ts';
import { previewOf, textsByHand } from './preview.ts';
import { digestOf, type Preview } from './preview-shape.ts';
import type { Publication, Purpose } from './publication.ts';
import { type NewStep, readSteps, type Step, stepsOf } from './steps.ts';

export interface StepLine {
  readonly kind: string;
  readonly name: string | null;
  readonly reference: string | null;
  readonly state: OutboxState | 'waiting';
  readonly problem: string | null;
  readonly doneAt: string | null;
  /** What shows that it happened, as JSON. */
  readonly proof: string | null;
}

export interface PublicationModel {
  readonly id: string;
  readonly state: Publication['state'];
  readonly purpose: Purpose;
  readonly why: string;
  readonly notBefore: string | null;
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly approvedAt: string | null;
  readonly begunAt: string | null;
  readonly doneAt: string | null;
  readonly beginning: { readonly at: string | null; readonly why: string };
  readonly cases: readonly {
    readonly id: string;
    readonly reference: string;
    readonly title: string;
    /** What may go out as a patch; of few cases alone. */
    readonly files: readonly { readonly id: string; readonly name: string }[];
  }[];
  readonly problems: readonly string[];
  readonly items: readonly {
    readonly id: string;
    readonly caseId: string;
    readonly record: string;
    readonly cve: string | null;
    readonly container: string | null;
  }[];
  readonly texts: readonly {
    readonly key: string;
    readonly name: string;
    readonly to: string;
    readonly subject: string | null;
    readonly text: string;
    readonly own: boolean;
  }[];
  /** To be taken to trackers and pages by hand. */
  readonly byHand: readonly { readonly name: string; readonly about: string; readonly text: string }[];
  readonly patches: readonly {
    readonly caseId: string;
    readonly file: string;
    readonly name: string;
    readonly version: string;
  }[];
  readonly wishes: readonly { readonly value: string; readonly label: string; readonly chosen: boolean }[];
  readonly steps: readonly StepLine[];
  readonly digest: string;
  /** Somebody has looked at it as it is now, and stands for it. */
  readonly seen: boolean;
  /** False: its process publishes nothing, since its clock was set. */
  readonly steady: boolean;
  /** Whether whoever asks is the one who changed it last. */
  readonly mine: boolean;
}

export async function publicationModel(by: By, publication: Publication): Promise<PublicationModel> {
  const { tx, vault, member, writing } = by;
  const { id, state, plan, preparedBy, approvedBy } = publication;
  const { preview, files, problems } = await shownOf(by, publication);
  const names = await memberNames(tx, vault, [preparedBy, ...(approvedBy === null ? [] : [approvedBy])]);
  const digest = digestOf(preview);
  const cases = await casesOf(by, files);
  return {
    ...{ id, state, purpose: plan.purpose, why: plan.why, notBefore: plan.notBefore },
    preparedBy: names.get(preparedBy) ?? 'unknown',
    approvedBy: approvedBy === null ? null : (names.get(approvedBy) ?? 'unknown'),
    ...{ approvedAt: publication.approvedAt, begunAt: publication.begunAt, doneAt: publication.doneAt },
    beginning: beginningOf(files, plan),
    cases,
    problems: state === 'prepared' ? problems : [],
    items: preview.items.map(({ caseId, id: record, record: text, cve }) => ({
      ...{ id: record, caseId, record: text, cve: cve?.id ?? null },
      container: cve === null ? null : JSON.stringify(cve.container, null, 2),
    })),
    texts: preview.texts.map(({ key, name, to, caseId, subject, text }) => ({
      ...{ key, name, subject, text, own: plan.texts[key] !== undefined },
      to: caseId === null ? to.join(', ') : `${to.length} of ${reference(caseId)}, each alone`,
    })),
    byHand: textsByHand(preview, plan, writing).map(({ key, name, subject, text }) => ({
      ...{ name, about: key.slice(name.length + 1) },
      text: subject === null ? text : `${subject}\n\n${text}`,
    })),
    patches: plan.patches.map((patch) => ({ ...patch, name: nameOf(cases, patch.file) })),
    wishes: wishesOf(writing.outward, plan.wanted),
    steps: await linesOf(tx, vault, publication, preview, writing.outward),
    digest,
    seen: digest === plan.seen,
    mine: member === preparedBy,
    steady: writing.steady,
  };
}

/** Cases of which the files are listed. */
const FEW = 20;

async function casesOf({ tx, vault }: By, files: readonly CaseFile[]): Promise<PublicationModel['cases']> {
  return Promise.all(
    files.map(async (file) => ({
      ...{ id: file.id, reference: reference(file.id), title: file.content.title },
      files: files.length > FEW ? [] : (await filesOf(tx, vault, file)).map(({ id, name }) => ({ id, name })),
    })),
  );
}

function nameOf(cases: PublicationModel['cases'], id: string): string {
  return cases.flatMap(({ files }) => files).find((file) => file.id === id)?.name ?? id;
}

/** As it is now; once it runs, as it was approved. */
async function shownOf(by: By, publication: Publication) {
  const { approved } = publication.plan;
  const fresh = publication.state === 'prepared' || publication.state === 'approved' || approved === null;
  if (fresh) return previewOf(by.tx, by.vault, publication, by.writing);
  const files = await Promise.all(publication.cases.map((id) => readCase(by.tx, by.vault, id)));
  return { preview: approved, files: files.filter((file) => file !== null), problems: [] };
}

/** What a person may choose: lists and networks that the desk has. */
export function wishesOf({ lists, posts }: Outward, wanted: readonly string[]): PublicationModel['wishes'] {
  return [
    ...LIST_NAMES.filter((name) => lists[name] !== undefined).map((name) => ({
      value: name,
      label: `${name}: ${lists[name]}`,
    })),
    ...Object.keys(posts).map((name) => ({ value: `post:${name}`, label: `A short post: ${name}` })),
  ].map((wish) => ({ ...wish, chosen: wanted.includes(wish.value) }));
}

async function linesOf(
  tx: Transaction,
  vault: Vault,
  publication: Publication,
  preview: Preview,
  outward: Outward,
): Promise<StepLine[]> {
  const { state, plan } = publication;
  if (state !== 'running' && state !== 'done')
    return stepsOf(plan.purpose, preview, outward).map((step) => lineOf(step, null));
  const steps = await readSteps(tx, vault, publication);
  const jobs = await jobsOf(tx, steps);
  return steps.map((step) =>
    lineOf(step, step.doneAt === null ? (jobs.get(step.jobId ?? '') ?? null) : null, step),
  );
}

interface JobNow {
  readonly state: OutboxState;
  readonly problem: string | null;
}

function lineOf(
  { kind, name, caseId }: NewStep,
  job: JobNow | null,
  { doneAt, proof }: Pick<Step, 'doneAt' | 'proof'> = { doneAt: null, proof: null },
): StepLine {
  return {
    ...{ kind, name, reference: caseId === null ? null : reference(caseId), doneAt },
    state: doneAt === null ? (job?.state ?? 'waiting') : 'done',
    problem: job?.problem ?? null,
    proof: proof === null ? null : JSON.stringify(proof),
  };
}

async function jobsOf(tx: Transaction, steps: readonly Step[]): Promise<Map<string, JobNow>> {
  const ids = steps.flatMap(({ jobId }) => jobId ?? []);
  if (ids.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('outbox')
    .select(['id', 'state', 'problem'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}
