import { join } from 'node:path';
import { decodeRecord, type LintFinding, lintRecord } from '../advisories/index.ts';
import { decodeUtf8, formatPlace, type Place, PlacedError, printable, printableJson } from '../base/index.ts';
import { diskFiles } from '../io/index.ts';
import { walk } from '../sources/index.ts';
import { type Command, EXIT, usage } from '../terminal/index.ts';

const RECORD_LIMIT = 4 * 1024 * 1024;

export const lint: Command = {
  name: 'lint',
  summary: 'check advisory records',
  operands: 'FILE|DIRECTORY…',
  description: `Checks records (docs/formats/advisory.md) and prints what is wrong with the id of its rule
and, where there is one, a suggestion. Exits 1 on errors, and on warnings with --strict.`,
  options: [
    { name: 'strict', help: 'warnings count as errors' },
    { name: 'json', help: 'print a JSON list' },
  ],
  examples: [
    ['cpansec lint data/advisories', 'every record of a directory'],
    ['cpansec lint --strict new-advisory.json', 'one record, before it is committed'],
  ],
  run(typed, terminal) {
    if (typed.operands.length === 0)
      throw usage('lint needs a file or directory', 'cpansec lint --help has examples');
    const files = typed.operands.flatMap(recordFiles);
    const findings = files.flatMap(lintFile);
    if (typed.flag('json')) terminal.out(`${printableJson(findings)}\n`);
    else for (const finding of findings) terminal.out(`${line(finding)}\n`);
    const errors = findings.filter(({ severity }) => severity === 'error' || typed.flag('strict')).length;
    terminal.err(`${files.length} files, ${findings.length} findings, ${errors} of them errors\n`);
    return errors === 0 ? EXIT.clean : EXIT.finding;
  },
};

/** The file itself, or the records below a directory, sorted. */
function recordFiles(operand: string): string[] {
  const kind = diskFiles().kind(operand);
  if (kind === null) throw usage(`${printable(operand)}: no such file or directory`);
  if (kind !== 'directory') return [operand];
  const names = walk(operand, ['']).filter((name) => name.endsWith('.json'));
  return names.map((name) => join(operand, name));
}

type Located = LintFinding & { file: string };

/** A record that does not decode is one finding with the decoder's words. */
function lintFile(file: string): Located[] {
  try {
    const record = decodeRecord(decodeUtf8(diskFiles().read(file, RECORD_LIMIT), file), file);
    return lintRecord(record).map((finding) => ({ file, ...finding }));
  } catch (error) {
    if (!(error instanceof PlacedError)) throw error;
    return [
      { file, rule: 'unreadable', severity: 'error', path: error.place.path ?? '', text: error.problem },
    ];
  }
}

function line({ file, rule, severity, path, text, suggestion }: Located): string {
  const place: Place = { file, path };
  const hint = suggestion === undefined ? '' : `; ${suggestion}`;
  return printable(`${formatPlace(place)}: ${severity}: ${text}${hint} [${rule}]`);
}
