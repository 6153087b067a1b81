/** A desk with some cases, on loopback, as browsers reach it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { startDesk } from '../../desk/app/index.ts';
import { dryRun } from '../../desk/cve/index.ts';
import { linkPath } from '../../desk/people/index.ts';
import { type GivenReport, type Report, takeReport } from '../../desk/reports/index.ts';
import { fileKeyService, makeMasterKey, openStore, type Store } from '../../desk/store/index.ts';
import { bundleDesk } from '../../scripts/bundle-site.ts';
import { DESKTOP } from '../browser.ts';
import { freePort } from '../port.ts';

export interface RunningDesk {
  readonly base: string;
  readonly store: Store;
  /** Bytes of an asset, by its name. */
  weight(name: string): number;
  /** Path by which the first member comes. */
  readonly bootstrap: string;
  close(): Promise<void>;
}

export async function runDesk(): Promise<RunningDesk> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-desk-'));
  makeMasterKey(join(home, 'master.key'));
  const store = await openStore(join(home, 'desk.db'), fileKeyService(join(home, 'master.key')));
  const names = await bundleDesk(home);
  const bytesOf = (path: string): Uint8Array => readFileSync(join(home, path));
  const files = new Map(Object.values(names).map((path) => [path, bytesOf(path)]));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const { server, bootstrap, stop } = await startDesk({
    store,
    origin,
    name: 'Example desk',
    assets: { names, files },
    mail: null,
    heads: null,
    cve: dryRun({ org: 'example', user: 'desk@example.org', tell: () => {} }),
    releases: async (distribution) => (distribution === 'Foo-Bar' ? ['1.00', '1.10', '1.23', '1.24'] : null),
    uploads: async function* () {
      const release = { author: 'EXAMPLE', date: '2026-11-20' };
      yield {
        distribution: 'Foo-Bar',
        releases: [
          { version: '1.24', ...release },
          { version: '1.23', date: null },
        ],
      };
    },
    log: () => {},
    warn: () => {},
  });
  await server.listen({ host: '127.0.0.1', port });
  const close = async (): Promise<void> => {
    await stop();
    await store.close();
    rmSync(home, { recursive: true });
  };
  const weight = (name: string): number => files.get(names[name] ?? '')?.length ?? 0;
  return { base: origin, store, weight, bootstrap: new URL(bootstrap ?? '', origin).pathname, close };
}

const REPORT: Report = {
  where: 'Foo-Bar',
  versions: '1.00 to 1.23',
  what: 'Reads past the end of a header in `parse_header()`\n\nA header without an end is read on.',
  how: '1. Send a header without an end\n2. Read what comes back\n\n    perl -MFoo::Bar -e "parse_header(q{x} x 9000)"',
  impact: 'Somebody reads memory of the process.',
  proof: '',
  known: 'Nobody.',
  wish: '',
  credit: 'by-name',
  creditName: 'A. Finder',
};

/** Id of the case, and the path of the reporter's page. */
export async function reported(
  { store }: RunningDesk,
  more: Partial<Report> = {},
  files: GivenReport['files'] = [],
): Promise<{ id: string; link: string }> {
  const person = { name: 'A. Finder', address: 'finder@example.org' };
  const given = { channel: 'form', report: { ...REPORT, ...more }, person, files } as const;
  const taken = await store.transaction((tx) => takeReport(tx, store.vault, given));
  return { id: taken.caseId, link: linkPath(taken.secret ?? '') };
}

/** What a browser keeps of somebody who is signed in. */
export type State = NonNullable<BrowserContextOptions['storageState']>;

/** Comes by the link of a new desk and makes a passkey. */
export async function firstMember(browser: Browser, { base, bootstrap }: RunningDesk): Promise<State> {
  const context = await browser.newContext({ viewport: DESKTOP });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${base}${bootstrap}`);
  await page.getByLabel('name').first().fill('Ada');
  await page.getByLabel('address').fill('ada@example.org');
  await page.getByRole('button').click();
  await page.waitForURL(`${base}/account`);
  const state = await context.storageState();
  await context.close();
  return state;
}
