import MarkdownIt from 'markdown-it';

/** Where a link of a lesson leads within the app. */
export interface OwnLink {
  readonly to: 'glossary' | 'step' | 'lesson' | 'reference';
  readonly target: string;
}
const OWN = /^(glossary|step|lesson|reference):([\w-]+)$/;
/** The kernel's own documents are the only addresses; the host opens them in the system's browser. */
const DOCUMENTS = 'https://docs.kernel.org/';

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
// A lesson has no pictures to fetch, and no addresses but those of the kernel's documents.
markdown.disable(['image', 'autolink', 'html_inline', 'html_block']);
markdown.validateLink = (url) => OWN.test(url) || url.startsWith(DOCUMENTS);
markdown.renderer.rules['link_open'] = (tokens, at, options, _env, self) => {
  const token = tokens[at]!;
  const href = String(token.attrGet('href') ?? '');
  if (OWN.test(href)) {
    token.attrSet('href', `#${href}`);
    token.attrSet('class', ['own', href.split(':')[0]].join(' '));
  } else {
    token.attrSet('target', '_blank');
    token.attrSet('rel', 'noreferrer');
  }
  return self.renderToken(tokens, at, options);
};

/** Lesson text as HTML: raw HTML in it is shown as text, never as markup. */
export function render(text: string): string {
  return markdown.render(text);
}
/** The same for a few words within a sentence of the window's. */
export function renderInline(text: string): string {
  return markdown.renderInline(text);
}

/** The link of our own that an element of rendered text is, or is in; null for none. */
export function ownLink(element: Element): OwnLink | null {
  const href = element.closest('a.own')?.getAttribute('href') ?? '';
  const match = OWN.exec(href.slice(1));
  return match === null ? null : { to: match[1] as OwnLink['to'], target: match[2]! };
}
