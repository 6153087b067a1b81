import { printableJson } from 'cpansec/base';
import { type Command, verbOf } from 'cpansec/terminal';
import { CONFIG_OPTION, cveExplained, servicesOf } from './cve-call.ts';
import { diff, history } from './cve-compare.ts';
import { count, give, list, org, ping, quota, reject, reserve, STATES, show, undo } from './cve-ids.ts';
import { publish, update } from './cve-put.ts';
import { reconcile } from './cve-reconcile.ts';
import { DATABASE_OPTION, MASTER_KEY_OPTION } from './desk-options.ts';
import { STORE_OPTION } from './store-option.ts';

const verbs = [
  { name: 'ping', operands: '', run: ping },
  { name: 'quota', operands: '', run: quota },
  { name: 'count', operands: '', run: count },
  { name: 'org', operands: '', run: org },
  { name: 'list', operands: '', run: list },
  { name: 'show', operands: 'CVE…', run: show },
  { name: 'reserve', operands: 'N', run: reserve },
  { name: 'reject', operands: 'CVE…', run: reject },
  { name: 'undo', operands: 'CVE…', run: undo },
  { name: 'transfer', operands: 'CVE ORG', run: give },
  { name: 'publish', operands: 'FILE…', run: publish },
  { name: 'update', operands: 'FILE…', run: update },
  { name: 'diff', operands: '[FILE|CVE…]', run: diff },
  { name: 'history', operands: 'CVE', run: history },
  { name: 'reconcile', operands: '', run: reconcile },
] as const;

export const cveCommand: Command = {
  name: 'cve',
  summary: 'reserve ids and publish records with CVE Services',
  operands: 'VERB …',
  description: `ping, quota, count and org ask; list and show tell of ids and their records.
reserve N reserves ids; reject CVE… gives up ids without a record, or with --reason says
in a record why; undo CVE… takes a rejected id back; transfer CVE ORG gives one away.
publish FILE… and update FILE… take CVE JSON, records of ours and YAML of cna-tool, files
or directories of one kind. Each record is looked at first, so that the same can be typed
again after whatever happened. diff FILE…, or diff [CVE…] --store, shows field by field
what stands here and there; history CVE --store our revisions beside theirs; reconcile
what does not fit between --database or --store and the service. Exits 1 where anything
is refused or differs.`,
  options: [
    CONFIG_OPTION,
    { name: 'dry-run', help: 'ask, but change nothing: say what would be sent' },
    { name: 'force', help: 'publish in spite of what the lint calls wrong (docs/formats/lint.md)' },
    { name: 'year', value: 'YEAR', help: 'of ids that are listed or reserved (default for these: this one)' },
    { name: 'state', value: 'STATE', choices: STATES, help: `of ids that are listed: ${STATES.join(', ')}` },
    { name: 'random', help: 'reserve ids that do not follow one another, at most 10' },
    { name: 'reason', value: 'TEXT', help: 'why an id is rejected; a published record goes with it' },
    { name: 'replaced-by', value: 'CVE', many: true, help: 'the id that stands in its place' },
    STORE_OPTION,
    DATABASE_OPTION,
    MASTER_KEY_OPTION,
    { name: 'json', help: 'print JSON' },
  ],
  examples: [
    ['cpansec-desk cve quota', 'how many ids may still be reserved'],
    ['cpansec-desk cve reserve 10 --year 2026', 'ids, one a line'],
    ['cpansec-desk cve publish cves/ --dry-run', 'what would be sent of all files in a directory'],
    ['cpansec-desk cve publish CVE-2026-12345.yaml', 'one record, from YAML of cna-tool'],
    ['cpansec-desk cve diff --store var/store', 'where the service says something else'],
    ['cpansec-desk cve reconcile --database var/desk/desk.db --store var/store', 'what does not fit'],
  ],
  async run(all, terminal) {
    const { verb, typed } = verbOf('cve', verbs, all);
    const services = servicesOf(typed, terminal);
    const said = await cveExplained(() => verb.run({ typed, terminal, services }));
    terminal.out(typed.flag('json') ? `${printableJson(said.json)}\n` : said.text);
    return said.status;
  },
};
