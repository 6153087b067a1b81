/** `audit --fix`: raises lower bounds in the project's cpanfile, after showing what changes. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AuditReport,
  planRaises,
  type RaisePlan,
  type Refusal,
  unifiedDiff,
  wishesOf,
} from '../audit/index.ts';
import { decodeUtf8, encodeUtf8, printable } from '../base/index.ts';
import type { Inventory } from '../inventory/index.ts';
import { diskFiles, replaceFile } from '../io/index.ts';
import { EXIT, type ExitStatus, type Terminal, type Typed, usage } from '../terminal/index.ts';

const LIMIT = 16 * 1024 * 1024;

/** 0 when nothing is left to fix, 1 when findings remain that raising a bound does not end. */
export function fix(report: AuditReport, inventory: Inventory, typed: Typed, terminal: Terminal): ExitStatus {
  const file = cpanfileOf(inventory);
  const before = decodeUtf8(diskFiles().read(file, LIMIT), file);
  const { wishes, refused } = wishesOf(report);
  const plan = planRaises(before, wishes, file);
  terminal.out(
    plan.raised.length === 0
      ? 'Nothing in the cpanfile to raise.\n'
      : visible(unifiedDiff(file, before, plan.text)),
  );
  tellRefusals([...refused, ...plan.refused], terminal);
  write(file, before, plan, typed, terminal);
  return refused.length + plan.refused.length === 0 ? EXIT.clean : EXIT.finding;
}

function cpanfileOf({ inputs, subject }: Inventory): string {
  const found = inputs.find(({ kind }) => kind === 'cpanfile')?.path;
  if (found !== undefined) return found;
  const inside = join(subject, 'cpanfile');
  if (statSync(inside, { throwIfNoEntry: false })?.isFile() === true) return inside;
  throw usage(
    `--fix: there is no cpanfile in ${printable(subject)}`,
    '--fix raises lower bounds in a cpanfile only',
  );
}

/** The difference with anything but its lines made visible: it goes to a terminal. */
function visible(diff: string): string {
  return diff
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}

function tellRefusals(refusals: readonly Refusal[], terminal: Terminal): void {
  for (const { module, line, reason } of refusals) {
    terminal.out(
      `not raised: ${printable(module)}${line === undefined ? '' : ` (line ${line})`}: ${printable(reason)}\n`,
    );
  }
}

function write(file: string, before: string, plan: RaisePlan, typed: Typed, terminal: Terminal): void {
  if (plan.raised.length === 0) return;
  if (typed.flag('dry-run')) {
    terminal.err('Nothing was written. Without --dry-run this is done.\n');
    return;
  }
  if (decodeUtf8(diskFiles().read(file, LIMIT), file) !== before)
    throw usage(`${file} changed meanwhile; nothing was written`);
  replaceFile(file, encodeUtf8(plan.text));
  terminal.err(
    `${file} is changed. Install what it asks for now: carton install, or cpanm --installdeps .\n`,
  );
}
