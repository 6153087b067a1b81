/**
 * Transcripts: what was typed into a shell, and what came back. A transcript is a text file:
 *
 *     what it shows, in a line or more
 *     with world.files            (files of another text file, same form; may be absent, may repeat)
 *     with log.ts                 (what that module exports as `files`, for bytes that are no text)
 *
 *     -- cpanfile --              (files that stand in the directory at the start)
 *     requires 'DBI';
 *
 *     -- typed --
 *     $ cpansec audit             (a shell line)
 *     No known vulnerabilities    (its standard output)
 *     2> a note                   (its standard error)
 *     => 0                        (its exit status; blank lines and `#` lines may follow)
 *
 * Output that begins like one of these marks stands behind `| `. What differs from run to run is replaced by a
 * placeholder (`PLACEHOLDERS`), nothing else. CPANSEC_GOLDEN=write rewrites what came back.
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../toolkit/package.json' with { type: 'json' };

const program = fileURLToPath(new URL('../toolkit/dist/cpansec.cjs', import.meta.url));

export interface Transcript {
  /** Everything up to the first command, as written. */
  readonly head: string;
  /** Contents by path. */
  readonly files: TypedFiles;
  readonly steps: readonly Step[];
}

export type TypedFiles = ReadonlyMap<string, string | Uint8Array>;

interface Step {
  readonly typed: string;
  /** Blank lines and comments behind the step's status. */
  readonly tail: string;
}

const TYPED = '-- typed --\n';

/** Reads a transcript and the files of those that it is `with`. Throws when it has no commands. */
export async function readTranscript(path: string): Promise<Transcript> {
  const text = readFileSync(path, 'utf8');
  const start = text.indexOf(TYPED);
  if (start < 0) throw new Error(`${path}: no line "${TYPED.trim()}"`);
  const head = text.slice(0, start + TYPED.length);
  return { head, files: await filesOf(head, dirname(path)), steps: stepsOf(text.slice(head.length)) };
}

async function filesOf(head: string, folder: string): Promise<Map<string, string | Uint8Array>> {
  const [comment = '', ...sections] = head.split(/^-- (.+) --\n/m);
  const files = new Map<string, string | Uint8Array>();
  for (const [, other = ''] of comment.matchAll(/^with (\S+)$/gm))
    for (const [name, content] of await filesWith(join(folder, other))) files.set(name, content);
  for (let i = 0; i + 1 < sections.length; i += 2) files.set(sections[i] ?? '', sections[i + 1] ?? '');
  files.delete('typed');
  return files;
}

async function filesWith(path: string): Promise<TypedFiles> {
  if (!path.endsWith('.ts')) return filesOf(readFileSync(path, 'utf8'), dirname(path));
  // What stands in this folder is made to be read here.
  return ((await import(path)) as { readonly files: TypedFiles }).files;
}

function stepsOf(body: string): Step[] {
  return body
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [typed = ''] = part.split('\n', 1);
      const comments = /^(?:# .*\n)+/m.exec(part)?.[0] ?? '';
      const [, tail = `\n${comments}`] = /^=> \d+\n([\s\S]*)/m.exec(part) ?? [];
      return { typed, tail };
    });
}

/** Types every line in one fresh directory and gives the transcript as it then reads. */
export async function replay({ head, files, steps }: Transcript): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'cpansec-typed-'));
  try {
    setUp(scratch, files);
    let text = head;
    for (const { typed, tail } of steps) text += `$ ${typed}\n${await answer(typed, scratch)}${tail}`;
    return text;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function setUp(scratch: string, files: TypedFiles): void {
  for (const name of ['here', 'home', 'bin']) mkdirSync(join(scratch, name));
  const command = join(scratch, 'bin/cpansec');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(command, 0o755);
  for (const [name, content] of files) {
    const path = join(scratch, 'here', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

async function answer(typed: string, scratch: string): Promise<string> {
  const began = Date.now();
  const { status, stdout, stderr } = await inShell(typed, scratch);
  const shown = (text: string): string => withPlaceholders(text, scratch, began);
  return `${marked(shown(stdout), outLine)}${marked(shown(stderr), (line) => `2> ${line}`.trimEnd())}=> ${status}\n`;
}

function outLine(line: string): string {
  return /^(?:\$ |2>|=> |\| |\\ )/.test(line) ? `| ${line}` : line;
}

function marked(text: string, mark: (line: string) => string): string {
  if (text === '') return '';
  const whole = text.endsWith('\n');
  const lines = (whole ? text.slice(0, -1) : text).split('\n').map((line) => `${mark(line)}\n`);
  return `${lines.join('')}${whole ? '' : '\\ no newline at the end\n'}`;
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function inShell(typed: string, scratch: string): Promise<Ended> {
  const child = spawn('sh', ['-c', typed], {
    cwd: join(scratch, 'here'),
    env: {
      PATH: `${join(scratch, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
      HOME: join(scratch, 'home'),
      CPANSEC_HOME: join(scratch, 'home'),
      NO_COLOR: '1',
      LC_ALL: 'C',
      TZ: 'UTC',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...said }));
  });
}

/** What may differ between two runs of the same build, and what stands in its place. */
const PLACEHOLDERS: readonly (readonly [found: RegExp, placeholder: string])[] = [
  [/built today|\b[\d,]+ days? old/g, '<age>'],
  [/"ageDays": \d+/g, '"ageDays": <days>'],
  [/\b[0-9a-f]{64}\b/g, '<sha256>'],
  [/^(size +)[\d,]+ bytes$/gm, '$1<size>'],
];

/** The index's paragraph of a report breaks where the length of the path says; here it stands on one line. */
const INDEX_PARAGRAPH = /^index {5}.*(?:\n {10}.*)*/gm;

function withPlaceholders(text: string, scratch: string, began: number): string {
  const placed = text
    .replace(INDEX_PARAGRAPH, (paragraph) => paragraph.replace(/\n {10}/g, ' '))
    .replaceAll(join(scratch, 'here'), '<here>')
    .replaceAll(join(scratch, 'home'), '<home>')
    .replaceAll(dirname(program), '<installed>')
    .replaceAll(manifest.version, '<version>')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (instant) => {
      const at = Date.parse(instant);
      return at >= began - 1000 && at <= Date.now() ? '<now>' : instant;
    });
  return PLACEHOLDERS.reduce((now, [found, placeholder]) => now.replace(found, placeholder), placed);
}
