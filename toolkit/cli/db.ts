/** `cpansec db`: the index, built here, fetched, described, checked. */
import { type Command, type Option, verbOf } from '../terminal/index.ts';
import { dbImport } from './db-import.ts';
import { dbInfo } from './db-info.ts';
import { dbUpdate } from './db-update.ts';
import { dbVerify } from './db-verify.ts';
import { INDEX_OPTIONS } from './index-place.ts';

const CHOICE = INDEX_OPTIONS.map(({ name }) => name);

const verbs = [
  { name: 'import', options: ['output', 'complete', 'json'], run: dbImport },
  { name: 'update', options: ['root', 'ca'], run: dbUpdate },
  { name: 'info', options: ['json', ...CHOICE], run: dbInfo },
  { name: 'verify', options: CHOICE, run: dbVerify },
] as const;

const options: readonly Option[] = [
  { name: 'output', short: 'o', value: 'FILE', help: 'import: write the index there; yours stays as it is' },
  { name: 'complete', help: 'import: what the source does not name has no known advisory' },
  { name: 'root', value: 'FILE', help: 'update: the root to trust for the tree; needed once' },
  { name: 'ca', value: 'FILE', help: 'update: trust the authorities in this PEM file and no others' },
  { name: 'json', help: 'import, info: print JSON' },
  ...INDEX_OPTIONS.map((option) => ({ ...option, help: `info, verify: ${option.help}` })),
];

export const db: Command = {
  name: 'db',
  summary: 'build, fetch, describe and check the advisory index',
  operands: 'import FILE|DIR | update URL|DIR | info | verify',
  description: `import builds your index from CPANSA's JSON database or its YAML sources, from
OSV documents, CVE records, YAML of cna-tool or advisory records, and reports
each rule that it applied.

update fetches the index of a public tree. Its manifest is taken when The Update
Framework names it as the newest, by the root that you trusted with --root, and
witnesses of the transparency log saw it: nothing older, kept back, mixed or
shown to you alone. There is no default address, and no default root.

info says which index answers; verify reads and checks every byte of it.

Your index stands in $CPANSEC_HOME, else in the XDG data directory; without
one the embedded index answers. It is replaced whole or not at all: import
exits 3 when its source is damaged, and 4 when the index cannot be written.`,
  options,
  examples: [
    ['cpansec db import cpan-security-advisory.json', "CPANSA's database; covers all of CPAN"],
    ['cpansec db import records/ --output team.index', 'an index for --db team.index'],
    [
      'cpansec db update https://security.example.org/ --root root.json',
      'the index of a public tree, for the first time',
    ],
    ['cpansec db update https://security.example.org/', 'from then on'],
    ['cpansec db update /mnt/usb/tree --root root.json', 'the same without a network'],
    ['cpansec db info', 'which index answers, and how old it is'],
  ],
  run(all, terminal) {
    const { verb, typed } = verbOf('db', verbs, all);
    return verb.run(typed, terminal);
  },
};
