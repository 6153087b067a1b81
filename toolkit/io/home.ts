import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where this user's index lives: `$CPANSEC_HOME`, else `cpansec` in the XDG data directory, which is
 * `$XDG_DATA_HOME` when that is absolute (XDG Base Directory 0.8, "Environment variables"), else
 * `~/.local/share`.
 */
export function dataHome(env: Environment): string {
  if (env.CPANSEC_HOME !== undefined && env.CPANSEC_HOME !== '') return env.CPANSEC_HOME;
  const xdg = env.XDG_DATA_HOME ?? '';
  return join(isAbsolute(xdg) ? xdg : join(userHome(env), '.local', 'share'), 'cpansec');
}

/** `$HOME`, else the home that the system has on record for this user. */
export function userHome(env: Environment): string {
  return env.HOME === undefined || env.HOME === '' ? homedir() : env.HOME;
}
