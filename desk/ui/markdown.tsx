/** What others wrote in CommonMark, as HTML that can do nothing: no markup of theirs, no pictures, plain links. */
import markdownIt from 'markdown-it';
import type { JSX } from 'preact';

/** A longer text is shown as it was written. */
const MAX_MARKDOWN = 50_000;

const ALLOWED_LINK = /^(?:https?:\/\/|mailto:)/i;

const markdown = markdownIt('commonmark', { html: false, maxNesting: 16 }).disable('image');
markdown.validateLink = (url) => ALLOWED_LINK.test(url);

/** Headings of a text stand below those of the page. */
markdown.renderer.rules.heading_open = () => '<h3>';
markdown.renderer.rules.heading_close = () => '</h3>\n';

const REL = 'rel="noopener noreferrer nofollow"';
markdown.renderer.rules.link_open = (tokens, at, options, _env, self) =>
  self.renderToken(tokens, at, options).replace(/^<a /, `<a ${REL} `);

/** Tags that CommonMark without HTML gives; anything else is shown as text. */
const TAG = new RegExp(
  `<(?!/?(?:p|h3|ul|li|ol|blockquote|pre|code|em|strong)>|a ${REL} href="(?:https?://|mailto:)[^"<>]*"(?: title="[^"<>]*")?>|/a>|br ?/?>|hr ?/?>|ol start="\\d+">|code class="language-[^"<>]*">)`,
  'gi',
);

function markdownHtml(text: string): string {
  const html = markdown.render(text).replace(TAG, '&lt;');
  // What is wider than the screen scrolls, so it must be reachable by keyboard.
  return html.replaceAll('<pre>', '<pre tabindex="0">');
}

/** `typed`: lines end where whoever wrote it ended them, as in a message. */
export function Markdown({
  text,
  typed = false,
}: {
  readonly text: string;
  readonly typed?: boolean;
}): JSX.Element {
  if (text.length > MAX_MARKDOWN) return <p class="prose typed">{text}</p>;
  // TAG lets nothing through but the tags of CommonMark.
  return (
    <div class={typed ? 'prose typed' : 'prose'} dangerouslySetInnerHTML={{ __html: markdownHtml(text) }} />
  );
}
