/**
 * Lists of logs, in the format of the witness network
 * (https://github.com/transparency-dev/witness-network/blob/main/log-list-format.md): items in this order, blank
 * lines and comments anywhere.
 *
 *     logs/v0
 *     vkey example.org/log+530d903a+AekyeRrm…
 *     origin another one            when it is not the name of the key
 *     qpd 86400                     checkpoints a day
 *     contact somebody
 */
import { quoteFound } from '../base/index.ts';
import { FormatError, type NoteVerifier, parseNoteVerifier } from '../formats/index.ts';
import { WitnessError } from './errors.ts';

/** Characters of a list: forty thousand logs and their contacts. */
const MAX_LIST = 32_000_000;

export interface FollowedLog {
  readonly origin: string;
  readonly verifier: NoteVerifier;
  /** Checkpoints that it may have cosigned a day. */
  readonly perDay: number;
}

/** One that is not in a list may have a checkpoint cosigned each second. */
const PER_DAY = 86_400;

/** The log of a verifier key. Throws `logs`. */
export function followedLog(vkey: string): FollowedLog {
  const verifier = keyOf(vkey);
  return { origin: verifier.name, verifier, perDay: PER_DAY };
}

/** Throws `logs` with the line, `bounds`. */
export function parseLogList(text: string, file?: string): FollowedLog[] {
  if (text.length > MAX_LIST)
    throw new WitnessError('bounds', `a list of ${text.length} characters`, place(file));
  const lines = text.split('\n').map((line, index) => ({ item: line.trim(), number: index + 1 }));
  const items = lines.filter(({ item }) => item !== '' && !item.startsWith('#'));
  const [first, ...rest] = items;
  if (first?.item !== 'logs/v0')
    throw new WitnessError(
      'logs',
      `no list of logs: ${quoteFound(first?.item ?? '')}`,
      place(file, first?.number),
    );
  const logs: FollowedLog[] = [];
  for (let at = 0; at < rest.length; ) {
    const { number } = rest[at] ?? first;
    try {
      const { log, taken } = readLog(rest.slice(at, at + 4).map(({ item }) => item));
      logs.push(log);
      at += taken;
    } catch (cause) {
      if (!(cause instanceof WitnessError)) throw cause;
      throw new WitnessError('logs', cause.problem, place(file, number), { cause });
    }
  }
  return logs;
}

/** The log whose items begin here, and how many they are. */
function readLog(items: readonly string[]): { log: FollowedLog; taken: number } {
  const [vkey, ...after] = items;
  const verifier = keyOf(textOf(vkey, 'vkey'));
  const named = after[0]?.startsWith('origin ') ?? false;
  const origin = named ? textOf(after.shift(), 'origin') : verifier.name;
  const perDay = textOf(after[0], 'qpd');
  textOf(after[1], 'contact');
  if (!/^[1-9][0-9]{0,9}$/.test(perDay) || Number(perDay) >= 2 ** 31)
    throw new WitnessError('logs', `a qpd that is none: ${quoteFound(perDay)}`);
  return { log: { origin, verifier, perDay: Number(perDay) }, taken: named ? 4 : 3 };
}

/**
 * The keys of each log, and the largest of its rates. Throws `logs` where an origin has keys of two names: by a careless
 * list one log could speak for another.
 */
export function byOrigin(
  logs: readonly FollowedLog[],
): ReadonlyMap<string, { readonly keys: readonly NoteVerifier[]; readonly perDay: number }> {
  const found = new Map<string, { keys: NoteVerifier[]; perDay: number }>();
  for (const { origin, verifier, perDay } of logs) {
    const { keys, perDay: most } = found.get(origin) ?? { keys: [], perDay: 0 };
    const other = keys.find(({ name }) => name !== verifier.name);
    if (other !== undefined) {
      const names = `${quoteFound(other.name)} and ${quoteFound(verifier.name)}`;
      throw new WitnessError('logs', `two logs claim the origin ${quoteFound(origin)}: ${names}`);
    }
    found.set(origin, { keys: [...keys, verifier], perDay: Math.max(perDay, most) });
  }
  return found;
}

function textOf(item: string | undefined, name: string): string {
  if (item?.startsWith(`${name} `)) return item.slice(name.length + 1).trim();
  throw new WitnessError('logs', `a log without its ${name}, or not in its place: ${quoteFound(item ?? '')}`);
}

function keyOf(vkey: string): NoteVerifier {
  try {
    const verifier = parseNoteVerifier(vkey);
    if (verifier.type === 'ed25519') return verifier;
    throw new WitnessError('logs', `a log with a key of type ${verifier.type}`);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new WitnessError('logs', cause.problem, {}, { cause });
  }
}

function place(file?: string, line?: number): { file?: string; line?: number } {
  return { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
}
