/** Inputs without end: a line, a file, a stream, a list. Memory stays within the bound that each test states. */
import {
  closeSync,
  linkSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { soaking } from '../sizes.ts';
import { attacks } from './attack.ts';

const MB = 1 << 20;
const SIZE = soaking ? 1024 * MB : 64 * MB;
/** A text is held as bytes, and as characters while it is read. */
const HELD = 200 + 3 * (SIZE / MB);

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-long-'));
after(() => rmSync(scratch, { recursive: true }));
const longLine = join(scratch, 'line');
const zeros = join(scratch, 'zeros');
makeLine();

function makeLine(): void {
  const piece = 'a'.repeat(MB);
  const fd = openSync(longLine, 'w');
  for (let written = 0; written < SIZE; written += MB) writeSync(fd, piece);
  closeSync(fd);
  writeFileSync(zeros, '');
  truncateSync(zeros, SIZE);
}

const parser = `requires 'Example::Parser', '1.20';\n`;
const readers: [name: string, typed: string[], status: number][] = [
  ['cpanfile', ['audit'], 3],
  ['cpanfile.snapshot', ['audit'], 3],
  ['META.json', ['audit', 'META.json'], 3],
  ['META.yml', ['audit', 'META.yml'], 3],
  ['bom.cdx.json', ['audit', 'bom.cdx.json'], 3],
  ['purls.txt', ['audit', 'purls.txt'], 3],
  ['anything', ['audit', 'anything'], 3],
  ['Dist-1.0.tar.gz', ['audit', 'Dist-1.0.tar.gz'], 3],
  ['Dist-1.0.zip', ['audit', 'Dist-1.0.zip'], 3],
  ['.cpansec.yaml', ['audit'], 2],
  ['vex.json', ['audit', '--vex', 'vex.json'], 2],
  ['before.json', ['audit', '--since', 'before.json'], 2],
  ['02packages', ['audit', '--packages', '02packages'], 2],
  ['the.index', ['audit', '--db', 'the.index'], 4],
  ['database.json', ['db', 'import', 'database.json', '-o', 'x'], soaking ? 3 : 2],
  ['record.json', ['lint', 'record.json'], 1],
  ['lib/Example/Parser.pm', ['audit', '--inc', 'lib'], 3],
];

for (const [title, file] of [
  ['one line', longLine],
  ['NULs', zeros],
] as const) {
  attacks(
    `${SIZE / MB} MB of ${title}`,
    readers.map(([name, typed, status]) => ({
      name,
      files: { cpanfile: parser, 'lib/Example/x': '' },
      prepare: (here: string) => {
        rmSync(join(here, name), { force: true });
        linkSync(file, join(here, name));
      },
      typed,
      status,
      says: /./,
      memory: HELD,
    })),
  );
}
