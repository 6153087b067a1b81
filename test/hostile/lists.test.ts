/** Lists of more things than anybody has: read to a bound and told so, in time that grows with their length. */
import { gzipSync } from 'node:zlib';
import { soaking } from '../sizes.ts';
import { attacks } from './attack.ts';

/** Beyond the 250,000 that an inventory holds when soaking; else enough that anything quadratic would be felt. */
const MANY = soaking ? 1_000_000 : 30_000;
/** MB; a component and what is said of it take about 4 kB. */
const HELD = soaking ? 2048 : 600;

function lines(line: (i: number) => string, count: number = MANY): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('');
}

/** A lock file has a bound of its own. */
const locked = soaking ? /snapshot:\d+: more than 100000\s+distributions/ : /distributions/;

const lists: [name: string, content: () => string, status: number, says: RegExp][] = [
  ['many.txt', () => lines((i) => `pkg:cpan/A${i}@1\n`), soaking ? 3 : 0, /distributions/],
  ['same.txt', () => lines(() => 'pkg:cpan/A@1\n'), 0, /1 distribution\./],
  ['odd.txt', () => `pkg:cpan/A@1\n${lines(() => 'A B\n')}`, 3, /odd\.txt:2: neither/],
  ['wide.snapshot', () => snapshot(0), soaking ? 3 : 0, locked],
  ['deep.snapshot', () => snapshot(1), soaking ? 3 : 0, locked],
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

/** CPAN has a quarter of a million packages. */
const PACKAGES = soaking ? 1_700_000 : 50_000;

function packages(): string {
  const rows = lines(
    (i) => `Example::Module${i}   1.${i}  E/EX/EXAMPLE/Example-Module${i}-1.${i}.tar.gz\n`,
    PACKAGES,
  );
  return `File: 02packages.details.txt\nLine-Count: ${PACKAGES + 1}\n\n${rows}Example::Parser::Deep 1.10 E/EX/EXAMPLE/Example-Parser-1.10.tar.gz\n`;
}

const list = packages();
const listed = {
  cpanfile: "requires 'Example::Parser::Deep', '== 1.10';\nrequires 'Example::Module7', 1;\n",
};
attacks(`a list of ${PACKAGES} packages`, [
  {
    name: 'as text',
    files: { ...listed, '02packages.details.txt': list },
    typed: ['audit', '--packages', '02packages.details.txt'],
    status: 1,
    says: /1 advisory in 1 of 2 distributions/,
    memory: HELD,
  },
  {
    name: 'gzipped',
    files: { ...listed, '02packages.details.txt.gz': gzipSync(list, { level: 1 }) },
    typed: ['audit', '--packages', '02packages.details.txt.gz'],
    status: 1,
    says: /1 advisory in 1 of 2 distributions/,
    memory: HELD,
  },
]);

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
