/** A log as it was, as it is and as it never should be; a mirror, a public tree, proofs and files to verify. */
import { formatProof } from '../../toolkit/transparency/index.ts';
import {
  GivenCpanLog,
  LOG_KEY,
  others,
  POLICY_TEXT,
  release,
  sha256Of,
  TIME,
  witnesses,
} from '../../toolkit/transparency/testdata/given-cpan-log.ts';
import { treeFiles } from '../tree.ts';

const encoder = new TextEncoder();
export const files: Map<string, string | Uint8Array> = new Map();

const record = '{"id":"CPANSA-Foo-2026-01"}\n';
const tree = treeFiles(new Map([['advisories/CPANSA-Foo-2026-01.json', record]]));
for (const [path, bytes] of tree) files.set(`site/${path}`, bytes);

const foo = release('Foo-1.0.tar.gz', 'foo');
const said = [
  foo,
  release('Bar-0.3.tar.gz', 'bar', { uploaded: null, source: 'backfill' }),
  ...others(0, 300),
  {
    type: 'advisory',
    id: 'CPANSA-Foo-2026-01',
    revision: 1,
    sha256: sha256Of(record),
    published: '2026-11-20T09:30:00Z',
    source: 'publisher',
  },
  {
    type: 'manifest',
    serial: 1,
    sha256: sha256Of(new TextDecoder().decode(tree.get('manifest.json'))),
    size: tree.get('manifest.json')?.length ?? 0,
    built: '2026-11-20T09:30:00Z',
  },
] as const;

const log = await new GivenCpanLog().publish(said);
put('log', log);
files.set('seen.checkpoint', log.note);
files.set('Foo-1.0.tar.gz', 'foo');
files.set('Foo-1.0.tar.gz.tlog-proof', await proofOf(log, 0));
files.set('Foo-2.0.tar.gz', 'foo');
files.set('Foo-2.0.tar.gz.tlog-proof', await proofOf(log, 0));
files.set('evil/Foo-1.0.tar.gz', 'evil');
files.set('evil/Foo-1.0.tar.gz.tlog-proof', await proofOf(log, 0));
files.set('Bar-0.3.tar.gz', 'bar');
files.set('Bar-0.3.tar.gz.tlog-proof', (await proofOf(log, 1)).replace('index 1\n', 'index 2\n'));
files.set('New-1.tar.gz', 'new');
files.set('policy', POLICY_TEXT);
files.set('vkey', LOG_KEY);

const alone = await new GivenCpanLog().publish(said, TIME, witnesses.slice(1));
put('unwitnessed', alone);
files.set('lone/Foo-1.0.tar.gz', 'foo');
files.set('lone/Foo-1.0.tar.gz.tlog-proof', await proofOf(log, 0, alone.note));

await log.publish([release('Foo-1.1.tar.gz', 'foo 1.1'), release('Foo-1.0.tar.gz', 'evil')]);
put('later', log);
put('fork', await new GivenCpanLog().publish([...said.slice(0, -1), ...others(300, 310)]));

const changed = await new GivenCpanLog().publish(said);
const bundle = changed.files.get('tile/entries/000')?.slice() ?? new Uint8Array(0);
bundle[100] = (bundle[100] ?? 0) ^ 1;
changed.files.set('tile/entries/000', bundle);
put('changed', changed);

// A second tree of the size of the first.
const forged = await new GivenCpanLog().publish([...said.slice(0, -1), release('Evil-1.tar.gz', 'evil')]);
files.set('forged.tlog-proof', await proofOf(forged, 0));

const directory = 'cpan/authors/id/E/EX/EXAMPLE';
files.set(`${directory}/Foo-1.0.tar.gz`, 'foo');
files.set(`${directory}/Bar-0.3.tar.gz`, 'other');
files.set(`${directory}/Foo-1.1.tar.gz`, 'foo 1.1');
files.set(`${directory}/Never-1.tar.gz`, 'never');
for (const { path } of others(0, 299)) files.set(`cpan/${path}`, bytesOf(path));

function bytesOf(path: string): Uint8Array {
  return encoder.encode(path.replace(/^.*\/Other-(\d+)\.tar\.gz$/, 'other $1'));
}

function put(name: string, { files: made }: GivenCpanLog): void {
  for (const [path, bytes] of made) files.set(`${name}/${path}`, bytes);
}

async function proofOf(of: GivenCpanLog, index: number, checkpoint = of.note): Promise<string> {
  const { reader, checkpoint: head } = await of.view();
  const { entry: extra } = await reader.entry(index, head);
  return formatProof({ extra, index, hashes: await reader.inclusionProof(index, head), checkpoint });
}
