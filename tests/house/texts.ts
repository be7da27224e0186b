import { parse } from 'svelte/compiler';

/** A text that stands in a source file: where, and what. */
export interface FoundText {
  readonly line: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** What a person reads or hears of an element or a component. */
const SHOWN_ATTRIBUTES = new Set(
  'title aria-label aria-roledescription aria-description aria-valuetext placeholder alt label name words hint what'.split(
    ' ',
  ),
);
/** Names by which code hands a text on that is shown. */
const SHOWN_PROPERTIES = new Set(['label', 'title', 'words', 'hint', 'placeholder', 'tooltip', 'said', 'detail']);
/** Attributes called so that hold no text on an element. */
const NAMES_ONLY = new Set(['name']);

const LETTERS = /\p{L}{2,}/u;
/** Two words of plain language one after the other: `Open files`, not `read-only`, `x86_64` or `flex 1`. */
const SENTENCE = /(?:^|[\s“(])\p{L}[\p{Ll}’']*[,:;]?\s+\p{L}[\p{Ll}’'-]*(?=$|[\s.,:;!?…)”])/u;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Fields of a node that hold no text: what is imported, compared with or looked up, and types. */
function isSkipped(node: Node, field: string): boolean {
  if (field === 'metadata' || field === 'parent' || field === 'loc' || field === 'typeAnnotation') return true;
  if (field === 'leadingComments' || field === 'trailingComments' || field === 'comments') return true;
  switch (node.type) {
    case 'BinaryExpression':
      return !['+'].includes(node['operator'] as string);
    case 'SwitchCase':
      return field === 'test';
    case 'Property':
    case 'PropertyDefinition':
      return field === 'key';
    case 'MemberExpression':
      return field === 'property';
    case 'EachBlock':
      return field === 'key';
    default:
      return false;
  }
}
const SKIPPED = /^(TS(?!As|NonNull|Satisfies|Parameter)|Import|Export(?!Named|Default)|StyleSheet|Comment)/;

/** Looks through a tree for texts. */
class Search {
  readonly found: FoundText[] = [];
  constructor(private readonly source: string) {}

  /** @param shown whether a value is shown as it is: then one word is a text, too */
  visit(value: unknown, shown: boolean): void {
    if (Array.isArray(value)) for (const one of value) this.visit(one, shown);
    else if (isNode(value)) this.#node(value, shown);
  }
  #node(node: Node, shown: boolean): void {
    switch (node.type) {
      case 'Text':
        return this.#add(node, node['data'], shown);
      case 'Literal':
        return this.#add(node, node['value'], shown);
      case 'TemplateElement':
        return this.#add(node, (node['value'] as { cooked: string }).cooked, shown);
      case 'RegularElement':
        if (node['name'] === 'style' || node['name'] === 'script') return;
        this.visit(node['attributes'], false);
        return this.visit(node['fragment'], false);
      case 'Fragment':
        return this.visit(node['nodes'], true);
      case 'Attribute': {
        const { name } = node as unknown as { name: string };
        return this.visit(node['value'], SHOWN_ATTRIBUTES.has(name) && !NAMES_ONLY.has(name));
      }
      case 'Property': {
        const key = node['key'] as { name?: string };
        return this.visit(node['value'], SHOWN_PROPERTIES.has(key.name ?? ''));
      }
      case 'ConditionalExpression':
        this.visit(node['test'], false);
        this.visit(node['consequent'], shown);
        return this.visit(node['alternate'], shown);
      case 'ExpressionTag':
      case 'LogicalExpression':
      case 'TemplateLiteral':
        return this.#fields(node, shown);
      case 'BinaryExpression':
        return this.#fields(node, shown);
      default:
        if (SKIPPED.test(node.type)) return;
        return this.#fields(node, false);
    }
  }
  #fields(node: Node, shown: boolean): void {
    for (const [field, value] of Object.entries(node)) if (!isSkipped(node, field)) this.visit(value, shown);
  }
  #add({ start, end }: Node, value: unknown, shown: boolean): void {
    if (typeof value !== 'string' || !(shown ? LETTERS : SENTENCE).test(value)) return;
    const from = start + (value.length - value.trimStart().length);
    this.found.push({ line: this.source.slice(0, from).split('\n').length, text: value.trim(), start, end });
  }
}

/** Texts of a component: those of its markup, and two words or more in its code. */
export function textsOfComponent(source: string): FoundText[] {
  const search = new Search(source);
  const { fragment, instance, module } = parse(source, { modern: true });
  search.visit(fragment, false);
  search.visit([instance?.content, module?.content], false);
  return search.found.sort((a, b) => a.start - b.start);
}

const SCRIPT = '<script lang="ts">';
/** Texts of a module: strings of two or more words of plain language, and those that are handed on as a label or a title. Comments are none. */
export function textsOfModule(source: string): FoundText[] {
  return textsOfComponent(`${SCRIPT}${source}</script>`).map((found) => ({
    ...found,
    start: found.start - SCRIPT.length,
    end: found.end - SCRIPT.length,
  }));
}
