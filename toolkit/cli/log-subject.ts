/** What somebody may ask a log for: a file of this machine, or a subject as entries have it. */

import { typedMirrorPath } from '../cpan/index.ts';
import { diskFiles } from '../io/index.ts';
import { usage } from '../terminal/index.ts';
import { digestOf } from './own-index.ts';

export interface Asked {
  /** `path:…`, `sha256:…` and so on. */
  readonly subject: string;
  /** The file, where it is one. */
  readonly file: string | null;
}

const KINDS = [
  'path',
  'removed',
  'name',
  'sha256',
  'author',
  'advisory',
  'manifest',
  'tuf',
  'key',
  'audit-head',
];

/** A subject with its kind; else a file that is here; else what the text can only be. Throws a usage error. */
export function askedFor(typed: string): Asked {
  const [, kind = ''] = /^([a-z][a-z0-9-]*):./.exec(typed) ?? [];
  if (KINDS.includes(kind)) return { subject: typed, file: null };
  if (diskFiles().kind(typed) === 'file') return { subject: `sha256:${digestOf(typed) ?? ''}`, file: typed };
  const subject = guessed(typed);
  if (subject !== null) return { subject, file: null };
  throw usage(
    `${JSON.stringify(typed)} is no file here, and nothing that a log is asked for`,
    `${KINDS.join(', ')} with a colon say what it is`,
  );
}

function guessed(text: string): string | null {
  if (/^[0-9a-f]{64}$/.test(text)) return `sha256:${text}`;
  const path = text.includes('/') ? typedMirrorPath(text) : null;
  if (path !== null) return `path:${path}`;
  if (/^[A-Z]+-[A-Za-z0-9._%-]+$/.test(text)) return `advisory:${text}`;
  return /^[A-Z][A-Z0-9]{1,8}$/.test(text) ? `author:${text}` : null;
}
