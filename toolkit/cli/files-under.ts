/** Files that operands name: themselves, or what stands below a directory. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../base/index.ts';
import { usage } from './exit.ts';

/** Each operand that is a file, and the files with the suffix below each that is a directory; sorted. */
export function filesUnder(operands: readonly string[], suffix: string): string[] {
  return operands.flatMap((operand) => {
    const stat = statSync(operand, { throwIfNoEntry: false });
    if (stat === undefined) throw usage(`${printable(operand)}: no such file or directory`);
    if (!stat.isDirectory()) return [operand];
    return readdirSync(operand, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  });
}
