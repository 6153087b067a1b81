/** `cpansec audit`: from what was typed to a report and an exit status. */

import {
  type AuditReport,
  audit as auditInventory,
  exitCode,
  type FailOn,
  type ReportFormat,
  reportFormats,
} from '../audit/index.ts';
import { printable } from '../base/index.ts';
import type { Inventory } from '../inventory/index.ts';
import { now } from '../io/index.ts';
import manifest from '../package.json' with { type: 'json' };
import {
  type Command,
  EXIT,
  type ExitStatus,
  Stop,
  type Terminal,
  type Typed,
  usage,
} from '../terminal/index.ts';
import { readAnswers } from './audit-answers.ts';
import { takeInventory } from './audit-inputs.ts';
import { INDEX_OPTIONS, openChosenIndex } from './index-place.ts';

const FORMATS = Object.keys(reportFormats) as ReportFormat[]; // the keys of a literal

export const audit: Command = {
  name: 'audit',
  summary: 'find what is vulnerable, why it is there and what fixes it',
  operands: '[PATH | NAME@VERSION… | PURL… | -]',
  description: `Audits the project in PATH (default: here), or one file: cpanfile.snapshot,
cpanfile, META, an archive of a distribution, a CycloneDX or SPDX document, a
list of package URLs. "-" reads package URLs from standard input. Nothing
inspected is run.

What cannot be judged is reported as unknown with its reason, never as clean.`,
  options: [
    { name: 'format', short: 'f', value: 'FORMAT', choices: FORMATS, help: FORMATS.join(', ') },
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      help: 'write the report there instead of to standard output',
    },
    {
      name: 'fail-on',
      value: 'LEVEL',
      choices: ['any', 'fixable', 'high'],
      help: 'findings that exit 1: any (default), fixable, high (unrated counts as high); malicious always',
    },
    { name: 'strict', help: 'unknown, expired ignores and unused ignores exit 1' },
    { name: 'exit-zero', help: 'exit 0 whatever was found' },
    {
      name: 'cpan-audit-exit',
      help: 'exit as cpan-audit does: 64 and the number of advisories, at most 126',
    },
    { name: 'ignore-file', value: 'FILE', help: 'ignore rules (default: .cpansec.yaml in the project)' },
    { name: 'vex', value: 'FILE', many: true, help: 'OpenVEX, CSAF or CycloneDX VEX document' },
    {
      name: 'product',
      value: 'PURL',
      help: 'with --vex: what is audited as a whole, for statements on a part of a product',
    },
    { name: 'since', value: 'REPORT', help: 'report only what an earlier --format json report has not' },
    { name: 'fix', help: 'raise lower bounds in the cpanfile, after showing the difference' },
    { name: 'dry-run', help: 'with --fix: only show the difference' },
    {
      name: 'client',
      value: 'NAME',
      choices: ['cpanm', 'cpm', 'carton'],
      help: 'for whom commands are written',
    },
    { name: 'installed', help: 'audit the perls and libraries of this machine' },
    {
      name: 'inc',
      value: 'DIR',
      many: true,
      help: 'audit the modules below these directories, in this order',
    },
    { name: 'root', value: 'DIR', help: 'audit the unpacked image in DIR; nothing of it is run' },
    { name: 'perl', value: 'PATH', help: 'run this perl to ask its version and @INC' },
    {
      name: 'perl-version',
      value: 'VERSION',
      help: 'the perl that the project runs on, to judge it and its core modules',
    },
    {
      name: 'packages',
      value: 'FILE',
      help: '02packages.details.txt(.gz): names distributions, and tells what is not on CPAN',
    },
    { name: 'paths', help: 'show every path to a finding' },
    { name: 'quiet', short: 'q', help: 'print nothing when there is nothing to say' },
    ...INDEX_OPTIONS,
  ],
  examples: [
    ['cpansec audit', 'this project'],
    ['cpansec audit cpanfile.snapshot --format sarif -o cpansec.sarif', 'a lock file, for code scanning'],
    ['cpansec audit --installed', "this machine's perls, Debian's packages included"],
    ['cpansec audit --root /mnt/image', 'an unpacked container image'],
    ['cpansec audit Mojolicious@9.31 DBI@1.643', 'distributions by name'],
    ['cpansec audit --fix --dry-run', 'what raising bounds in the cpanfile would change'],
    [
      'cpansec audit --vex shop.vex.json --product pkg:generic/shop@2.1',
      'with what was found about its parts',
    ],
    ['cpansec audit --since main.json --fail-on fixable', 'what a branch adds and an upgrade ends'],
  ],
  async run(typed, terminal) {
    const index = openChosenIndex(typed, terminal);
    const { inventory, perlVersion, packages } = await takeInventory(typed, terminal);
    refuseNothing(inventory, typed);
    const report = auditInventory(inventory, index.index, {
      at: now()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      origin: index.origin,
      ...(await readAnswers(typed, inventory)),
      ...(perlVersion === undefined ? {} : { perlVersion }),
      ...(packages === undefined ? {} : { packages }),
      ...clientOf(typed),
    });
    if (typed.flag('fix')) {
      const { fix } = await import('./audit-fix.ts');
      return fix(report, inventory, typed, terminal);
    }
    await print(report, typed, terminal);
    return statusOf(report, typed);
  },
};

function clientOf(typed: Typed): { client?: 'cpanm' | 'cpm' | 'carton' } {
  const client = (['cpanm', 'cpm', 'carton'] as const).find((name) => name === typed.value('client'));
  return client === undefined ? {} : { client };
}

function refuseNothing({ components, unexamined, subject }: Inventory, typed: Typed): void {
  if (typed.flag('dry-run') && !typed.flag('fix')) throw usage('--dry-run goes with --fix');
  if (components.length > 0 || unexamined.length > 0) return;
  throw new Stop(
    EXIT.nothing,
    `nothing to audit in ${printable(subject)}`,
    'cpansec audit --help lists what it reads',
  );
}

/** That the perl is not known is no reason to break a silence. */
function isAboutPerl({ code }: AuditReport['notes'][number]): boolean {
  return code === 'perl-unknown' || code === 'core-unknown';
}

async function print(report: AuditReport, typed: Typed, terminal: Terminal): Promise<void> {
  if (typed.flag('quiet') && report.findings.length === 0 && report.notes.every(isAboutPerl)) return;
  const format = FORMATS.find((name) => name === typed.value('format')) ?? 'text';
  const output = typed.value('output');
  const render = await reportFormats[format]();
  const text = render(report, {
    toolVersion: manifest.version,
    columns: terminal.columns,
    colour: terminal.colour && output === undefined,
    allPaths: typed.flag('paths'),
  });
  if (output === undefined) return terminal.out(text);
  const { writeOutput } = await import('./write-output.ts');
  writeOutput(output, text);
}

function statusOf(report: AuditReport, typed: Typed): ExitStatus {
  if (typed.flag('exit-zero')) return EXIT.clean;
  const found = report.summary.malicious + report.summary.vulnerable;
  if (typed.flag('cpan-audit-exit')) return found === 0 ? EXIT.clean : Math.min(64 + found, 126);
  const failOn = (['any', 'fixable', 'high'] as const satisfies readonly FailOn[]).find(
    (level) => level === typed.value('fail-on'),
  );
  return exitCode(report, { strict: typed.flag('strict'), ...(failOn === undefined ? {} : { failOn }) });
}
