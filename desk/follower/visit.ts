/** One author's directory: what is to be done there, with its CHECKSUMS at hand. */
import { type Checksums, isArchiveName } from 'cpansec/cpan';
import type { LogEntry } from 'cpansec/transparency';
import { FollowError, problemOf, stopIf } from './errors.ts';
import type { Mirror } from './mirror.ts';
import type { Report } from './outcome.ts';
import type { DueWork, KnownFile, Source, State, Work } from './state.ts';
import { digestOf, type TakenFile } from './take.ts';
import { compareKnown, disagreement, type FoundChecksums, findChecksums } from './texts.ts';

export interface VisitContext {
  readonly mirror: Mirror;
  readonly state: State;
  readonly report: Report;
  /** Waits until everything that was reported is remembered. */
  readonly settle: () => Promise<void>;
  /** Most bytes of a release. */
  readonly maxSize: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Ends the visit between two files. */
  readonly signal: AbortSignal;
}

const CHECKSUMS = 'CHECKSUMS';

/** Does everything that is due in a directory. Throws `mirror` when nothing can be had, `stopped`. */
export async function visit(directory: string, context: VisitContext): Promise<void> {
  const visited = new Visit(directory, context);
  let after: string | null = null;
  for (;;) {
    const work = context.state.dueWork(directory, after, context.now);
    const last = work.at(-1);
    if (last === undefined) return;
    for (const one of work) {
      stopIf(context.signal);
      await visited.handle(one);
    }
    after = last.name;
    // What a listing has found is due in this round.
    if (work.some(({ act }) => act === 'list')) await context.settle();
  }
}

class Visit {
  readonly #directory: string;
  readonly #context: VisitContext;
  #found: FoundChecksums | null | undefined;

  constructor(directory: string, context: VisitContext) {
    this.#directory = directory;
    this.#context = context;
  }

  /** Does one thing; what is wrong with it is reported, and it is tried again later. */
  async handle(work: DueWork): Promise<void> {
    const path = this.#directory + work.name;
    try {
      await this.#do(work, path);
    } catch (cause) {
      const words = problemOf(cause);
      if (words === null) throw cause;
      await this.#context.report({ again: work, problems: [{ path, kind: 'file', words }] });
    }
  }

  async #do(work: DueWork, path: string): Promise<void> {
    if (work.act === 'list') return this.#list(work);
    if (work.act === 'delete') return this.#removed(work, path);
    if (work.name !== CHECKSUMS) return this.#release(work, path);
    // It may be there only since the directory was last looked at.
    await this.#read(work.source);
    if (this.#found === null) throw new FollowError('file', 'is not there', { file: path });
    await this.#context.report({ done: work, settled: [{ path, kind: 'file' }] });
  }

  async #release(work: DueWork, path: string): Promise<void> {
    const taken = await this.#take(path);
    const old = (await this.#checksums(work.source))?.checksums ?? null;
    if (disagreement(old, work.name, taken) === null) return this.#logRelease(work, path, taken, null);
    // The CHECKSUMS may be newer by now; or the file is half there, and must not be what the path has for ever.
    const checksums = (await this.#read(work.source))?.checksums ?? null;
    const words = disagreement(checksums, work.name, taken);
    const problem = { path, kind: 'checksums' } as const;
    if (words === null || this.#context.state.wordsOf(problem) === words)
      return this.#logRelease(work, path, taken, words);
    return this.#context.report({ again: work, problems: [{ ...problem, words }] });
  }

  async #take(path: string): Promise<TakenFile> {
    const { mirror, maxSize } = this.#context;
    const taken = await digestOf(mirror, path, { limit: maxSize });
    if (typeof taken === 'string') throw new FollowError('file', 'is not there', { file: path });
    return taken;
  }

  async #logRelease(work: DueWork, path: string, taken: TakenFile, words: string | null): Promise<void> {
    const { sha256, size, validator } = taken;
    const at = work.at ?? taken.modified;
    const { directory, name, epoch, source } = work;
    const known = this.#context.state.file(directory, name);
    const entry: LogEntry = { type: 'release', path, sha256, size, uploaded: at, source };
    const file: KnownFile = { directory, name, sha256, size, epoch, at, validator, gone: false };
    const kind = 'checksums';
    const isConflict = known !== null && known.sha256 !== sha256;
    const conflict = `SHA-256 ${sha256} after ${known?.sha256}`;
    await this.#context.report({
      done: work,
      file,
      ...(known?.sha256 !== sha256 && { entry }),
      problems: [
        ...(words === null ? [] : [{ path, kind, words } as const]),
        ...(isConflict ? [{ path, kind: 'conflict', words: conflict } as const] : []),
      ],
      settled: [{ path, kind: 'file' }, ...(words === null ? [{ path, kind } as const] : [])],
    });
  }

  /** A release that is gone is logged when it was known, and is really not there. */
  async #removed(work: DueWork, path: string): Promise<void> {
    const { mirror, state, report } = this.#context;
    const { directory, name, source, at: removed } = work;
    const known = state.file(directory, name);
    if (known === null || known.gone) return report({ done: work, settled: [{ path, kind: 'file' }] });
    const file = await mirror.open(path);
    if (typeof file !== 'string') {
      file.close();
      throw new FollowError('file', 'is said to be removed, and is there', { file: path });
    }
    return report({
      done: work,
      entry: { type: 'removal', path, removed, source },
      file: { ...known, epoch: work.epoch, gone: true },
      settled: (['file', 'checksums', 'unlisted'] as const).map((kind) => ({ path, kind })),
    });
  }

  /** What the CHECKSUMS lists, where the mirror tells of its files in no other way. */
  async #list(work: DueWork): Promise<void> {
    const path = this.#directory + CHECKSUMS;
    const checksums = (await this.#read(work.source))?.checksums;
    if (checksums == null) throw new FollowError('file', 'tells of no files', { file: path });
    const more = [...this.#listed(checksums, work.source), ...this.#unlisted(checksums)];
    await this.#context.report({ done: work, more, settled: [{ path: this.#directory, kind: 'file' }] });
  }

  *#listed({ files }: Checksums, source: Source): Iterable<Work> {
    const directory = this.#directory;
    const work = { epoch: '', at: null, source } as const;
    for (const [name, { isDirectory, sha256 }] of files) {
      if (isDirectory) yield { ...work, directory: `${directory}${name}/`, name: '', act: 'list' };
      else if (isArchiveName(name) && this.#isNews(name, sha256))
        yield { ...work, directory, name, act: 'new' };
    }
  }

  #isNews(name: string, sha256: string | null): boolean {
    const known = this.#context.state.file(this.#directory, name);
    return known === null || known.gone || (sha256 !== null && known.sha256 !== sha256);
  }

  *#unlisted({ files }: Checksums): Iterable<Work> {
    for (const { name } of this.#context.state.filesIn(this.#directory))
      if (!files.has(name))
        yield { directory: this.#directory, name, act: 'delete', epoch: '', at: null, source: 'mirror' };
  }

  /** The CHECKSUMS, read once for each visit unless it is asked for anew. */
  async #checksums(source: Source): Promise<FoundChecksums | null> {
    return this.#found === undefined ? this.#read(source) : this.#found;
  }

  async #read(source: Source): Promise<FoundChecksums | null> {
    const { state, report } = this.#context;
    this.#found = await findChecksums(this.#directory, source, this.#context);
    const checksums = this.#found?.checksums ?? null;
    if (this.#found?.isNew === true && checksums !== null)
      await report(compareKnown(this.#directory, checksums, state));
    return this.#found;
  }
}
