import {
  compareVersions,
  isLaxVersion,
  isStrictVersion,
  parseRequirement,
  parseVersion,
} from '../cpan/index.ts';
import {
  type Command,
  EXIT,
  type ExitStatus,
  type Terminal,
  type Typed,
  usage,
  verbOf,
} from '../terminal/index.ts';

const verbs = [
  { name: 'parse', operands: 'VERSION…', run: parse },
  { name: 'compare', operands: 'A B', run: compare },
  { name: 'satisfies', run: satisfies },
] as const;

export const version: Command = {
  name: 'version',
  summary: 'parse and compare Perl versions',
  operands: 'parse VERSION… | compare A B | satisfies VERSION RANGE',
  description: `Reads versions as version.pm does and ranges as CPAN::Meta::Requirements does.

compare prints -1, 0 or 1. satisfies prints yes or no, and no exits 1.`,
  options: [{ name: 'json', help: 'print JSON' }],
  examples: [
    ['cpansec version parse 1.10 v1.2.3', 'what each is: normal form, number, kind'],
    ['cpansec version compare 1.10 1.9', 'prints -1: 1.10 is 1.100, and 1.9 is 1.900'],
    ["cpansec version satisfies 9.31 '>= 9, != 9.19'", 'prints yes'],
  ],
  run(all, terminal) {
    const { verb, typed } = verbOf('version', verbs, all);
    return verb.run(typed, terminal);
  },
};

function parse(typed: Typed, terminal: Terminal): ExitStatus {
  const facts = typed.operands.map((text) => {
    const { original, normal, numify, stringify, qv, alpha } = readVersion(text);
    const kind = isStrictVersion(text) ? 'strict' : isLaxVersion(text) ? 'lax' : 'tolerated';
    return { original, normal, numify, stringify, qv, alpha, kind };
  });
  if (typed.flag('json')) {
    terminal.out(`${JSON.stringify(facts, null, 2)}\n`);
    return EXIT.clean;
  }
  for (const { original, normal, numify, qv, alpha, kind } of facts) {
    const traits = [kind, qv ? 'dotted' : 'decimal', ...(alpha ? ['alpha'] : [])];
    terminal.out(`${original.trim()}  ${normal}  ${numify}  ${traits.join(', ')}\n`);
  }
  return EXIT.clean;
}

function compare({ operands: [a = '', b = ''] }: Typed, terminal: Terminal): ExitStatus {
  terminal.out(`${compareVersions(readVersion(a), readVersion(b))}\n`);
  return EXIT.clean;
}

function satisfies({ operands: [text, range, ...more] }: Typed, terminal: Terminal): ExitStatus {
  if (text === undefined || range === undefined || more.length > 0) {
    throw usage(
      'version satisfies takes a version and a range',
      'quote the range: cpansec version satisfies 9.31 ">= 9"',
    );
  }
  const accepted = told(() => parseRequirement(range)).accepts(readVersion(text));
  terminal.out(accepted ? 'yes\n' : 'no\n');
  return accepted ? EXIT.clean : EXIT.finding;
}

function readVersion(text: string): ReturnType<typeof parseVersion> {
  return told(() => parseVersion(text));
}

/** What does not parse was typed, so it is a usage error. */
function told<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause));
  }
}
