import { isKfuncCall } from '../../isa/insn-kinds.ts';
import type { Insn } from '../../isa/insn.ts';
import type { KfuncEffect } from '../../kernel/catalogue/descriptor.ts';
import { packetAccess } from '../../kernel/rules/programs.ts';
import type { CallFact } from '../before/facts.ts';
import type { Env } from '../env.ts';
import { ownAux } from './helpers.ts';
import type { Listing, Node } from './listing.ts';
import { makeNode } from './listing.ts';
import * as make from './make.ts';

type Part = (insn: Insn, extra?: Partial<Node>) => Node;

/** A register that is given the description of an object's special fields; 0 for an object that has none. */
const description = (part: Part, regno: number, { described }: CallFact): Node =>
  part(make.loadImm64(regno), {
    high: 0,
    symbol: described === true ? { kind: 'address', name: "the object's fields, as the kernel describes them" } : null,
  });

/** What is put before a call, for arguments that the program does not pass itself. */
const BEFORE: Partial<Record<KfuncEffect, (part: Part, fact: CallFact) => Node[]>> = {
  'new-object': (part, fact) => [part(make.movImm(1, fact.size ?? 0)), description(part, 2, fact)],
  'new-percpu-object': (part, fact) => [part(make.movImm(1, fact.size ?? 0)), description(part, 2, fact)],
  'drop-object': (part, fact) => [description(part, 2, fact)],
  'drop-percpu-object': (part, fact) => [description(part, 2, fact)],
  'share-object': (part, fact) => [description(part, 2, fact)],
  'give-node': (part, fact) => [description(part, 3, fact), part(make.movImm(4, fact.node ?? 0))],
  'add-node': (part, fact) => [description(part, 4, fact), part(make.movImm(5, fact.node ?? 0))],
};

/** Calls of kernel functions: arguments that the kernel fills in itself, and functions that only tell the verifier something. */
export function rewriteKfuncCall(env: Env, listing: Listing, at: number): number {
  const node = listing.nodes[at]!;
  if (!isKfuncCall(node.insn) || node.symbol !== null) return 0;
  const btf = env.kernelBtf;
  const func = btf.type(node.insn.imm);
  const proto = func.kind === 'func' ? btf.type(func.type) : null;
  const effect = env.kernel.kfuncs.find(func.name)?.descriptor.effect;
  if (effect === 'kernel-context' || effect === 'read-only-cast')
    return listing.replace(at, [makeNode(make.movReg(0, 1), node.from, 'cast')]);
  const readOnly = effect === 'skb-dynptr' && !packetAccess(env.program).write;
  node.symbol = { kind: 'function', name: readOnly ? `${func.name}_rdonly` : func.name };
  const params = proto?.kind === 'func_proto' ? proto.params : [];
  const hidden = params.findIndex(({ name }) => name.endsWith('__prog'));
  if (hidden >= 0) {
    const given = makeNode(make.loadImm64(hidden + 1), node.from, 'hidden-argument', { high: 0, symbol: ownAux });
    return listing.replace(at, [given, node]);
  }
  const before = effect === undefined ? undefined : BEFORE[effect];
  if (before === undefined) return 0;
  const part: Part = (insn, extra = {}) => makeNode(insn, node.from, 'object-arguments', extra);
  return listing.replace(at, [...before(part, env.callFacts[node.from] ?? {}), node]);
}
