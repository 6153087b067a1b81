/** `npm run bench`: every benchmark of this folder as one table, and as JSON in `var/bench.json`. */
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '../scripts/build.ts';
import type { Bench, BenchRow } from './rows.ts';

await build();
const wanted = process.argv.slice(2);
const rows: (BenchRow & { bench: string })[] = [];
const unknown = new Set(wanted);
for (const file of globSync('bench/*.bench.ts').sort()) {
  const { default: bench } = (await import(pathToFileURL(resolve(file)).href)) as { default: Bench };
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  unknown.delete(bench.name);
  console.error(`${bench.name} …`);
  for (const row of await bench.run()) rows.push({ bench: bench.name, ...row });
}

if (unknown.size > 0) {
  console.error(`no benchmark ${[...unknown].join(', ')}`);
  process.exit(2);
}

const cells = rows.map(({ bench, what, ours, unit, peer, ratio, target, met }) => [
  bench,
  what,
  `${figure(ours)} ${unit}`,
  peer === undefined ? '' : `${peer.name} ${figure(peer.value)}`,
  ratio === undefined ? '' : `× ${figure(ratio)}`,
  target ?? '',
  met === undefined ? '' : met ? 'met' : 'MISSED',
]);
const header = ['bench', 'what', 'ours', 'beside', 'ratio', 'target', ''];
const widths = header.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
for (const row of [header, ...cells])
  console.log(
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );

mkdirSync('var', { recursive: true });
const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length };
writeFileSync('var/bench.json', `${JSON.stringify({ machine, rows }, null, 2)}\n`);

function figure(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
