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
import type { TufState } from '../tuf/index.ts';
import { openChosenIndex } from './index-place.ts';
import { ageInDays, ageWords, contentWords, coverageWords } from './index-words.ts';
import { digestOf } from './own-index.ts';
import { type IndexOrigin, originOf } from './trusted-root.ts';

/** Says which index answers, what is in it, and from which tree it came. */
export async function dbInfo(typed: Typed, terminal: Terminal): Promise<ExitStatus> {
  if (typed.operands.length > 0) throw usage('db info takes no operand', '--db PATH names another index');
  const { index, path, origin } = openChosenIndex(typed, terminal);
  const { format, serial, built, source, coverage, counts } = index.header;
  const size = statSync(path).size;
  const sha256 = digestOf(path);
  const tree = await originOf(sha256 ?? '', terminal.env);
  if (typed.flag('json')) {
    const age = ageInDays(index.header, now());
    const said = { origin, path, format, serial, built, age, source, coverage, counts, size, sha256, tree };
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
    ...(tree === null ? [] : treeRows(tree)),
  ];
  terminal.out(facts(rows.map(([name, value]) => [name, printable(value)])));
  return EXIT.clean;
}

function treeRows({ root, state }: IndexOrigin): [string, string][] {
  const { address, from, sha256, trusted } = root;
  return [
    ['tree', address],
    ['root', `${from}, trusted ${trusted}, SHA-256 ${sha256}`],
    ['known', state === null ? 'what was kept of the tree is damaged' : knownWords(state)],
  ];
}

function knownWords({ refreshed, expires, expired, versions }: TufState): string {
  const until = expired.length === 0 ? `believed until ${expires}` : `EXPIRED at ${expires}`;
  return `version ${versions.timestamp}, asked ${refreshed ?? 'never'}, ${until}`;
}
