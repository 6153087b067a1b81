/** `cpansec dependants build`: the graph of all of CPAN, from 02packages and META files. */
import { PlacedError, printable, printableJson } from '../base/index.ts';
import type { PackagesIndex } from '../cpan/index.ts';
import {
  type BuiltGraph,
  buildGraph,
  type DescribedDistribution,
  encodeGraph,
  type IndexedReleases,
  indexedReleases,
} from '../dependants/index.ts';
import { nodeSha256, now, replaceFile } from '../io/index.ts';
import {
  counted,
  EXIT,
  type ExitStatus,
  facts,
  grouped,
  Stop,
  type Terminal,
  type Typed,
  usage,
} from '../terminal/index.ts';
import { describedBy, metaFiles, type UnreadMeta } from './meta-files.ts';
import { readPackagesIndex } from './package-list.ts';

/** How many of a list stand in the text; JSON has all. */
const SHOWN = 10;

export function dependantsBuild(typed: Typed, terminal: Terminal): ExitStatus {
  const [packages, meta, out] = [needed(typed, 'packages'), needed(typed, 'meta'), needed(typed, 'out')];
  terminal.progress(`reading ${packages}`);
  const index = readable(() => readPackagesIndex(packages));
  const releases = indexedReleases(index);
  const unread: UnreadMeta[] = [];
  const described = describe(meta, releases, unread, terminal);
  const { graph, unresolved } = readable(() => buildGraph({ ...releases, described, asOf: asOf(index) }));
  const bytes = encodeGraph(graph, nodeSha256);
  write(out, bytes);
  const outcome = { out, size: bytes.length, graph, unresolved, unread };
  terminal.out(typed.flag('json') ? asJson(outcome) : asText(outcome));
  return EXIT.clean;
}

/** The same input gives the same graph; an index that does not say of when it is, is of now. */
function asOf({ header }: PackagesIndex): string {
  const updated = new Date(header.get('Last-Updated') ?? '');
  const at = Number.isNaN(updated.getTime()) ? now() : updated;
  return `${at.toISOString().slice(0, 19)}Z`;
}

function needed(typed: Typed, option: string): string {
  const value = typed.value(option);
  if (value !== undefined) return value;
  throw usage(`dependants build needs --${option}`, 'cpansec dependants --help has an example');
}

/** Status 3 for an index that is damaged or unreadable, and for what no graph can hold: nothing was written then. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    throw new Stop(EXIT.unknown, printable(cause.message), 'no graph was written', { cause });
  }
}

function* describe(
  directory: string,
  { byPath }: IndexedReleases,
  unread: UnreadMeta[],
  terminal: Terminal,
): Generator<DescribedDistribution> {
  const releases = new Map([...byPath].map(([path, name]) => [withoutExtension(path), name]));
  let read = 0;
  for (const file of metaFiles(directory, releases, unread)) {
    if (++read % 100 === 0) terminal.progress(`${grouped(read)} META files read`);
    const described = describedBy(file, unread);
    if (described !== null) yield described;
  }
  if (read > 0) return;
  const problem = unread[0]?.problem ?? 'no META file in it, none of a release that the index has';
  throw new Stop(EXIT.unknown, printable(`${directory}: ${problem}`), 'no graph was written');
}

function withoutExtension(path: string): string {
  return path.replace(/\.(?:tar\.(?:g?z|bz2|xz)|zip|tgz)$/i, '');
}

function write(path: string, bytes: Uint8Array): void {
  try {
    replaceFile(path, bytes);
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const { message }: PlacedError<string> = cause;
    throw new Stop(EXIT.index, `no new graph: ${printable(message)}`, '--out names another file', { cause });
  }
}

interface Outcome extends BuiltGraph {
  readonly out: string;
  readonly size: number;
  readonly unread: readonly UnreadMeta[];
}

function withoutMeta({ graph }: Outcome): string[] {
  return graph.names.filter((_, i) => graph.described[i] === 0);
}

function asJson(outcome: Outcome): string {
  const { graph, unresolved, unread, out, size } = outcome;
  const { asOf, names, asks } = graph;
  const counts = { distributions: names.length, edges: asks.ends.length };
  return `${printableJson({ path: out, size, asOf, ...counts, withoutMeta: withoutMeta(outcome), unresolved, unread })}\n`;
}

function asText(outcome: Outcome): string {
  const { graph, unresolved, unread, out, size } = outcome;
  const without = withoutMeta(outcome);
  const head = facts([
    ['distributions', grouped(graph.names.length)],
    ['without META', grouped(without.length)],
    ['relations', grouped(graph.asks.ends.length)],
    ['as of', graph.asOf],
    ['graph', printable(out)],
    ['size', `${grouped(size)} bytes`],
  ]);
  return [
    head,
    list('no META, what they ask for is unknown', without),
    list(
      'META that could not be read',
      unread.map(({ path, problem }) => `${path}: ${problem}`),
    ),
    list(
      'modules that no distribution has',
      unresolved.map(
        ({ module, distributions }) => `${module}: asked for by ${counted(distributions, 'distribution')}`,
      ),
    ),
  ].join('');
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, SHOWN).map((line) => `  ${printable(line)}\n`);
  const more = lines.length > SHOWN ? `  and ${grouped(lines.length - SHOWN)} more; --json lists all\n` : '';
  return `\n${title}\n${shown.join('')}${more}`;
}
