import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
// A lesson has no addresses to go to and no pictures to fetch: only what is written.
markdown.disable(['image', 'autolink', 'html_inline', 'html_block']);
markdown.validateLink = () => false;

/** Lesson text as HTML: raw HTML in it is shown as text, never as markup. */
export function render(text: string): string {
  return markdown.render(text);
}
