import { parse } from 'svelte/compiler';

/** A text that stands in a source file: on which line, and what. */
export interface FoundText {
  readonly line: number;
  readonly text: string;
}

/** A node of Svelte's tree or of the TypeScript in it. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
/** What a person reads or hears of an element. */
const SHOWN_ATTRIBUTES = words(
  'title aria-label aria-roledescription aria-description aria-valuetext placeholder alt label',
);
/** What a component is given that is no text. */
const SILENT_PROPS = words('class direction kind list type');
/** Names by which code hands on what is shown. */
const SHOWN_PROPERTIES = words('label title words hint placeholder tooltip said detail');
/** Fields of nodes that hold no text of their own. */
const SILENT_FIELDS = words('metadata parent loc typeAnnotation leadingComments trailingComments comments');
/** Types, what is imported, and styles. */
const SILENT_NODES = /^(TS(?!As|NonNull|Satisfies|Parameter)|Import|StyleSheet|Comment)/;

const LETTERS = /\p{L}{2,}/u;
/** Two words of plain language one after the other: `Open files`, not `read-only`, `x86_64` or `inset 2px`. */
const SENTENCE = /(?:^|[\s“(])\p{L}[\p{Ll}’']*[,:;]?\s+\p{L}[\p{Ll}’'-]*(?=$|[\s.,:;!?…)”])/u;
/** A word beside a value in a template: `step ${n}`, `${n} paths`. */
const BESIDE_VALUE = /(?:^|\s)\p{L}{2,}[:,]? $|^ \p{L}{2,}(?:$|[\s.,:;])/u;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Whether a field holds what is compared with, looked up or named, rather than said. */
function isSilent({ type, operator }: Node, field: string): boolean {
  if (SILENT_FIELDS.has(field)) return true;
  if (type === 'BinaryExpression') return operator !== '+';
  if (type === 'SwitchCase') return field === 'test';
  if (type === 'EachBlock' || type === 'KeyBlock') return field === 'key' || field === 'expression';
  return (type === 'Property' && field === 'key') || (type === 'MemberExpression' && field === 'property');
}

/** Looks through a tree for texts. */
class Search {
  readonly found: { readonly start: number; readonly text: string }[] = [];

  /** @param shown whether a value is shown as it is: then one word is a text, too */
  visit(value: unknown, shown: boolean): void {
    if (Array.isArray(value)) for (const one of value) this.visit(one, shown);
    else if (isNode(value)) this.#node(value, shown);
  }
  #node(node: Node, shown: boolean): void {
    switch (node.type) {
      case 'Text':
        return this.#add(node, node['data'], shown ? LETTERS : SENTENCE);
      case 'Literal':
        return this.#add(node, node['value'], shown ? LETTERS : SENTENCE);
      case 'TemplateLiteral':
        return this.#template(node, shown);
      case 'RegularElement':
        return this.#element(node, (name) => SHOWN_ATTRIBUTES.has(name));
      case 'Component':
        return this.#element(node, (name) => !SILENT_PROPS.has(name));
      case 'Fragment':
        return this.visit(node['nodes'], true);
      case 'Property':
        return this.visit(node['value'], SHOWN_PROPERTIES.has((node['key'] as { name?: string }).name ?? ''));
      case 'ConditionalExpression':
        this.visit(node['test'], false);
        return this.visit([node['consequent'], node['alternate']], shown);
      case 'ExpressionTag':
      case 'LogicalExpression':
      case 'BinaryExpression':
        return this.#fields(node, shown);
      default:
        if (!SILENT_NODES.test(node.type)) this.#fields(node, false);
    }
  }
  #element(node: Node, isShown: (attribute: string) => boolean): void {
    if (node['name'] === 'style' || node['name'] === 'script') return;
    for (const attribute of node['attributes'] as Node[]) {
      if (attribute.type !== 'Attribute') this.visit(attribute, false);
      else if (isShown(attribute['name'] as string)) this.visit(attribute['value'], true);
      // What is written out in a class or a path is no language.
      else
        this.visit(
          [attribute['value']].flat().filter((part) => isNode(part) && part.type !== 'Text'),
          false,
        );
    }
    this.visit(node['fragment'], false);
  }
  #template(node: Node, shown: boolean): void {
    const parts = node['quasis'] as (Node & { readonly value: { readonly cooked: string } })[];
    for (const part of parts) {
      this.#add(part, part.value.cooked, shown ? LETTERS : SENTENCE);
      if (!shown && parts.length > 1 && !SENTENCE.test(part.value.cooked))
        this.#add(part, part.value.cooked, BESIDE_VALUE);
    }
    this.visit(node['expressions'], shown);
  }
  #fields(node: Node, shown: boolean): void {
    for (const [field, value] of Object.entries(node)) if (!isSilent(node, field)) this.visit(value, shown);
  }
  #add({ start }: Node, value: unknown, text: RegExp): void {
    if (typeof value !== 'string' || !text.test(value)) return;
    this.found.push({ start: start + value.length - value.trimStart().length, text: value.trim() });
  }
}

const lineAt = (source: string, at: number): number => source.slice(0, at).split('\n').length;

/** What styles write into the page: `content: 'Drop to open'`. */
function textsOfStyles(source: string): FoundText[] {
  return [...source.matchAll(/content: '([^']*\p{L}{2,}[^']*)'/gu)].map((match) => ({
    line: lineAt(source, match.index),
    text: match[1] ?? '',
  }));
}

/** Texts of a component: those of its markup and its styles, and two words or more in its code. */
export function textsOfComponent(source: string): FoundText[] {
  const search = new Search();
  const { fragment, instance, module } = parse(source, { modern: true });
  search.visit(fragment, false);
  search.visit([instance?.content, module?.content], false);
  const written = search.found.map(({ start, text }) => ({ line: lineAt(source, start), text }));
  return [...written, ...textsOfStyles(source)].sort((a, b) => a.line - b.line);
}

/** Texts of a module: strings of two or more words of plain language, and what is handed on as a label or a title. Comments are none. */
export function textsOfModule(source: string): FoundText[] {
  return textsOfComponent(`<script lang="ts">${source}</script>`);
}
