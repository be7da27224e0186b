import { BREAKS, KF_FLAGS, METHOD_RESULTS } from '../kernel/catalogue/own/definition.ts';
import { TREE_ORDERS } from '../kernel/catalogue/own/generators.ts';
import { THINGS } from '../kernel/catalogue/own/things.ts';
import { ITERATOR_RULES } from '../kernel/rules/iterator-rules.ts';
import type { IteratorRuleInfo } from '../kernel/rules/iterator-rules.ts';

/** What a definition of an iterator may be made of, as the window's form offers it. */
export interface DefinitionParts {
  /** Rules about iterators that a model may leave out. */
  readonly rules: readonly IteratorRuleInfo[];
  /** Contracts that an iterator may break on purpose, with what it then does. */
  readonly breaks: readonly { readonly id: string; readonly words: string }[];
  /** Things of the world that an iterator may go over, and the structure that each of them is. */
  readonly things: readonly { readonly name: string; readonly element: string }[];
  readonly treeOrders: readonly string[];
  readonly methodResults: readonly string[];
  /** KF_* flags by name. */
  readonly flags: readonly string[];
}

/** The lists of the catalogue by which definitions are checked. */
export const definitionParts = (): DefinitionParts => ({
  rules: ITERATOR_RULES,
  breaks: Object.entries(BREAKS).map(([id, words]) => ({ id, words })),
  things: Object.entries(THINGS).map(([name, { struct }]) => ({ name, element: `struct ${struct}` })),
  treeOrders: TREE_ORDERS,
  methodResults: METHOD_RESULTS,
  flags: KF_FLAGS,
});
