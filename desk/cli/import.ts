import { now } from 'cpansec/io';
import { readSource, type Source } from 'cpansec/sources';
import { type Command, EXIT, type Terminal, type Typed, usage } from 'cpansec/terminal';
import { importInto, PublishedStore } from '../published/index.ts';
import { explained } from './exit.ts';
import { importJson, importText } from './import-report.ts';
import { STORE_OPTION, storeOf } from './store-option.ts';

/** What `--as` calls the kinds of source. */
const KINDS = ['data', 'cna', 'cpansa', 'cve', 'osv'];

function kindOf({ kind }: Source): string {
  if (kind === 'records') return 'data';
  return kind === 'cpansa-yaml' ? 'cpansa' : kind;
}

export const importCommand: Command = {
  name: 'import',
  summary: 'bring a source of advisories into the store',
  operands: 'SOURCE',
  description: `Reads our record set, CPANSA's database or YAML, CVE records, YAML of cna-tool
or OSV documents, and makes a new revision of a record only where facts changed. Our
own record wins over an imported one of the same id, or of the same alias and
distributions; what differs is kept in decisions.json. What a person decided
there is never overwritten. What a source no longer has is told, and stays. A second import writes nothing.`,
  options: [
    STORE_OPTION,
    {
      name: 'as',
      value: 'KIND',
      choices: KINDS,
      help: `${KINDS.join(', ')}: refuse a source of another kind`,
    },
    { name: 'dry-run', help: 'say what would be done and write nothing' },
    { name: 'json', help: 'print JSON: every row with its reason' },
  ],
  examples: [
    ['cpansec-desk import data --store var/store', 'our own records'],
    ['cpansec-desk import cpan-security-advisory.json --store s3://published/', "CPANSA's database"],
    ['cpansec-desk import osv/ --as osv --store var/store --dry-run', 'what OSV documents would change'],
  ],
  async run(typed, terminal) {
    const path = operandOf(typed);
    const outcome = await explained('run the import again', async () => {
      const store = new PublishedStore(storeOf(typed, terminal));
      terminal.progress(`reading ${path}`);
      const source = sourceAt(path, typed.value('as'));
      return importInto(store, source, options(typed, terminal));
    });
    const dry = typed.flag('dry-run');
    terminal.out(typed.flag('json') ? importJson(outcome, dry) : importText(outcome, dry));
    return EXIT.clean;
  },
};

function options(typed: Typed, terminal: Terminal): Parameters<typeof importInto>[2] {
  return {
    at: now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z'),
    dryRun: typed.flag('dry-run'),
    progress: (done, of) => terminal.progress(`writing ${done} of ${of}`),
  };
}

function operandOf({ operands: [path, ...more] }: Typed): string {
  if (path === undefined) throw usage('import needs a source', 'cpansec-desk import --help has examples');
  if (more.length > 0) throw usage(`import takes one source, not ${more.length + 1}`);
  return path;
}

function sourceAt(path: string, wanted: string | undefined): Source {
  const source = readSource(path);
  const found = kindOf(source);
  if (wanted === undefined || wanted === found) return source;
  throw usage(`${path} is ${found}, not ${wanted}`, 'nothing was imported');
}
