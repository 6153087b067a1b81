import { printable } from 'cpansec/base';
import { diskFiles, now } from 'cpansec/io';
import { type Command, EXIT, facts, Stop, type Terminal, type Typed, usage, verbOf } from 'cpansec/terminal';
import {
  type AddedPatch,
  addPatch,
  MAX_PATCH,
  type PatchOf,
  PublishedError,
  PublishedStore,
} from '../published/index.ts';
import { explained } from './exit.ts';
import { STORE_OPTION, storeOf } from './store-option.ts';

export const patchCommand: Command = {
  name: 'patch',
  summary: 'put a patch into the store',
  operands: 'add FILE',
  description: `Puts a unified diff, byte for byte, at the address that publish serves it from,
/patches/L/DIST/VERSION/CVE-YYYY-NNNN-rN.patch, N the next free revision. What stands
there is never replaced, and the same bytes are not put twice in a row. No record
changes: name the address among its references for that.`,
  options: [
    STORE_OPTION,
    { name: 'advisory', value: 'ID', help: 'a CVE id, or a record of the store that has exactly one' },
    { name: 'dist', value: 'DIST', help: 'the distribution that it repairs' },
    { name: 'version', value: 'VERSION', help: 'the release that it applies to' },
  ],
  examples: [
    [
      'cpansec-desk patch add fix.patch --store var/store --advisory CVE-2026-99991 --dist Example-Dist --version 1.6',
      'the first revision, or the next',
    ],
    [
      'cpansec-desk patch add fix.patch --store s3://store/ --advisory CPANSA-Example-Dist-2026-01 --dist Example-Dist --version 1.6',
      'of a record with one CVE id',
    ],
  ],
  async run(all, terminal) {
    const { typed } = verbOf('patch', [{ name: 'add', operands: 'FILE' }], all);
    const [file = ''] = typed.operands;
    const { key, change } = await explained('nothing was replaced; add it again', () =>
      added(file, typed, terminal),
    );
    terminal.out(facts([[change === null ? 'there' : 'added', key]]));
    return EXIT.clean;
  },
};

async function added(file: string, typed: Typed, terminal: Terminal): Promise<AddedPatch> {
  const of: PatchOf = {
    advisory: wanted(typed, 'advisory'),
    distribution: wanted(typed, 'dist'),
    version: wanted(typed, 'version'),
  };
  const store = new PublishedStore(storeOf(typed, terminal));
  const bytes = diskFiles().read(file, MAX_PATCH);
  const at = now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  try {
    return await addPatch(store, of, bytes, at);
  } catch (cause) {
    if (!(cause instanceof PublishedError) || !['patch', 'name'].includes(cause.code)) throw cause;
    throw new Stop(EXIT.usage, printable(`${file}: ${cause.message}`), 'nothing was written', { cause });
  }
}

function wanted(typed: Typed, name: string): string {
  const value = typed.value(name);
  if (value === undefined) throw usage(`--${name} is missing`, 'cpansec-desk patch --help has examples');
  return value;
}
