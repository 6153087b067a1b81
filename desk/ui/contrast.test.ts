/** Contrast of every pair of colours in use, in every scheme: WCAG 2.2, 1.4.3 and 1.4.11. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const tokens = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const style = readFileSync(new URL('style.css', import.meta.url), 'utf8');

const SCHEMES = { light: 0, dark: 1, print: 2 } as const;

/** Text at 4.5:1 on each of these grounds. */
const TEXT = ['ink', 'quiet', 'accent', 'danger', 'warning', 'good'];
const GROUNDS = ['paper', 'sunk', 'danger-wash', 'warning-wash', 'good-wash'];
/** Text on what can be pressed. */
const INVERSE = [['paper', 'accent']] as const;
/** Borders of fields, pictures and the ring of the focus at 3:1. */
const GRAPHICS = ['edge', 'accent', 'danger', 'warning', 'good'];

test('text can be read on every ground', () => {
  for (const scheme of Object.keys(SCHEMES) as (keyof typeof SCHEMES)[]) {
    const pairs = [...TEXT.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)), ...INVERSE];
    for (const [text, ground] of pairs) assertContrast(scheme, text, ground, 4.5);
  }
});

test('pictures and borders can be seen', () => {
  for (const scheme of Object.keys(SCHEMES) as (keyof typeof SCHEMES)[])
    for (const graphic of GRAPHICS)
      for (const ground of ['paper', 'sunk']) assertContrast(scheme, graphic, ground, 3);
});

test('the stylesheet uses no other pair', () => {
  const inverse = INVERSE.flat() as string[];
  for (const [, name = ''] of style.matchAll(/^\s*color: var\(--([\w-]+)\)/gm))
    assert.ok(TEXT.includes(name) || inverse.includes(name), `text in ${name}`);
  for (const [, name = ''] of style.matchAll(/background: var\(--([\w-]+)\)/g))
    assert.ok(GROUNDS.includes(name) || inverse.includes(name), `ground of ${name}`);
  for (const [, name = ''] of style.matchAll(/(?:fill|stroke): var\(--([\w-]+)\)/g))
    assert.ok(GRAPHICS.includes(name) || name === 'paper', `picture in ${name}`);
  assert.doesNotMatch(style, /#[0-9a-f]{3,8}\b|rgb\(|hsl\(/i);
});

test('every token has a value in every scheme', () => {
  for (const name of [...TEXT, ...GROUNDS, ...GRAPHICS, 'line'])
    assert.equal([...tokens.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6});`, 'g'))].length, 3, name);
});

function assertContrast(scheme: keyof typeof SCHEMES, a: string, b: string, least: number): void {
  const [high, low] = [luminance(colour(a, scheme)), luminance(colour(b, scheme))].sort((x, y) => y - x) as [
    number,
    number,
  ];
  const ratio = (high + 0.05) / (low + 0.05);
  assert.ok(ratio >= least, `${scheme}: ${a} on ${b} is ${ratio.toFixed(2)}:1, at least ${least}:1`);
}

/** The value of a token; the schemes follow one another in the file. */
function colour(name: string, scheme: keyof typeof SCHEMES): string {
  const values = [...tokens.matchAll(new RegExp(`--${name}: #([0-9a-f]{6});`, 'g'))];
  return values[SCHEMES[scheme]]?.[1] ?? '';
}

/** Relative luminance of `rrggbb`. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
