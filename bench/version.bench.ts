/** Perl versions: reading and ordering them, beside version.pm's C code on the same texts. */
import { askPerl, withoutPerl } from '../test/peers.ts';
import { sharedJson, withoutShared } from '../test/shared.ts';
import { compareVersions, parseVersion } from '../toolkit/cpan/index.ts';
import { type Bench, type BenchRow, median } from './rows.ts';

const ROUNDS = 7;
const SECONDS = 0.4;
const GOLDEN = 'golden/version-parse.json';

/** Work done per second of wall time and of CPU time. */
interface Rate {
  wall: number;
  cpu: number;
}

/** The shapes of real releases, in an order that keeps the processor from learning it. */
function versionTexts(): string[] {
  const shapes: ((n: number) => string)[] = [
    (n) => `${n % 7}.${String(n % 100).padStart(2, '0')}`,
    (n) => `${n % 3}.${String(n % 1000).padStart(3, '0')}`,
    (n) => `${n % 3}.${String(n).padStart(6, '0')}`,
    (n) => `${n % 9}.${n % 40}.${n % 12}`,
    (n) => `v${n % 9}.${n % 40}.${n % 12}`,
    (n) => `${n % 2}.${String(n % 100).padStart(2, '0')}_0${n % 9}`,
    (n) => `${n % 3}.${n}`,
    (n) => `${2000 + (n % 26)}${String(100 + (n % 900)).padStart(4, '0')}`,
  ];
  const made = Array.from({ length: 8000 }, (_, i) => {
    const n = (i * 7919) % 9973;
    return shapes[n % shapes.length]?.(n) ?? '0';
  });
  if (withoutShared(GOLDEN) !== false) return made;
  const { vectors } = sharedJson<{ vectors: { v: string; ok: boolean }[] }>(GOLDEN);
  return [...made, ...vectors.filter(({ ok }) => ok).map(({ v }) => v)];
}

/** Compares pairs until the time is up. The orders are summed, so that no comparison can be left out. */
function rate(pairs: number, compare: (i: number) => number): Rate {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  let done = 0;
  let sum = 0;
  for (; performance.now() - start < SECONDS * 1000; done += pairs)
    for (let i = 0; i < pairs; i++) sum += compare(i);
  if (!Number.isInteger(sum)) throw new Error('a comparison gave no order');
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall: done / ((performance.now() - start) / 1000), cpu: done / ((user + system) / 1e6) };
}

function ourRates(texts: readonly string[]): { read: Rate; order: Rate } {
  const half = texts.length >> 1;
  const zero = parseVersion('0');
  const parsed = texts.map(parseVersion);
  return {
    read: rate(half, (i) => compareVersions(texts[i] ?? '', texts[i + half] ?? '')),
    order: rate(half, (i) => compareVersions(parsed[i] ?? zero, parsed[i + half] ?? zero)),
  };
}

const PERL = String.raw`
  use version; use Time::HiRes 'time';
  chomp(my @texts = <STDIN>);
  my @parsed = map { version->parse($_) } @texts;
  my ($seconds, $half, $sink) = (shift @texts, @texts >> 1, 0);
  shift @parsed;
  sub rate {
    my $pass = shift;
    my ($start, $cpu, $done) = (time, (times)[0] + (times)[1], 0);
    while (time - $start < $seconds) { $pass->(); $done += $half }
    print $done / (time - $start), "\n", $done / ((times)[0] + (times)[1] - $cpu), "\n";
  }
  rate(sub { $sink += version->parse($texts[$_]) <=> version->parse($texts[$_ + $half]) for 0 .. $half - 1 });
  rate(sub { $sink += $parsed[$_] <=> $parsed[$_ + $half] for 0 .. $half - 1 });`;

function perlRates(texts: readonly string[]): { read: Rate; order: Rate } {
  const [readWall = 0, readCpu = 0, orderWall = 0, orderCpu = 0] = askPerl(PERL, [
    `${SECONDS}`,
    ...texts,
  ]).map(Number);
  return { read: { wall: readWall, cpu: readCpu }, order: { wall: orderWall, cpu: orderCpu } };
}

async function run(): Promise<BenchRow[]> {
  const texts = versionTexts();
  const missing = withoutPerl('version');
  ourRates(texts); // warms up
  const ours: ReturnType<typeof ourRates>[] = [];
  const perls: ReturnType<typeof perlRates>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(ourRates(texts));
    if (missing === false) perls.push(perlRates(texts));
  }
  const row = (what: string, part: 'read' | 'order', clock: keyof Rate): BenchRow => {
    const value = median(ours.map((rates) => rates[part][clock])) / 1e6;
    const base = { what, ours: value, unit: 'M/s' };
    if (perls.length === 0) return base;
    const beside = median(perls.map((rates) => rates[part][clock])) / 1e6;
    return { ...base, peer: { name: 'version.pm', value: beside }, ratio: value / beside };
  };
  const read = row('parse two versions and compare them', 'read', 'wall');
  const order = row('compare two parsed versions', 'order', 'wall');
  return [
    { ...read, target: '≥ version.pm', ...(read.ratio === undefined ? {} : { met: read.ratio >= 1 }) },
    row('parse two and compare, per CPU second', 'read', 'cpu'),
    { ...order, target: '≥ 10 M/s', met: order.ours >= 10 },
    row('compare two parsed, per CPU second', 'order', 'cpu'),
  ];
}

const bench: Bench = { name: 'versions', run };
export default bench;
