/** Processes by more than their number, which another one has after a reboot, in another container, or later. */
import { readFileSync, readlinkSync } from 'node:fs';
import { systemCode } from './errors.ts';

/** As Linux says them; empty where it does not. */
interface Place {
  /** Of this run of the kernel. */
  readonly boot: string;
  /** Where numbers of processes are given; another one may have the number of one that has ended. */
  readonly namespace: string;
}

let place: Place | undefined;

function here(): Place {
  place ??= {
    boot: said(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    namespace: said(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''),
  };
  return place;
}

/** `PID START.NAMESPACE.BOOT`: start in ticks of this run of the kernel; each is empty on other systems. */
export function thisProcess(): string {
  return `${process.pid} ${startOf('self')}.${here().namespace}.${here().boot}`;
}

/** Whether a process of this machine has ended; null for one that lives in numbers that are not seen from here. */
export function hasEnded(written: string): boolean | null {
  const [id = '', more = ''] = written.split(' ');
  const [start = '', namespace = '', boot = ''] = more.split('.');
  if (boot !== here().boot) return boot === '' || here().boot === '' ? null : true;
  if (namespace !== here().namespace) return null;
  if (!runs(Number(id))) return true;
  const now = Number(id) === process.pid ? startOf('self') : visibleStartOf(id);
  return start !== '' && now !== '' && now !== start;
}

function runs(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** A `/proc` of other namespaces than ours has other processes under our numbers. */
function visibleStartOf(id: string): string {
  return said(() => readlinkSync('/proc/self')) === `${process.pid}` ? startOf(id) : '';
}

/** Field 22 of proc_pid_stat(5); the name before it may hold anything. */
function startOf(id: string): string {
  return said(
    () =>
      readFileSync(`/proc/${id}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ')[19] ?? '',
  );
}

function said(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
