/** `cpansec log`: what a transparency log of CPAN says, believed only as far as it is proved. */
import { type Command, type Option, verbOf } from '../terminal/index.ts';
import { LOG_OPTIONS } from './log-place.ts';
import { logLookup, logProve } from './log-prove.ts';
import { logVerify } from './log-verify.ts';
import { logWatch } from './log-watch.ts';

const verbs = [
  { name: 'verify', options: ['old', 'full', 'evidence', 'json'], run: logVerify },
  { name: 'prove', options: ['output'], run: logProve },
  { name: 'lookup', options: ['json'], run: logLookup },
  { name: 'watch', options: ['format', 'output', 'full', 'fresh'], run: logWatch },
] as const;

const FORMATS = ['text', 'json', 'atom'] as const;

const own: readonly Option[] = [
  {
    name: 'old',
    value: 'FILE',
    many: true,
    help: 'verify: the log must go on from this checkpoint (repeatable)',
  },
  { name: 'full', help: 'verify: check every entry, bundle and tile; watch: from the first entry on' },
  { name: 'evidence', value: 'FILE', help: 'verify: check evidence of a split view, and ask no log' },
  { name: 'output', short: 'o', value: 'FILE', help: 'prove, watch: write it there' },
  { name: 'format', short: 'f', value: 'FORMAT', choices: FORMATS, help: `watch: ${FORMATS.join(', ')}` },
  { name: 'fresh', value: 'HOURS', help: 'watch: how old the cosignatures of a quorum may be (default 24)' },
  { name: 'json', help: 'verify, lookup: print JSON' },
];

export const log: Command = {
  name: 'log',
  summary: 'verify, ask and watch the transparency log',
  operands: 'verify [ADDRESS] | prove THING | lookup THING | watch WHAT',
  description: `verify checks what the log signed and who witnessed it, and that it goes on from
what was seen of it here before; --full computes it whole from its entries. A
log that took something back is told with evidence that anybody can check.

prove writes the proof of an entry, which cpansec verify takes without any
network; lookup shows entries. THING is a file, authors/id/…, a SHA-256, an
advisory's id, a PAUSE id, or one of them with its kind: path:modules/…

watch author ID tells every entry of an author, watch mirror PLACE compares a
mirror with the log, watch advisories ADDRESS a public tree, watch log audits
the log and asks its witnesses. Each goes on from where its last run ended,
and exits 1 when it found something. --format atom writes a feed.

There is no default log: a policy says which keys and witnesses count.`,
  options: [...own, ...LOG_OPTIONS],
  examples: [
    ['cpansec log verify https://security.example.org/log/ --policy log-policy', 'what it signed'],
    ['cpansec log prove Foo-1.0.tar.gz', 'writes Foo-1.0.tar.gz.tlog-proof'],
    ['cpansec log lookup authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz', 'what was logged for a path'],
    [
      'cpansec log watch author EXAMPLE --format atom -o example.atom',
      'a feed of what is uploaded as EXAMPLE',
    ],
    ['cpansec log watch mirror /srv/cpan', 'each file there is in the log, and the other way round'],
  ],
  run(all, terminal) {
    const { verb, typed } = verbOf('log', verbs, all);
    return verb.run(typed, terminal);
  },
};
