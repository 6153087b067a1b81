import assert from 'node:assert/strict';
import test from 'node:test';
import { renderToString } from 'preact-render-to-string';
import { Markdown } from './index.ts';

const htmlOf = (text: string): string => renderToString(<Markdown text={text} />);

/** Text, and what of it is HTML of ours; nothing else of it may be a tag. */
const TABLE: readonly (readonly [text: string, html: string])[] = [
  ['a *b* **c** `d`', '<p>a <em>b</em> <strong>c</strong> <code>d</code></p>'],
  ['# Title', '<h3>Title</h3>'],
  ['- one\n- two', '<ul>\n<li>one</li>\n<li>two</li>\n</ul>'],
  ['3. three', '<ol start="3">\n<li>three</li>\n</ol>'],
  ['> said', '<blockquote>\n<p>said</p>\n</blockquote>'],
  ['a\n***\nb', '<hr />'],
  [
    '[x](https://example.org/ "t")',
    '<a rel="noopener noreferrer nofollow" href="https://example.org/" title="t">x</a>',
  ],
  ['<mailto:a@example.org>', '<a rel="noopener noreferrer nofollow" href="mailto:a@example.org">'],
  ['<https://example.org/?a=1&b=2>', 'href="https://example.org/?a=1&amp;b=2"'],
  ['    code\n', '<pre tabindex="0"><code>code\n</code></pre>'],
  ['``` "><script>\nx\n```', '<code class="language-&quot;&gt;&lt;script&gt;">'],
];

test('CommonMark becomes these tags', () => {
  for (const [text, html] of TABLE) assert.ok(htmlOf(text).includes(html), `${text}: ${htmlOf(text)}`);
});

const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<b onclick=x>bold</b>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<!-- --><iframe srcdoc="x">',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x](vbscript:msgbox)',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](file:///etc/passwd)',
  '[x](//example.org/)',
  '[x](/cases)',
  '[x](https://example.org/"onmouseover="alert(1))',
  '[x](https://example.org/ "a\\" onmouseover=\\"alert(1)")',
  '[x][1]\n\n[1]: javascript:alert(1)',
  '<javascript:alert(1)>',
  '![x](https://example.org/pixel.png)',
  '![x](javascript:alert(1))',
  '`` <script>alert(1)</script> ``',
  '```<img src=x>\n<img src=x>\n```',
  '# <img src=x onerror=alert(1)>',
  '[<img src=x onerror=alert(1)>](https://example.org/)',
  '[a](<https://example.org/><script>alert(1)</script>)',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\\<script>alert(1)\\</script>',
  '\u0000<script\u0000>',
];

const TAGS =
  /^<(?:\/?(?:div|p|h3|ul|ol|li|blockquote|code|em|strong)|div class="prose"|pre tabindex="0"|\/pre|br ?\/?|hr ?\/?|code class="language-[^"<>]*"|a rel="noopener noreferrer nofollow" href="(?:https?:\/\/|mailto:)[^"<>]*"(?: title="[^"<>]*")?|\/a)>$/;

test('whatever is written, no tag but these comes out, and no link but to the web and to mail', () => {
  for (const text of HOSTILE)
    for (const [tag] of htmlOf(text).matchAll(/<[^>]*>?/g)) assert.match(tag, TAGS, text);
});

test('what costs much to read is read in time, or shown as it is', () => {
  const most = 50_000;
  for (const part of ['[', '*a ', '> ', '`', '![', '[a](', '<', '- ', '&', '_*', '[a][', '\\'])
    assert.ok(htmlOf(part.repeat(most / part.length)).length < 12 * most, part);
  assert.match(htmlOf('*a* '.repeat(most)), /^<p class="prose typed">\*a\*/);
});
