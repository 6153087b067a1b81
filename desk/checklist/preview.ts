/** Computes what a publication would send out, from its cases as they are now, and what stands against it. */
import { type AdvisoryRecord, decodeRecord, encodeRecord, lintRecord } from 'cpansec/advisories';
import { CpanError, parseVersion } from 'cpansec/cpan';
import { type CaseFile, readCase, readCaseFile } from '../casefile/index.ts';
import { creditedDraft } from '../cases/index.ts';
import { problemOfDiff, sameFacts } from '../published/index.ts';
import { address, folders } from '../site/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import {
  type Announced,
  type Speaker,
  TextError,
  type TextName,
  type TextOptions,
  textProblems,
  write,
} from '../texts/index.ts';
import { notFound } from '../web/index.ts';
import { containerOf } from './cve-container.ts';
import { LIST_NAMES, type Outward } from './outward.ts';
import type { Preview, PreviewItem, PreviewPatch, PreviewText } from './preview-shape.ts';
import type { Plan, Publication } from './publication.ts';
import { stepsOf, wordOf } from './steps.ts';

export interface Previewed {
  readonly preview: Preview;
  readonly files: readonly CaseFile[];
  /** Why it cannot be published as it is, in words. */
  readonly problems: readonly string[];
}

export interface Writing {
  readonly outward: Outward;
  readonly desk: Speaker;
  readonly templates: NonNullable<TextOptions['templates']>;
  /** Characters of a short post. */
  readonly postLength: number;
  /** False once the clock of the process cannot be trusted. */
  readonly steady: boolean;
}

/** Throws `not-found` where a case of it cannot be read any more. */
export async function previewOf(
  tx: Transaction,
  vault: Vault,
  publication: Pick<Publication, 'cases' | 'plan' | 'createdAt'>,
  writing: Writing,
): Promise<Previewed> {
  const files = await Promise.all(publication.cases.map((id) => fileOf(tx, vault, id)));
  const made = await Promise.all(
    files.map(async (file) =>
      itemOf(file, await creditedDraft(tx, vault, file), publication, writing.outward),
    ),
  );
  const patches = await patchesOf(tx, vault, files, publication.plan);
  const announced = made.map(
    ({ record, cve }): Announced => announcedOf(record, cve, publication.plan, writing),
  );
  const texts = [
    ...publicTexts(announced, publication.plan, writing),
    ...files.flatMap((file, i) => lettersOf(file, announced[i], publication.plan, writing)),
  ];
  const { plan } = publication;
  const sent = {
    items: made.map(({ item }) => item),
    patches: patches.map(({ patch }) => patch),
    texts: texts.map(({ text }) => text),
  };
  const preview = {
    ...{ purpose: plan.purpose, why: plan.why, notBefore: plan.notBefore, ...sent },
    steps: stepsOf(plan.purpose, sent, writing.outward).map(wordOf),
  };
  const problems = [
    ...made.flatMap(({ problems: some }) => some),
    ...patches.flatMap(({ problem }) => problem ?? []),
    ...texts.flatMap(({ text: { key }, problems: some }) => some.map((problem) => `${key}: ${problem}`)),
  ];
  return { preview, files, problems };
}

async function fileOf(tx: Transaction, vault: Vault, id: string): Promise<CaseFile> {
  const file = await readCase(tx, vault, id);
  if (file === null) throw notFound();
  return file;
}

interface Made {
  readonly item: PreviewItem;
  readonly record: AdvisoryRecord;
  readonly cve: string | null;
  readonly problems: readonly string[];
}

async function itemOf(
  file: CaseFile,
  draft: AdvisoryRecord,
  { plan, createdAt }: Pick<Publication, 'plan' | 'createdAt'>,
  outward: Outward,
): Promise<Made> {
  const latest = await outward.published.latest(draft.id);
  const record = recordOf(plan, createdAt.slice(0, 10), draft, latest?.record ?? null);
  const { cve } = file.state;
  const { container, losses } = await containerOf(outward, record, cve);
  const problems = [
    ...(plan.purpose === 'publish' && latest !== null ? ['the store has a record of this id already'] : []),
    ...(plan.purpose !== 'publish' && latest === null ? ['the store has no record of this id'] : []),
    ...(latest !== null && sameFacts(latest.record, record) ? ['it says what is public already'] : []),
    // Malicious releases have none.
    ...(cve === null && file.state.incident !== true ? ['no CVE id is reserved'] : []),
    ...(outward.cve !== null && cve !== null && container === null
      ? losses.map((loss) => `CVE record, ${loss}`)
      : []),
    ...lintRecord(record)
      .filter(({ severity }) => severity === 'error')
      .map(({ path, text }) => `${path}: ${text}`),
  ];
  const item = {
    caseId: file.id,
    id: record.id,
    record: encodeRecord(record),
    after: latest?.revision ?? null,
    cve: cve === null || container === null ? null : { id: cve, container },
  };
  return { item, record, cve, problems: problems.map((problem) => `${record.id}: ${problem}`) };
}

/** What the store shall say, but for the day on which it becomes public: nothing of it depends on when that is. */
function recordOf(
  { purpose, why }: Plan,
  on: string,
  draft: AdvisoryRecord,
  latest: AdvisoryRecord | null,
): AdvisoryRecord {
  if (purpose === 'publish' || latest === null) return { ...draft, reported: null };
  const history = [...latest.history, { on, change: why }];
  if (purpose === 'correct') return { ...draft, reported: latest.reported, history };
  return { ...latest, withdrawn: { on, kind: 'rejected', reason: why }, history };
}

async function patchesOf(
  tx: Transaction,
  vault: Vault,
  files: readonly CaseFile[],
  { patches }: Plan,
): Promise<{ readonly patch: PreviewPatch; readonly problem: string | null }[]> {
  const found = await Promise.all(
    patches.map(async ({ caseId, file: id, version }) => {
      const file = files.find((one) => one.id === caseId);
      if (file === undefined) return [];
      const given = await readCaseFile(tx, vault, file, id);
      const about = {
        distribution: file.content.distribution ?? '',
        advisory: file.state.cve ?? '',
        version,
      };
      const patch = { caseId, file: id, ...about, sha256: given?.sha256 ?? '' };
      return [{ patch, problem: given === null ? GONE : problemOfPatch(about, given) }];
    }),
  );
  return found.flat();
}

const GONE = 'a patch of it is no file of the case any more';

/** What the store would refuse, told before anybody approves. */
function problemOfPatch(
  { distribution, advisory, version }: Pick<PreviewPatch, 'distribution' | 'advisory' | 'version'>,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
): string | null {
  const problem =
    problemOfDiff(bytes) ??
    (advisory === '' ? 'a patch stands under a CVE id, which the case has not' : null) ??
    (distribution === '' ? 'the case names no distribution' : null) ??
    (readVersion(version) ? null : `${JSON.stringify(version)} is no version`);
  return problem === null ? null : `${name}: ${problem}`;
}

function readVersion(version: string): boolean {
  try {
    parseVersion(version);
    return true;
  } catch (error) {
    if (error instanceof CpanError) return false;
    throw error;
  }
}

function announcedOf(
  record: AdvisoryRecord,
  cve: string | null,
  { purpose, why }: Plan,
  { outward: { site } }: Writing,
): Announced {
  const page = address({ base: site }, folders.advisory(record.id));
  return {
    record,
    cve,
    page,
    released: releasedIn(record),
    corrects: purpose === 'publish' ? null : { words: why },
  };
}

/** The first release with the fix, where the record names one. */
function releasedIn({ affected }: AdvisoryRecord): string | null {
  const first = affected.flatMap(({ fixed }) => fixed)[0] ?? '';
  return /^>=\s*([^\s,]+)$/.exec(first)?.[1] ?? null;
}

const SAID: Readonly<Record<Plan['purpose'], TextName | null>> = {
  publish: null,
  correct: 'correction',
  withdraw: 'withdrawal',
};

/** Malicious releases are no news to weigh: lists get the notice of what to do now. */
function saidTo(
  list: (typeof LIST_NAMES)[number],
  announced: readonly Announced[],
  { purpose }: Plan,
): TextName {
  const harm = announced.every(({ record }) => record.malicious !== undefined);
  return SAID[purpose] ?? (harm ? 'emergency-notice' : list);
}

function publicTexts(announced: readonly Announced[], plan: Plan, writing: Writing): Said[] {
  const { lists, posts } = writing.outward;
  const toLists = LIST_NAMES.flatMap((name) => {
    const to = lists[name];
    if (to === undefined || !plan.wanted.includes(name)) return [];
    return [
      textOf(
        { key: name, name: saidTo(name, announced, plan), to: [to], caseId: null },
        announced,
        plan,
        writing,
      ),
    ];
  });
  const networks = plan.purpose === 'publish' ? Object.keys(posts) : [];
  const toNetworks = networks
    .filter((name) => plan.wanted.includes(`post:${name}`))
    .map((name) =>
      textOf({ key: `post:${name}`, name: 'short-post', to: [name], caseId: null }, announced, plan, writing),
    );
  return [...toLists, ...toNetworks];
}

const LETTERS = ['maintainer', 'reporter', 'distributor'] as const;

/** One text for all who take part in one way; each gets it in a mail of their own. */
function lettersOf(
  { id, state }: CaseFile,
  announced: Announced | undefined,
  plan: Plan,
  writing: Writing,
): Said[] {
  if (announced === undefined) return [];
  const present = state.participants.filter(({ left }) => left === null);
  return LETTERS.flatMap((name) => {
    const as = present.filter(({ roles }) => LETTERS.find((one) => roles.includes(one)) === name);
    if (as.length === 0) return [];
    const to = as.map((one) => one.id);
    return [textOf({ key: `${name}:${id}`, name, to, caseId: id }, [announced], plan, writing)];
  });
}

interface Said {
  readonly text: PreviewText;
  readonly problems: readonly string[];
}

function textOf(
  about: Pick<PreviewText, 'key' | 'to' | 'caseId'> & { readonly name: TextName },
  announced: readonly Announced[],
  { texts }: Plan,
  writing: Writing,
): Said {
  const { name } = about;
  try {
    const said = texts[about.key] ?? write(name, announced, writing);
    const problems = textProblems(name, said, writing.postLength).map(({ problem }) => problem);
    return { text: { ...about, ...said }, problems };
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    return { text: { ...about, subject: null, text: '' }, problems: [error.message] };
  }
}

/** Cases of one publication for which texts are written that somebody takes by hand. */
const FEW = 20;
const BY_HAND = ['changelog', 'pull-request', 'rt-ticket', 'long-post'] as const;

/** What members take from here to trackers and pages; nothing of it is sent. */
export function textsByHand({ items }: Preview, plan: Plan, writing: Writing): readonly Said['text'][] {
  if (items.length > FEW) return [];
  return items.flatMap(({ id, caseId, record: text }) => {
    const record = decodeRecord(text);
    const cve = record.aliases.find((alias) => alias.startsWith('CVE-')) ?? null;
    const announced = announcedOf(record, cve, plan, writing);
    return BY_HAND.map(
      (name) => textOf({ key: `${name}:${id}`, name, to: [], caseId }, [announced], plan, writing).text,
    );
  });
}
