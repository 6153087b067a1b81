/**
 * What `cpansec` starts: it runs `command.cjs`, with the code that V8 made of it during an earlier audit, since
 * compiling is a good part of a short one. V8 does not check such code, and a byte of it that changed on the disk would
 * end the process: so it is kept twice in one file, and used where both are the same. It is tied to this build and this
 * Node, and taken from a file and directory only that are the user's and nobody else's to write.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Script } from 'node:vm';

/** Digest of `command.cjs`, 16 hexadecimal digits. */
declare const BUILD: string;

/** Larger is no code of ours. */
const MOST = 1 << 24;

const command = join(__dirname, 'command.cjs');
// The bundle is ASCII, and one function.
const source = readFileSync(command, 'latin1');
const directory = placeOfCode();
const file = directory === null ? null : join(directory, `code-${process.version}-${process.arch}`);
const kept = file === null ? undefined : keptCode(file);
const script = new Script(source, { filename: command, cachedData: kept });
// Only an audit calls most of what the bundle has.
if (file !== null && process.argv[2] === 'audit' && (kept === undefined || script.cachedDataRejected))
  process.once('exit', () => keep(file));
script.runInThisContext()(exports, require, module, __dirname);

/** `cpansec` in the user's cache; null where there is none, or Node is told to keep no code. */
function placeOfCode(): string | null {
  const { NODE_DISABLE_COMPILE_CACHE, XDG_CACHE_HOME = '', HOME, LOCALAPPDATA } = process.env;
  if (NODE_DISABLE_COMPILE_CACHE === '1') return null;
  const home = HOME ?? LOCALAPPDATA;
  if (isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'cpansec');
  return home === undefined || !isAbsolute(home) ? null : join(home, '.cache', 'cpansec');
}

function keptCode(path: string): Buffer | undefined {
  try {
    if (!oursAlone(lstatSync(join(path, '..')))) return undefined;
    const bytes = readOwn(path);
    const length = (bytes.length - BUILD.length) / 2;
    const [first, second] = [bytes.subarray(BUILD.length, -length), bytes.subarray(-length)];
    const agree = length > 0 && first.equals(second) && bytes.toString('latin1', 0, BUILD.length) === BUILD;
    return agree ? first : undefined;
  } catch {
    // Without it the command does the same, a little later.
    return undefined;
  }
}

function readOwn(path: string): Buffer {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const stats = fstatSync(descriptor);
    return stats.isFile() && oursAlone(stats) && stats.size <= MOST
      ? readFileSync(descriptor)
      : Buffer.alloc(0);
  } finally {
    closeSync(descriptor);
  }
}

/** On Windows what stands in a profile is the user's. */
function oursAlone({ uid, mode }: Stats): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

function keep(path: string): void {
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    if (!oursAlone(lstatSync(join(path, '..')))) return;
    const code = script.createCachedData();
    const whole = Buffer.concat([Buffer.from(BUILD), code, code]);
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, whole, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch {
    // A full disk, a home that may not be written: the next audit compiles again.
  }
}
