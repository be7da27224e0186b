import MarkdownIt from 'markdown-it';

/** Where a link of a lesson leads within the app. */
export interface OwnLink {
  readonly to: 'glossary' | 'step' | 'lesson' | 'reference';
  readonly target: string;
}
const OWN = /^(glossary|step|lesson|reference):([\w-]+)$/;
/** The kernel's own documents are the only addresses; the host opens them in the system's browser. */
const DOCUMENTS = 'https://docs.kernel.org/';

/** The host of an address outside; empty for one that is not read as https. */
function hostOf(url: string): string {
  try {
    const { protocol, host, username, password } = new URL(url);
    return protocol === 'https:' && username === '' && password === '' ? host : '';
  } catch {
    return '';
  }
}

/** Code of so many characters stands on one line. */
const SHORT = 24;

function setter(allowed: (url: string) => boolean): InstanceType<typeof MarkdownIt> {
  const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
  // A lesson has no pictures to fetch.
  markdown.disable(['image', 'autolink', 'html_inline', 'html_block']);
  markdown.validateLink = (url) => OWN.test(url) || allowed(url);
  // Short code is not broken at its hyphen.
  markdown.renderer.rules['code_inline'] = (tokens, at) => {
    const { content } = tokens[at]!;
    return `<code${content.length <= SHORT ? ' class="short"' : ''}>${markdown.utils.escapeHtml(content)}</code>`;
  };
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
  return markdown;
}

const ours = setter((url) => url.startsWith(DOCUMENTS));
// What a link of somebody else says need not be where it leads: the host stands behind it.
const theirs = setter((url) => hostOf(url) !== '');
theirs.renderer.rules['link_close'] = (tokens, at, options, _env, self) => {
  let open = at;
  while (open > 0 && tokens[open]!.type !== 'link_open') open--;
  const host = hostOf(String(tokens[open]!.attrGet('href') ?? ''));
  const shown = host === '' ? '' : ` <span class="host">(${theirs.utils.escapeHtml(host)})</span>`;
  return `${self.renderToken(tokens, at, options)}${shown}`;
};

/**
 * Lesson text as HTML: raw HTML in it is shown as text, never as markup.
 * @param foreign of a pack: links lead to any host by https, which is named; the course's lead to the kernel's documents alone
 */
export function render(text: string, foreign = false): string {
  return (foreign ? theirs : ours).render(text);
}
/** The same for a few words within a sentence of the window's. */
export function renderInline(text: string, foreign = false): string {
  return (foreign ? theirs : ours).renderInline(text);
}

/** The link of our own that an element of rendered text is, or is in; null for none. */
export function ownLink(element: Element): OwnLink | null {
  const href = element.closest('a.own')?.getAttribute('href') ?? '';
  const match = OWN.exec(href.slice(1));
  return match === null ? null : { to: match[1] as OwnLink['to'], target: match[2]! };
}
