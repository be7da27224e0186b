/** What is to be held against a page's text: its words, sentences and links, without code and marks. */
export interface Prose {
  readonly words: number;
  readonly sentences: readonly string[];
  /** Targets of links of our own: `glossary:slack`, `step:9`. */
  readonly links: readonly { readonly scheme: string; readonly target: string }[];
  readonly urls: readonly string[];
}

const OWN_LINK = /\]\((glossary|reference|lesson|step):([^)\s]+)\)/g;
const URL_LINK = /\]\((https?:[^)\s]+)\)/g;

/** Reads Markdown as text that is counted: a piece of code or a fact is one word, a fenced block none. */
export function proseOf(markdown: string): Prose {
  const links = [...markdown.matchAll(OWN_LINK)].map(([, scheme = '', target = '']) => ({ scheme, target }));
  const urls = [...markdown.matchAll(URL_LINK)].map(([, url = '']) => url);
  const blocks = markdown.replace(/^```[\s\S]*?^```/gm, '').split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )/);
  const sentences: string[] = [];
  for (const block of blocks) {
    const text = block
      .replace(/\]\([^)]*\)/g, '')
      .replace(/`[^`]*`/g, 'code')
      .replace(/\{\{[^}]*\}\}/g, 'fact')
      .replace(/^\s*(?:[-*]|\d+\.) /, '')
      .replace(/[[*_>#|]/g, ' ')
      .trim();
    for (const sentence of text.split(/(?<=[.!?:;])\s+(?=\S)/)) if (/\p{L}/u.test(sentence)) sentences.push(sentence);
  }
  return { words: sentences.reduce((sum, one) => sum + wordCount(one), 0), sentences, links, urls };
}

/** Words of a sentence; what has no letter or digit is none. */
export const wordCount = (sentence: string): number =>
  sentence.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)).length;

/** Markdown as text to be searched: without marks, targets of links and facts; code stays. */
export const plainText = (markdown: string): string =>
  markdown
    .replace(/^```.*$/gm, '')
    .replace(/\{\{[^}]*\}\}/g, '…')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(?:[-*>]|\d+\.|#+) /gm, '')
    .replace(/[`|]|\*\*|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])/g, '')
    .replace(/\s+/g, ' ')
    .trim();
