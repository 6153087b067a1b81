/** Brackets without end, in every kind of input that nests: refused at a stated depth, long before the stack ends. */
import { attacks, type Named } from './attack.ts';

const parser = `requires 'Example::Parser', '1.20';\n`;
const deep = 1_000_000;

attacks('a million brackets', [
  {
    name: 'in a CycloneDX document',
    files: { 'bom.json': `{"bomFormat":"CycloneDX","specVersion":"1.6","components":${'['.repeat(deep)}` },
    typed: ['audit', 'bom.json'],
    status: 3,
    says: /bom\.json:1:\d+: .*nested deeper than/s,
  },
  {
    name: 'in META.json',
    files: { 'META.json': `{"name":"A","version":"1","prereqs":${'{"a":'.repeat(deep)}` },
    typed: ['audit', 'META.json'],
    status: 3,
    says: /META\.json:1.*deeper/s,
  },
  {
    name: 'in META.yml',
    files: { 'META.yml': `---\nname: A\nversion: 1\nrequires: ${'['.repeat(deep)}\n` },
    typed: ['audit', 'META.yml'],
    status: 3,
    says: /META\.yml:4/,
  },
  {
    name: 'in a cpanfile',
    files: { cpanfile: `${parser}requires ${'('.repeat(deep)}` },
    typed: ['audit'],
    status: 3,
    says: /cpanfile:2/,
  },
  ...['[', '{"a":'].flatMap((bracket): Named[] => [
    {
      name: `${bracket} in a VEX document`,
      files: {
        cpanfile: parser,
        'vex.json': `{"@context":"https://openvex.dev/ns/v0.2.0","statements":${bracket.repeat(deep)}`,
      },
      typed: ['audit', '--vex', 'vex.json'],
      status: 2,
      says: /vex\.json:1:\d+: .*nested deeper than/,
    },
    {
      name: `${bracket} in an earlier report`,
      files: {
        cpanfile: parser,
        'before.json': `{"schema":"cpansec-report/1","findings":${bracket.repeat(deep)}`,
      },
      typed: ['audit', '--since', 'before.json'],
      status: 2,
      says: /before\.json:1:\d+: .*nested deeper than/,
    },
    {
      name: `${bracket} in CPANSA's database`,
      files: { 'database.json': `{"meta":{},"dists":${bracket.repeat(deep)}` },
      typed: ['db', 'import', 'database.json', '-o', 'x'],
      status: 3,
      says: /database\.json:1:\d+: .*nested deeper than/,
    },
    {
      name: `${bracket} in an OSV document`,
      files: { 'osv/OSV-1.json': `{"schema_version":"1.6.0","id":"X-1","affected":${bracket.repeat(deep)}` },
      typed: ['db', 'import', 'osv', '-o', 'x'],
      status: 3,
      says: /OSV-1\.json:1:\d+: .*nested deeper than/,
    },
    {
      name: `${bracket} in a record`,
      files: { 'record.json': `{"format":"cpansec-advisory/1","affected":${bracket.repeat(deep)}` },
      typed: ['lint', 'record.json'],
      status: 1,
      says: /record\.json:1: error: (?:JSON nested deeper|has more) than/,
    },
  ]),
  {
    name: 'in a CPANSA report of YAML',
    files: { 'A.yml': `---\nadvisories: ${'['.repeat(100_000)}` },
    typed: ['db', 'import', 'A.yml', '-o', 'x'],
    status: 2,
    says: /A\.yml: nested deeper than/,
  },
  {
    name: 'in an ignore file',
    files: { cpanfile: parser, '.cpansec.yaml': `ignore: ${'['.repeat(100_000)}` },
    typed: ['audit'],
    status: 2,
    says: /\.cpansec\.yaml/,
  },
]);
