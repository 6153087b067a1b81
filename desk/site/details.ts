/** What others wrote in CommonMark, as HTML that can do nothing: no markup of theirs, no pictures, plain links. */
import markdownIt from 'markdown-it';

/** Longest text that is shown on a page; what follows is in the record. */
export const MAX_DETAILS = 16_000;

const ALLOWED_LINK = /^(?:https?:\/\/|mailto:)/i;

const markdown = markdownIt('commonmark', { html: false, maxNesting: 16 }).disable('image');
markdown.validateLink = (url) => ALLOWED_LINK.test(url);

/** Headings of a text stand below those of the page. */
markdown.renderer.rules.heading_open = () => '<h3>';
markdown.renderer.rules.heading_close = () => '</h3>\n';

/** Tags that CommonMark without HTML gives; anything else is shown as text. */
const TAG =
  /<(?!\/?(?:p|h3|ul|li|ol|blockquote|pre|code|em|strong)>|a href="(?:https?:\/\/|mailto:)[^"<>]*"(?: title="[^"<>]*")?>|\/a>|br ?\/?>|hr ?\/?>|ol start="\d+">|code class="language-[^"<>]*">)/gi;

/** HTML of the text, cut at a paragraph where it is longer than {@link MAX_DETAILS}. */
export function detailsHtml(text: string): { readonly html: string; readonly whole: boolean } {
  const shown = cut(text);
  const html = markdown.render(shown).replace(TAG, '&lt;');
  // What is wider than the screen scrolls, so it must be reachable by keyboard.
  return { html: html.replaceAll('<pre>', '<pre tabindex="0">'), whole: shown.length === text.length };
}

function cut(text: string): string {
  if (text.length <= MAX_DETAILS) return text;
  const end = text.lastIndexOf('\n\n', MAX_DETAILS);
  return text.slice(0, end > 0 ? end : MAX_DETAILS);
}
