/** Some of the desk's pages on loopback, as a member sees them who is signed in. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Principal } from '../../desk/access/index.ts';
import type { Store } from '../../desk/store/index.ts';
import { deskServer, type Route } from '../../desk/web/index.ts';
import { bundleDesk } from '../../scripts/bundle-site.ts';

export interface Pages {
  readonly store: Store;
  readonly routes: readonly Route[];
  /** Whoever asks. */
  as(): Principal;
}

/** The address; gone when the test ends. */
export async function servePages(t: TestContext, { store, routes, as }: Pages): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'cpansec-assets-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const names = await bundleDesk(directory);
  const http = createServer();
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  const base = `http://localhost:${(http.address() as AddressInfo).port}`; // of a server that listens
  const server = deskServer({
    store,
    routes,
    origin: base,
    authenticate: async () => [as()],
    frame: { name: 'Security desk', assets: names },
    assets: new Map(Object.values(names).map((path) => [path, readFileSync(join(directory, path))])),
    log: () => {},
  });
  await server.ready();
  http.on('request', server.routing);
  t.after(async () => {
    http.close();
    http.closeAllConnections();
    await server.close();
  });
  return base;
}

/** A picture of the page, where somebody wants to look at it: `CPANSEC_SHOTS`. */
export async function picture(page: Page, name: string): Promise<void> {
  const directory = process.env.CPANSEC_SHOTS;
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  const { width = 0 } = page.viewportSize() ?? {};
  const scheme = await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'");
  await page.screenshot({ path: join(directory, `${name}-${width}-${scheme}.png`), fullPage: true });
}
