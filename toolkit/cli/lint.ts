/** `cpansec lint`: what is wrong with advisories, of whatever kind we read. Nothing is changed. */
import { join } from 'node:path';
import {
  type AdvisoryRecord,
  decodeRecord,
  type LintFinding,
  lintImport,
  lintRecord,
  lintTogether,
  SET_FILES,
} from '../advisories/index.ts';
import { formatPlace, type Place, PlacedError, printable, printableJson } from '../base/index.ts';
import { diskFiles } from '../io/index.ts';
import { importSource, MAX_FILE, readSource, type Source, walk } from '../sources/index.ts';
import {
  type Command,
  counted,
  EXIT,
  grouped,
  Stop,
  type Terminal,
  type Typed,
  usage,
} from '../terminal/index.ts';

export const lint: Command = {
  name: 'lint',
  summary: 'check advisories',
  operands: 'FILE|DIRECTORY…',
  description: `Checks advisory records, CVE records, YAML of cna-tool, OSV documents and
CPANSA's JSON and YAML, each for itself and beside the others. Prints what is
wrong with the id of its rule (docs/formats/lint.md) and, where there is one, a
suggestion. No file is changed. Exits 1 on errors, and on warnings with --strict.`,
  options: [
    { name: 'strict', help: 'warnings count as errors' },
    { name: 'notes', help: 'print what could be better, too' },
    { name: 'json', help: 'print a JSON list, notes included' },
  ],
  examples: [
    ['cpansec lint data/advisories', 'every record of a directory'],
    ['cpansec lint --strict new-advisory.json', 'one record, before it is committed'],
    ['cpansec lint CPANSA-Example.yml record.json', 'two sources, and where they differ'],
  ],
  async run(typed, terminal) {
    if (typed.operands.length === 0)
      throw usage('lint needs a file or directory', 'cpansec lint --help has examples');
    const files = [];
    for (const file of typed.operands.flatMap(filesOf)) files.push(await lintFile(file));
    const findings = withTogether(files);
    print(findings, typed, terminal);
    const notes = findings.filter(({ severity }) => severity === 'note').length;
    const errors = findings.filter(
      ({ severity }) => severity === 'error' || (severity === 'warning' && typed.flag('strict')),
    ).length;
    const beside = notes === 0 ? '' : `; ${counted(notes, 'note')}`;
    const found = counted(findings.length - notes, 'finding');
    terminal.err(`${counted(files.length, 'file')}, ${found}, ${grouped(errors)} of them errors${beside}\n`);
    return errors === 0 ? EXIT.clean : EXIT.finding;
  },
};

function print(findings: readonly Located[], typed: Typed, terminal: Terminal): void {
  if (typed.flag('json')) return void terminal.out(`${printableJson(findings)}\n`);
  for (const finding of findings) {
    if (finding.severity !== 'note' || typed.flag('notes')) terminal.out(`${lineOf(finding)}\n`);
  }
}

/** The file itself, or those below a directory that may be advisories, sorted. */
function filesOf(operand: string): string[] {
  const kind = diskFiles().kind(operand);
  if (kind === null) throw usage(`${printable(operand)}: no such file or directory`);
  if (kind !== 'directory') return [operand];
  const names = walk(operand, ['']).filter((name) => /\.(?:json|ya?ml)$/.test(name));
  return names.filter((name) => !SET_FILES.some((part) => part === name)).map((name) => join(operand, name));
}

/** `line` where a file cannot be read, as far as it is known. */
type Placed = LintFinding & { readonly line?: number };
type Located = Placed & { file: string };

interface LintedFile {
  readonly file: string;
  /** Whether it is one record: then the file says enough of where a finding is. */
  readonly isRecord: boolean;
  readonly records: readonly AdvisoryRecord[];
  readonly findings: readonly Placed[];
}

/** What cannot be read is one finding with the reader's words. */
async function lintFile(file: string): Promise<LintedFile> {
  try {
    const source = sourceOf(file);
    if (source === null || source.kind === 'records') {
      const record = decodeRecord(diskFiles().read(file, MAX_FILE), file);
      return { file, isRecord: true, records: [record], findings: lintRecord(record) };
    }
    const imported = await importSource(source);
    const findings = lintImport(imported).map((one) => ({ ...one, path: withoutName(one.path, source) }));
    return { file, isRecord: false, records: imported.records, findings };
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error;
    const { path = '', line } = error.place;
    const at = line === undefined ? {} : { line };
    return {
      file,
      isRecord: true,
      records: [],
      findings: [{ rule: 'unreadable', severity: 'error', path, text: error.problem, ...at }],
    };
  }
}

/** Importers of several files name the file in front of the path. */
function withoutName(path: string, { files }: Source): string {
  const name = files[0]?.name ?? '';
  return path === name ? '' : path.startsWith(`${name} `) ? path.slice(name.length + 1) : path;
}

/** Null for what is of no kind that we know: the reader of records says what is missing. */
function sourceOf(file: string): Source | null {
  try {
    return readSource(file);
  } catch (error) {
    if (error instanceof Stop) return null;
    throw error;
  }
}

/** The findings of each file, and behind them what its records say otherwise than those before. */
function withTogether(files: readonly LintedFile[]): Located[] {
  const together = lintTogether(files.flatMap(({ records }) => records));
  let at = 0;
  return files.flatMap(({ file, isRecord, records, findings }) => {
    const more = records.flatMap(({ id }, i) => {
      const found = together[at + i] ?? [];
      return isRecord ? found : found.map((one) => ({ ...one, path: `${id} ${one.path}` }));
    });
    at += records.length;
    return [...findings, ...more].map((finding) => ({ file, ...finding }));
  });
}

function lineOf({ file, line, rule, severity, path, text, suggestion }: Located): string {
  const place: Place = { file, path, ...(line === undefined ? {} : { line }) };
  const hint = suggestion === undefined ? '' : `; ${suggestion}`;
  return printable(`${formatPlace(place)}: ${severity}: ${text}${hint} [${rule}]`);
}
