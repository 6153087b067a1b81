import { statSync } from 'node:fs';
import { printable, printableJson } from '../base/index.ts';
import { now } from '../io/index.ts';
import {
  EXIT,
  type ExitStatus,
  facts,
  grouped,
  type Terminal,
  type Typed,
  usage,
} from '../terminal/index.ts';
import { openChosenIndex } from './index-place.ts';
import { ageInDays, ageWords, contentWords, coverageWords } from './index-words.ts';
import { digestOf } from './own-index.ts';

/** Says which index answers and what is in it. */
export function dbInfo(typed: Typed, terminal: Terminal): ExitStatus {
  if (typed.operands.length > 0) throw usage('db info takes no operand', '--db PATH names another index');
  const { index, path, origin } = openChosenIndex(typed, terminal);
  const { format, serial, built, source, coverage, counts } = index.header;
  const size = statSync(path).size;
  const sha256 = digestOf(path);
  if (typed.flag('json')) {
    const age = ageInDays(index.header, now());
    const said = { origin, path, format, serial, built, age, source, coverage, counts, size, sha256 };
    terminal.out(`${printableJson(said)}\n`);
    return EXIT.clean;
  }
  const rows: [string, string][] = [
    ['index', origin === path ? path : `${origin}, ${path}`],
    ['format', format],
    ['serial', String(serial)],
    ['built', `${built}, ${ageWords(index.header, now())}`],
    ['source', source],
    ['covers', coverageWords(index.header)],
    ['holds', contentWords(index.header)],
    ['size', `${grouped(size)} bytes`],
    ['sha256', sha256 ?? ''],
  ];
  terminal.out(facts(rows.map(([name, value]) => [name, printable(value)])));
  return EXIT.clean;
}
