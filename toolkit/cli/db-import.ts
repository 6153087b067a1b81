/** `cpansec db import`: an index built here from what others publish. */

import { join, resolve } from 'node:path';
import {
  AdvisoryError,
  type AdvisoryRecord,
  buildIndex,
  type IndexInput,
  openIndex,
} from '../advisories/index.ts';
import { compareText, formatPlace, PlacedError, printable, toHex } from '../base/index.ts';
import { diskFiles, nodeSha256, now, replaceFile } from '../io/index.ts';
import { type Imported, importSource, readSource } from '../sources/index.ts';
import { EXIT, type ExitStatus, Stop, type Terminal, type Typed, usage } from '../terminal/index.ts';
import { type ImportOutcome, importJson, importText } from './import-report.ts';
import { asOnlyWriter, ownIndex, placeImported, WHEN_NOT_PLACED } from './own-index.ts';

export async function dbImport(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  const path = operandOf(typed);
  terminal.progress(`reading ${path}`);
  const { source, imported } = await readable(path, async () => {
    const source = readSource(path);
    return { source, imported: await importSource(source) };
  });
  terminal.progress(`building an index of ${imported.records.length} records`);
  const bytes = await readable(path, () => buildIndex(indexInput(imported, typed)));
  const placed = await place(bytes, typed.value('output'), terminal);
  const outcome: ImportOutcome = {
    source,
    report: imported.report,
    header: openIndex(bytes).header,
    path: placed,
    size: bytes.length,
    sha256: toHex(nodeSha256(bytes)),
  };
  terminal.out(
    typed.flag('json') ? importJson(outcome, now()) : importText(outcome, now(), terminal.columns),
  );
  return EXIT.clean;
}

function operandOf({ operands: [path, ...more] }: Typed): string {
  if (path === undefined)
    throw usage('db import needs a file or directory', 'cpansec db --help has examples');
  if (more.length > 0) throw usage(`db import takes one source, not ${more.length + 1}`);
  return path;
}

/** Status 3 for a source that is damaged or unreadable: nothing was written then. */
async function readable<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const place = { ...cause.place, file: fullPath(path, cause) };
    const next = 'nothing was imported, and the index in use stays; fetch the source anew';
    throw new Stop(EXIT.unknown, printable(`${formatPlace(place)}: ${cause.problem}`), next, { cause });
  }
}

/** Importers name files as they stand in the source. */
function fullPath(path: string, cause: PlacedError<string>): string {
  const { file } = cause.place;
  if (file === undefined) return path;
  if (!(cause instanceof AdvisoryError)) return file;
  return diskFiles().kind(path) === 'directory' ? join(path, file) : path;
}

function indexInput(imported: Imported, typed: Typed): IndexInput {
  const { records, modules, releases, coverage, serial, built, source } = imported;
  if (records.length === 0) throw withoutRecord(imported, typed);
  return {
    records,
    modules,
    releases,
    coverage: typed.flag('complete') ? { complete: true } : coverage,
    serial,
    built: built ?? newestDate(records, now()),
    source,
  };
}

/** An index without a record would call everything clean. */
function withoutRecord({ report }: Imported, { operands: [path = ''] }: Typed): Stop {
  const unread = report.flags.find(({ rule }) => rule === 'file-unread');
  const why = unread === undefined ? '' : ` (${unread.at}: ${unread.found})`;
  return usage(printable(`${path}: no advisory of a CPAN distribution in it${why}`), 'nothing was imported');
}

/** A source that does not say of when it is, is as new as the newest date in it that is not to come. */
function newestDate(records: readonly AdvisoryRecord[], at: Date): string | null {
  const dates = records.flatMap(({ reported, withdrawn, history }) => [
    reported ?? '',
    withdrawn?.on ?? '',
    ...history.map(({ on }) => on),
  ]);
  const limit = at.toISOString().slice(0, 10);
  const newest =
    dates
      .filter((date) => date <= limit)
      .sort(compareText)
      .at(-1) ?? '';
  return Number.isNaN(Date.parse(newest)) ? null : `${newest}T00:00:00Z`;
}

/** The path where the index now stands: the own one, or where the user wants it. */
async function place(bytes: Uint8Array, output: string | undefined, terminal: Terminal): Promise<string> {
  const own = ownIndex(terminal);
  try {
    if (output !== undefined && resolve(output) !== resolve(own.path)) {
      replaceFile(output, bytes);
      return output;
    }
    await asOnlyWriter(own, () => placeImported(own, bytes));
    return own.path;
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const { code, message }: PlacedError<string> = cause;
    const next =
      output === undefined
        ? (WHEN_NOT_PLACED[code] ?? 'CPANSEC_HOME names another directory for the index')
        : '--output names another file';
    throw new Stop(EXIT.index, `no new index: ${printable(message)}`, next, { cause });
  }
}
