/**
 * A walk through the desk as a new member would take it: what is typed and clicked, what is seen, the letters in
 * between. All of it happens, and all of it is written down as Markdown.
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { assertClean, DESKTOP, LOOKS, PHONE } from '../browser.ts';

/** Takes what is to be done when the test ends; the last is done first. */
export type AtEnd = (end: () => unknown) => void;

export function atEndOf(t: TestContext): AtEnd {
  const ends: (() => unknown)[] = [];
  t.after(async () => {
    for (const end of ends.reverse()) await end();
  });
  return (end) => void ends.push(end);
}

/** What differs from walk to walk, and the word that stands for it. */
type Word = readonly [found: string | RegExp, word: string];

const ALWAYS: readonly Word[] = [
  [/\/l\/[\w-]{20,}/g, '/l/SECRET'],
  [/\+[0-9a-f]{8}\+\S+/g, '+KEY'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? UTC/g, 'AN-INSTANT'],
];

/** Of the plan: the first end of the embargo, and the one that is asked for. RFC 3339 UTC. */
export interface Plan {
  readonly end: string;
  readonly later: string;
}

export class Walk {
  /** Whether pages are looked at closely on the way. */
  readonly close: boolean;
  readonly #lines: string[] = [];
  readonly #words: Word[] = [];

  constructor({ close }: { readonly close: boolean }) {
    this.close = close;
  }

  /** Wherever the text stands, the word is written. */
  word(found: string | RegExp, word: string): void {
    this.#words.push([found, word]);
  }

  plan({ end, later }: Plan): void {
    for (const [instant, word] of [
      [end, 'THE-DAY'],
      [later, 'A-WEEK-LATER'],
    ] as const)
      for (const text of [instant, shownAs(instant)]) this.word(text, word);
  }

  part(title: string, about: string): void {
    this.#put(`## ${title}`, about);
  }

  /** One thing that somebody did, or saw. */
  step(words: string): void {
    this.#lines.push(`- ${words}`);
  }

  /** What a terminal shows. */
  shell(command: string, answer: string): void {
    this.#put(['```console', `$ ${command}`, ...(answer === '' ? [] : [answer.trimEnd()]), '```'].join('\n'));
  }

  /** A text as it stands. */
  text(about: string, text: string): void {
    this.#put(about, ['```text', text.trimEnd(), '```'].join('\n'));
  }

  /** A letter; where its lines break depends on what is in them. */
  letter(about: string, subject: string, text: string): void {
    const paragraphs = text.trim().split('\n\n').map(unwrapped);
    const quoted = [`Subject: ${subject}`, ...paragraphs].join('\n\n').split('\n');
    this.#put(about, quoted.map((line) => `> ${line}`.trimEnd()).join('\n'));
  }

  #put(...paragraphs: readonly string[]): void {
    for (const paragraph of paragraphs) this.#lines.push('', paragraph, '');
  }

  toString(): string {
    const words = [...this.#words, ...ALWAYS];
    const text = words.reduce((now, [found, word]) => now.replaceAll(found, word), this.#lines.join('\n'));
    return `${text.replaceAll(/\n{3,}/g, '\n\n').trim()}\n`;
  }
}

/** `2026-12-09 12:00 UTC`. */
export function shownAs(instant: string): string {
  return instant.replace('T', ' ').replace(/:00Z$/, ' UTC');
}

function unwrapped(paragraph: string): string {
  return /^[->] /.test(paragraph) ? paragraph.replaceAll('\n  ', ' ') : paragraph.replaceAll('\n', ' ');
}

/** Somebody before a browser. */
export class Person {
  readonly page: Page;
  readonly #name: string;
  readonly #walk: Walk;

  constructor(name: string, page: Page, walk: Walk) {
    this.page = page;
    this.#name = name;
    this.#walk = walk;
  }

  #did(words: string): void {
    this.#walk.step(`${this.#name} ${words}`);
  }

  async opens(address: string, what: string): Promise<void> {
    this.#did(`opens ${what}`);
    await this.page.goto(address);
  }

  async follows(link: string): Promise<void> {
    this.#did(`follows *${link}*`);
    await this.#leads(this.page.getByRole('link', { name: link, exact: true }).first());
  }

  async clicks(button: string): Promise<void> {
    this.#did(`presses **${button}**`);
    await this.#leads(this.page.getByRole('button', { name: button, exact: true }));
  }

  /** Every link and button of a desk leads to a page. */
  async #leads(by: Locator): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await by.click();
    await loaded;
  }

  async unfolds(name: string): Promise<void> {
    this.#did(`unfolds *${name}*`);
    await this.page.locator('summary').getByText(name, { exact: true }).click();
  }

  async fills(answers: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, text] of Object.entries(answers)) {
      this.#did(`types into *${label}*: ${text.replaceAll(/\s+/g, ' ')}`);
      await this.#field(label).fill(text);
    }
  }

  async selects(label: string, option: string): Promise<void> {
    this.#did(`selects for *${label}*: ${option}`);
    await this.#field(label).selectOption({ label: option });
  }

  async answers(question: string, answer: string): Promise<void> {
    this.#did(`answers *${question}*: ${answer}`);
    await this.page.getByRole('group', { name: question }).getByLabel(answer, { exact: true }).check();
  }

  async checks(choice: string): Promise<void> {
    this.#did(`ticks *${choice}*`);
    await this.#field(choice).check();
  }

  /** Files by name. */
  async gives(label: string, files: Readonly<Record<string, string>>): Promise<void> {
    this.#did(`gives to *${label}*: ${Object.keys(files).join(', ')}`);
    const given = Object.entries(files).map(([name, text]) => ({
      name,
      mimeType: 'text/plain',
      buffer: Buffer.from(text),
    }));
    await this.#field(label).setInputFiles(given);
  }

  #field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true }).filter({ visible: true });
  }

  /** Each of the texts stands somewhere on the page, in one piece. */
  async sees(...texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      this.#did(`sees “${text}”`);
      await this.page.getByText(text).filter({ visible: true }).first().waitFor();
    }
  }

  async doesNotSee(text: string): Promise<void> {
    this.#did(`does not see “${text}”`);
    assert.equal(await this.page.getByText(text).count(), 0, `${this.page.url()} says ${text}`);
  }

  /** Loads the page until it says so: of what happens without them. */
  async waitsFor(text: string): Promise<void> {
    this.#did(`loads the page again, and sees “${text}”`);
    for (let tries = 0; (await this.page.getByText(text).count()) === 0; tries++) {
      assert.ok(tries < 100, `${this.page.url()} never says ${text}`);
      await this.page.waitForTimeout(100);
      await this.page.reload();
    }
  }

  /** The first reference of a case that the page names. */
  async reference(): Promise<string> {
    const text = (await this.page.locator('main').textContent()) ?? '';
    return /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(text)?.[0] ?? assert.fail(text);
  }

  /** That the page is clean by axe in the two looks that differ most; for who asks for pictures, all four. */
  async looks(name: string): Promise<void> {
    if (!this.#walk.close) return;
    const pictures = process.env.CPANSEC_SHOTS;
    for (const { colorScheme = 'light', viewport = DESKTOP } of LOOKS) {
      if (pictures === undefined && (colorScheme === 'dark') !== (viewport === PHONE)) continue;
      await this.page.emulateMedia({ colorScheme });
      await this.page.setViewportSize(viewport ?? DESKTOP);
      await assertClean(this.page);
      const path = `${pictures}/${name}-${colorScheme}-${viewport?.width}.png`;
      if (pictures !== undefined) await this.page.screenshot({ path, fullPage: true });
    }
    await this.page.setViewportSize(DESKTOP);
  }
}
