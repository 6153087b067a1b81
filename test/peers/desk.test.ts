/** People and passkeys in a real browser: from the first member to a recovery by two. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { LINK_TIMES, peopleRoutes } from '../../desk/people/index.ts';
import { authenticator, bootstrapLink, SESSION_POLICY, sessionRoutes } from '../../desk/session/index.ts';
import type { Store } from '../../desk/store/index.ts';
import { deskServer } from '../../desk/web/index.ts';
import { bundleDesk } from '../../scripts/bundle-site.ts';
import { assertClean, DESKTOP, LOOKS, launch, PHONE, withoutChromium, withPage } from '../browser.ts';
import { databases } from '../given-desk.ts';

const where = databases[0] ?? assert.fail();
const config = { times: LINK_TIMES, tell: async () => {}, deskName: 'Desk', policy: SESSION_POLICY };
/** What Chromium says of a page that is an error. */
const ANSWERS = /status of 4\d\d/;

interface Served {
  readonly store: Store;
  readonly base: string;
  readonly browser: Browser;
  /** Bytes of an asset. */
  weight(name: string): number;
  pass(seconds: number): void;
}

async function served(t: TestContext): Promise<Served> {
  let passed = 0;
  const { store } = await where.given(t, () => new Date(Date.now() + passed));
  const directory = mkdtempSync(join(tmpdir(), 'cpansec-assets-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const names = await bundleDesk(directory);
  const read = (path: string): Uint8Array => readFileSync(join(directory, path));
  const http = createServer();
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  const base = `http://localhost:${(http.address() as AddressInfo).port}`; // of a server that listens
  const server = deskServer({
    store,
    routes: [...sessionRoutes(config), ...peopleRoutes(config)],
    origin: base,
    authenticate: authenticator(SESSION_POLICY),
    frame: { name: 'Security desk', assets: names },
    assets: new Map(Object.values(names).map((path) => [path, read(path)])),
    log: () => {},
  });
  await server.ready();
  http.on('request', server.routing);
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    http.close();
    await server.close();
  });
  return {
    store,
    base,
    browser,
    weight: (name) => read(names[name] ?? '').length,
    pass: (seconds) => {
      passed += seconds * 1000;
    },
  };
}

/** A device with an authenticator of its own. */
async function withDevice(desk: Served, use: (page: Page) => Promise<void>): Promise<void> {
  const { base, browser } = desk;
  await withPage(browser, { base, options: { viewport: DESKTOP }, expected: ANSWERS }, async (page) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await use(page);
  });
}

/** In both schemes, on a phone and on a desk. */
async function looks(page: Page): Promise<void> {
  for (const { colorScheme, viewport } of LOOKS) {
    await page.emulateMedia({ colorScheme: colorScheme ?? 'light' });
    await page.setViewportSize(viewport ?? DESKTOP);
    await assertClean(page);
  }
}

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name }).click();
const heading = (page: Page): Promise<string | null> => page.locator('h1').textContent();

/** What is shown once. */
async function shown(page: Page, label: string): Promise<string> {
  return (await page.getByRole('region', { name: label }).textContent()) ?? '';
}

/** The page that follows is the one at the path. */
async function leads(page: Page, path: string, act: () => Promise<void>): Promise<void> {
  const arrived = page.waitForURL((url) => url.pathname === path);
  await act();
  await arrived;
}

/** Makes a passkey on the page of a link. */
async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await looks(page);
  await leads(page, '/account', () => press(page, 'Make a passkey'));
}

async function first(desk: Served, page: Page): Promise<void> {
  await page.goto(`${desk.base}${await bootstrapLink(desk.store)}`);
  await looks(page);
  await press(page, 'Make a passkey');
  assert.equal(await page.evaluate('document.activeElement.name'), 'name');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Your e-mail address').fill('ada');
  await press(page, 'Make a passkey');
  await page.getByText('This is no e-mail address.').waitFor();
  assert.equal(await page.evaluate('document.activeElement.name'), 'address');
  await looks(page);
  await page.getByLabel('Your e-mail address').fill('ada@example.org');
  await leads(page, '/account', () => press(page, 'Make a passkey'));
}

async function invited(desk: Served, page: Page, name: string, role: string): Promise<string> {
  await page.goto(`${desk.base}/people/invite`);
  await looks(page);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('E-mail address').fill('wrong');
  await page.getByLabel('Role').selectOption({ label: role });
  await press(page, 'Make the link');
  await page.getByText('This is no e-mail address.').waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), name);
  await looks(page);
  await page.getByLabel('E-mail address').fill(`${name.toLowerCase()}@example.org`);
  await press(page, 'Make the link');
  await looks(page);
  return shown(page, 'Link');
}

async function signOutAndIn(desk: Served, page: Page): Promise<void> {
  await page.goto(`${desk.base}/account`);
  await leads(page, '/sign-in', () => press(page, 'Sign out'));
  await page.goto(`${desk.base}/account`);
  assert.equal(await heading(page), 'Nothing here');
  await looks(page);
  await leads(page, '/sign-in', () => page.getByRole('main').getByRole('link', { name: 'sign in' }).click());
  await looks(page);
  await leads(page, '/account', () => byKeyboard(page, 'Use your passkey'));
}

/** Reaches the button by the tabulator key alone. */
async function byKeyboard(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement.textContent')) === name) break;
  }
  await page.keyboard.press('Enter');
}

/** Follows the way that the desk shows to whoever must prove first. */
async function prove(page: Page, path: string): Promise<void> {
  await looks(page);
  await leads(page, '/prove', () => page.getByRole('link', { name: 'Use your passkey' }).click());
  await looks(page);
  await leads(page, path, () => press(page, 'Use your passkey'));
}

async function tokens(desk: Served, page: Page): Promise<void> {
  await page.goto(`${desk.base}/account/tokens/new`);
  await page.getByLabel('Name').fill('Scanner');
  await press(page, 'Make the token');
  await page.getByText('Choose what it may do.').waitFor();
  await looks(page);
  await page.getByLabel('Make reports').check();
  await press(page, 'Make the token');
  assert.match(await shown(page, 'API token'), /^cpansec_[\w-]{43}$/);
  await page.goto(`${desk.base}/account`);
  await looks(page);
  await press(page, 'Revoke Scanner');
  await page.getByText('You have none.').waitFor();
}

async function askFor(desk: Served, page: Page, name: string): Promise<void> {
  await page.goto(`${desk.base}/people`);
  await looks(page);
  await page.getByRole('link', { name }).click();
  await looks(page);
  await press(page, 'Ask for a new way in');
  await page.getByText('Ada asks for a new way in').waitFor();
}

async function confirmed(desk: Served, page: Page): Promise<string> {
  await page.goto(`${desk.base}/people`);
  await looks(page);
  await page.getByRole('link', { name: 'answer' }).click();
  await looks(page);
  await press(page, 'Confirm and make the link');
  return shown(page, 'Link');
}

test('from the first member to a recovery by two, clean by axe on every page', {
  skip: withoutChromium,
}, async (t) => {
  const desk = await served(t);
  assert.ok(desk.weight('passkey.js') < 20_000, `${desk.weight('passkey.js')} bytes`);
  await withDevice(desk, async (ada) => {
    await first(desk, ada);
    await looks(ada);
    const link = await invited(desk, ada, 'Bob', 'CNA member');
    const toLose = await invited(desk, ada, 'Cleo', 'Triager');
    await withDevice(desk, (cleo) => enter(cleo, toLose));
    await withDevice(desk, async (bob) => {
      await enter(bob, link);
      await signOutAndIn(desk, bob);
      desk.pass(SESSION_POLICY.proof);
      await ada.goto(`${desk.base}/account/passkeys/new`);
      await prove(ada, '/account/passkeys/new');
      await looks(ada);
      await ada.getByLabel('What to call the passkey').fill('Spare');
      await press(ada, 'Make a passkey');
      await ada.getByText('This device holds a passkey of yours already.').waitFor();
      await tokens(desk, ada);
      await askFor(desk, ada, 'Cleo');
      await bob.goto(`${desk.base}/people`);
      await bob.getByRole('link', { name: 'answer' }).click();
      await prove(bob, new URL(bob.url()).pathname);
      const recovery = await confirmed(desk, bob);
      await withDevice(desk, (cleo) => enter(cleo, recovery));
    });
  });
});

test('without script a sentence says what a passkey needs', { skip: withoutChromium }, async (t) => {
  const { base, browser } = await served(t);
  const options = { viewport: PHONE, javaScriptEnabled: false };
  await withPage(browser, { base, options }, async (page) => {
    await page.goto(`${base}/sign-in`);
    assert.match((await page.locator('main').textContent()) ?? '', /Allow script for this site/);
    assert.equal(await page.getByRole('button').count(), 0);
  });
});
