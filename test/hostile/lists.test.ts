/** Lists of more things than anybody has: read to a bound and told so, in time that grows with their length. */
import { soaking } from '../sizes.ts';
import { attacks } from './attack.ts';

/** Beyond the 250,000 that an inventory holds when soaking; else enough that anything quadratic would be felt. */
const MANY = soaking ? 1_000_000 : 30_000;
/** MB; a component and what is said of it take about 4 kB. */
const HELD = soaking ? 2048 : 600;

function lines(line: (i: number) => string, count: number = MANY): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('');
}

const lists: [name: string, content: () => string, status: number, says: RegExp][] = [
  ['many.txt', () => lines((i) => `pkg:cpan/A${i}@1\n`), soaking ? 3 : 0, /distributions/],
  ['same.txt', () => lines(() => 'pkg:cpan/A@1\n'), 0, /1 distribution\./],
  ['odd.txt', () => `pkg:cpan/A@1\n${lines(() => 'A B\n')}`, 3, /odd\.txt:2: neither/],
  ['wide.snapshot', () => snapshot(0), soaking ? 3 : 0, /distributions/],
  ['deep.snapshot', () => snapshot(1), soaking ? 3 : 0, /distributions/],
  ['bom.cdx.json', () => bom(lines(component)), 3, /distributions/],
  ['values.cdx.json', () => bom(lines(() => '{},', 4_100_000)), 3, /more than 4000000 values/],
  [
    'cpanfile',
    () => lines((i) => `requires 'A${i}', '1';\n`),
    soaking ? 3 : 0,
    soaking ? /cpanfile/ : /distributions/,
  ],
  ['META.json', () => `{"prereqs":{"runtime":{"requires":{${lines((i) => `"A${i}":1,`)}"B":1}}}}`, 3, /META/],
];

function snapshot(chained: number): string {
  const dist = (i: number): string =>
    `  A${i}-1\n    pathname: A/A${i}-1.tar.gz\n    provides:\n      A${i} 1\n    requirements:\n${`      A${i + 1} 0\n`.repeat(chained)}`;
  return `# carton snapshot format: version 1.0\nDISTRIBUTIONS\n${lines(dist)}`;
}

function component(i: number): string {
  return `{"type":"library","name":"A${i}","version":"1","purl":"pkg:cpan/A${i}@1"},`;
}

function bom(components: string): string {
  return `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[${components}{"type":"library","name":"B"}]}`;
}

attacks(
  `${MANY} things`,
  lists.map(([name, content, status, says]) => ({
    name,
    files: { [name]: content() },
    typed: ['audit', name],
    status,
    says,
    memory: HELD,
  })),
);
