/** The row "publish": a whole publication of a store in a directory, and one after a single advisory changed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BlobStore, directoryStore } from '../desk/blobs/index.ts';
import { edition, siteAssets } from '../desk/cli/edition.ts';
import { makerPool, type Publication, type Published, publish } from '../desk/publish/index.ts';
import { PublishedStore, StoreReading } from '../desk/published/index.ts';
import { generateKey, keyFileSigner } from '../desk/signing/index.ts';
import { config, record } from '../test/given-store.ts';
import { type Bench, type BenchRow, median } from './rows.ts';

const DISTRIBUTIONS = 4_000;
const ADVISORIES_EACH = 5;
const RELEASES_EACH = 30;
/** Changes that are timed, one after the other. */
const CHANGES = 5;

async function run(): Promise<BenchRow[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'cpansec-bench-'));
  try {
    const store = new PublishedStore(hasty(directoryStore(join(scratch, 'store'))));
    await fill(store);
    const key = join(scratch, 'publisher.key');
    await generateKey(key, 'Example', 'publisher@example.org', '2026-01-01T00:00:00Z');
    const tree = join(scratch, 'tree');
    const pool = makerPool({ store: join(scratch, 'store'), tree, env: {}, key: { file: key } });
    const task: Publication = {
      store: new StoreReading(store),
      tree: directoryStore(tree),
      pool,
      state: join(scratch, 'state'),
      config,
      signer: await keyFileSigner(key),
      assets: siteAssets(),
      edition: edition(),
    };
    const whole = await timed(() => publish(task));
    const changes = [];
    for (let i = 0; i < CHANGES; i++) {
      await change(store, i);
      changes.push(await timed(() => publish(task)));
    }
    await pool.close();
    return rowsOf(whole, changes);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Timed {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  readonly published: Published;
}

async function timed(work: () => Promise<Published>): Promise<Timed> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const published = await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, published };
}

function rowsOf(whole: Timed, changes: readonly Timed[]): BenchRow[] {
  const { advisories, files } = whole.published;
  const what = `${advisories.toLocaleString('en')} advisories`;
  const one = median(changes.map(({ wall }) => wall));
  const written = median(changes.map(({ published }) => published.written));
  return [
    {
      what: `publish ${what}, ${files.toLocaleString('en')} files`,
      ours: whole.wall,
      unit: 's',
      target: '≤ 60 s',
      met: whole.wall <= 60,
    },
    { what: `the same, CPU`, ours: whole.cpu, unit: 's' },
    {
      what: `one of ${what} changed, ${written} files`,
      ours: one,
      unit: 's',
      target: '≤ 1 s',
      met: one <= 1,
    },
    { what: `the same, CPU`, ours: median(changes.map(({ cpu }) => cpu)), unit: 's' },
    { what: `memory after it`, ours: process.memoryUsage().rss / 1e6, unit: 'MB' },
  ];
}

/** Filling the store is not what is measured: it need not survive a power cut. */
function hasty(store: BlobStore): BlobStore {
  return {
    get: (key) => store.get(key),
    list: (prefix, after) => store.list(prefix, after),
    delete: (key) => store.delete(key),
    copy: (from, to) => store.copy(from, to),
    flush: () => store.flush(),
    put: (key, bytes, options) => store.put(key, bytes, { ...options, durable: false }),
  };
}

const SYLLABLES = [
  'ba',
  'de',
  'fi',
  'go',
  'ku',
  'la',
  'me',
  'ni',
  'po',
  'ru',
  'sa',
  'te',
  'vi',
  'xo',
  'zu',
  'ri',
];

/** Four thousand words, so that no word of a summary stands in all of them. */
function wordOf(number: number): string {
  return [1, 16, 256].map((place) => SYLLABLES[Math.floor(number / place) % 16]).join('');
}

const nameOf = (i: number): string => `${wordOf(i)}-${wordOf(i * 7 + 3)}-${i}`;
const summaryOf = (i: number): string => [5, 7, 11, 13].map((step) => wordOf(i * step)).join(' ');
const AT = '2026-11-22T06:00:00Z';

async function fill(store: PublishedStore): Promise<void> {
  const names = Array.from({ length: DISTRIBUTIONS }, (_, i) => nameOf(i));
  const versions = Array.from({ length: RELEASES_EACH }, (_, i) => `1.${String(i).padStart(2, '0')}`);
  const releases = versions.map((version) => ({ version, date: '2026-01-02', source: 'own' }));
  const records = names.flatMap((name, i) =>
    Array.from({ length: ADVISORIES_EACH }, (_, k) => {
      const number = i * ADVISORIES_EACH + k + 1;
      return record(number, name, {
        aliases: [`CVE-2026-${100_000 + number}`],
        summary: summaryOf(number),
        reported: `${2007 + (number % 20)}-10-01`,
      });
    }),
  );
  const about = { at: AT, records: records.map(({ id }) => id), dists: names, patches: [], decisions: false };
  await store.changes.run(about, async () => {
    for (const distribution of names) {
      const mainModule = distribution.replaceAll('-', '::');
      await store.mergeDist({ distribution, mainModule, modules: [mainModule], releases });
    }
    for (const one of records)
      await store.putRevision({ published: AT, origin: { kind: 'own' }, record: one });
  });
  await store.setCoverage('own', { complete: true, distributions: [], asOf: null });
}

async function change(store: PublishedStore, i: number): Promise<void> {
  const number = i * ADVISORIES_EACH + 1;
  const changed = record(number, nameOf(i), {
    aliases: [`CVE-2026-${100_000 + number}`],
    summary: `Changed ${i}`,
    reported: `${2007 + (number % 20)}-10-01`,
  });
  const at = `2026-11-22T06:0${i + 1}:00Z`;
  const about = { at, records: [changed.id], dists: [], patches: [], decisions: false };
  await store.changes.run(about, async () => {
    await store.putRevision({ published: at, origin: { kind: 'own' }, record: changed });
  });
}

const bench: Bench = { name: 'publish', run };
export default bench;
