/** Debian's Chromium, as a reader of our pages has it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** For a test's `skip`. */
export const withoutChromium: false | string = existsSync(CHROMIUM) ? false : `needs ${CHROMIUM}`;

export const PHONE = { width: 360, height: 780 } as const;
export const DESKTOP = { width: 1280, height: 900 } as const;

/** Both colour schemes on both screens. */
export const LOOKS: readonly Pick<BrowserContextOptions, 'colorScheme' | 'viewport'>[] = (
  ['light', 'dark'] as const
).flatMap((colorScheme) => [PHONE, DESKTOP].map((viewport) => ({ colorScheme, viewport })));

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

export interface Visit {
  /** The address that every request must begin with. */
  readonly base: string;
  readonly options: BrowserContextOptions;
  /** Lines of the console that are no trouble. */
  readonly expected?: RegExp | undefined;
}

/** Runs with a page; fails for an error on its console but the expected, an exception, a dialog, a request elsewhere. */
export async function withPage(
  browser: Browser,
  { base, options, expected }: Visit,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  const troubles: string[] = [];
  try {
    const page = await context.newPage();
    page.on('console', (message) => {
      const trouble = message.type() === 'error' || message.type() === 'warning';
      if (trouble && expected?.test(message.text()) !== true) troubles.push(message.text());
    });
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('dialog', (dialog) => {
      troubles.push(`a dialog says ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${base}/`)) troubles.push(`asked for ${request.url()}`);
    });
    await use(page);
  } finally {
    await context.close();
  }
  assert.deepEqual(troubles, []);
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** That axe finds nothing on the page, and that it is no wider than the screen. */
export async function assertClean(page: Page): Promise<void> {
  await page.evaluate(axe);
  const violations = await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(TAGS)} }).then(
    ({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`);
  assert.deepEqual(violations, [], page.url());
  const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  assert.ok(Number(beyond) <= 0, `${page.url()} is ${beyond} px wider than the screen`);
}

/** Pictures to look at, where somebody asks for them. */
export async function shot(page: Page, name: string): Promise<void> {
  const directory = process.env.CPANSEC_SHOTS;
  if (directory === undefined) return;
  const { width = 0 } = page.viewportSize() ?? {};
  const dark = await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches");
  const path = `${directory}/${name}-${width}-${dark === true ? 'dark' : 'light'}.png`;
  await page.screenshot({ path, fullPage: true });
}
