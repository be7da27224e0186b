import { helperName } from '../../isa/helper-names.ts';
import { isHelperCall } from '../../isa/insn-kinds.ts';
import type { Insn } from '../../isa/insn.ts';
import * as op from '../../isa/opcodes.ts';
import { helperSymbol } from '../../kernel/catalogue/helpers/symbols.ts';
import { isMapOperation, LOOKUP, mapOperation } from '../../kernel/catalogue/map-operations.ts';
import type { Env } from '../env.ts';
import type { Listing, Node, Rewrite } from './listing.ts';
import { makeNode } from './listing.ts';
import { inlineLookup } from './lookups.ts';
import * as make from './make.ts';

const GET_SMP_PROCESSOR_ID = 8;
const JIFFIES64 = 118;
const PER_CPU_PTR = 153;
const THIS_CPU_PTR = 154;
const TIMER_SET_CALLBACK = 170;
const KPTR_XCHG = 194;

/** Helpers whose calls are rewritten in ways that the model does not know: by where the program is attached, or by what the machine has. */
const UNKNOWN: ReadonlySet<number> = new Set([
  173, // get_func_ip
  176, // get_branch_snapshot
  183, // get_func_arg
  184, // get_func_ret
  185, // get_func_arg_cnt
  107, // sk_storage_get
  145, // inode_storage_get
  156, // task_storage_get
  210, // cgrp_storage_get
]);

/** What a rewriting of one call is made with. */
interface Site {
  readonly env: Env;
  readonly node: Node;
  readonly part: (insn: Insn, extra?: Partial<Node>) => Node;
}

const INLINED: Readonly<Record<number, (site: Site) => Node[]>> = {
  [GET_SMP_PROCESSOR_ID]: ({ part }) => [
    part(make.movImm(0, 0), { symbol: { kind: 'address', name: 'cpu_number' } }),
    part(make.movPerCpu(0, 0)),
    part(make.load(op.BPF_W, 0, 0, 0)),
  ],
  [JIFFIES64]: ({ part }) => [
    part(make.loadImm64(0), { high: 0, symbol: { kind: 'address', name: 'jiffies' } }),
    part(make.load(op.BPF_DW, 0, 0, 0)),
  ],
  [KPTR_XCHG]: ({ part }) => [part(make.movReg(0, 2)), part(make.exchange(1, 0))],
};

/** The caller's own `struct bpf_prog_aux`, which functions are given that programs cannot name. */
export const ownAux = { kind: 'address', name: "this program's bpf_prog_aux" } as const;

/** Calls of helpers become calls of the kernel's functions, or what these do. Returns how many instructions more there are. */
export function rewriteHelperCall(env: Env, listing: Listing, at: number): number {
  const node = listing.nodes[at]!;
  const { insn } = node;
  if (!isHelperCall(insn) || node.symbol !== null) return 0;
  const id = insn.imm;
  if (UNKNOWN.has(id)) env.unsupported(`the rewriting of calls of ${helperName(id) ?? id}`);
  const part =
    (why: Rewrite) =>
    (given: Insn, extra: Partial<Node> = {}): Node =>
      makeNode(given, node.from, why, extra);
  const inlined = INLINED[id];
  if (inlined !== undefined) return listing.replace(at, inlined({ env, node, part: part('inlined-helper') }));
  const { map, perCpuObject } = env.callFacts[node.from] ?? {};
  if (isMapOperation(id) && map !== undefined && map !== null) {
    const lookup = id === LOOKUP ? inlineLookup(env, node, map, listing.after(at)!) : null;
    if (lookup !== null) return listing.replace(at, lookup);
    const name = mapOperation(map.type, id);
    if (name === undefined) env.unsupported(`the function of map ${map.name} that its helper comes down to`);
    node.symbol = { kind: 'function', name };
    node.why = 'map-operation';
    return 0;
  }
  node.symbol = { kind: 'function', name: helperSymbol(env.program, id) };
  if (id === TIMER_SET_CALLBACK)
    return listing.replace(at, [part('hidden-argument')(make.loadImm64(3), { high: 0, symbol: ownAux }), node]);
  if ((id === THIS_CPU_PTR || id === PER_CPU_PTR) && perCpuObject === true)
    return listing.replace(at, [part('per-cpu-object')(make.load(op.BPF_DW, 1, 1, 0)), node]);
  return 0;
}
