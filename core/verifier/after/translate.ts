import {
  isCall,
  isFuncAddress,
  isJump,
  isKfuncCall,
  isPacketLoad,
  isSubprogCall,
  jumpOffset,
} from '../../isa/insn-kinds.ts';
import type { Insn } from '../../isa/insn.ts';
import * as op from '../../isa/opcodes.ts';
import { hasWritePrologue, rewritesContext } from '../../kernel/rules/programs.ts';
import type { Env } from '../env.ts';
import { baseType, PTR_TO_CTX, PTR_TO_SOCKET } from '../values/reg.ts';
import { removeDeadCode } from './dead-code.ts';
import { guardDivision } from './divisions.ts';
import { rewriteHelperCall } from './helpers.ts';
import { rewriteKfuncCall } from './kfuncs.ts';
import type { Node, Rewrite, Symbolic } from './listing.ts';
import { entryOf, Listing, makeNode } from './listing.ts';
import { inlineLoops } from './loops.ts';
import * as make from './make.ts';
import { beginCounting, countRounds } from './may-goto.ts';
import { upperHalfIsRead } from './zero-extension.ts';

/** One instruction of a program as the kernel rewrote it. A 64-bit immediate load is two, as everywhere. */
export interface TranslatedInsn {
  readonly insn: Insn;
  /** The loaded instruction that it is, or in whose place it stands; -1 for what belongs to none. */
  readonly from: number;
  /** Why it is not the one that was loaded; null when it is. */
  readonly why: Rewrite | null;
  /** What stands where the kernel has an address, or a number that is its own. */
  readonly symbol: Symbolic | null;
}

/** A program as the kernel rewrote it (`bpftool prog dump xlated`): after verification, before machine code is made of it. */
export interface Translation {
  readonly insns: readonly TranslatedInsn[];
  /** Where each function begins that is left. */
  readonly functions: readonly { readonly name: string; readonly start: number }[];
  /** Loaded instructions of which nothing is left: no path came to them, or they jumped to what followed. */
  readonly removed: readonly number[];
}

/** The functions of a program as they were loaded, with jumps as references. */
function listingsOf(env: Env): Listing[] {
  const all: (Node | undefined)[] = [];
  const listings = env.subprogs.map(({ name, start, end, stackDepth }, number) => {
    const listing = new Listing(
      name === '' ? (number === 0 ? env.program.name : `function ${number}`) : name,
      stackDepth,
    );
    for (let i = start; i < end; i++) {
      const insn = env.insns[i]!;
      const wide = insn.code === op.LDDW;
      const node = makeNode(insn, i, null, { high: wide ? env.insns[i + 1]!.imm : null });
      listing.nodes.push(node);
      all[i] = node;
      if (wide) i++;
    }
    return listing;
  });
  for (const [i, node] of all.entries()) {
    if (node === undefined) continue;
    const { insn } = node;
    if (isSubprogCall(insn) || isFuncAddress(insn))
      node.callee = env.subprogs.findIndex(({ start }) => start === i + insn.imm + 1);
    else if (isJump(insn) && !isCall(insn) && insn.code !== op.EXIT)
      node.target = all[i + 1 + jumpOffset(insn)] ?? null;
  }
  return listings;
}

/** Accesses that only the type of the program tells how to rewrite. */
function checkCovered(env: Env): void {
  env.insns.forEach((insn, i) => {
    if (env.facts.seen[i] !== 1) return;
    const kind = baseType(env.facts.pointerKind[i]!);
    if (kind === PTR_TO_SOCKET || (kind === PTR_TO_CTX && rewritesContext(env.program)))
      env.unsupported('the rewriting of accesses to the context or socket of this type of program');
    if (isPacketLoad(insn)) env.unsupported('the rewriting of BPF_LD_ABS and BPF_LD_IND');
    if (hasWritePrologue(env.program) && writesPacket(env, insn))
      env.unsupported('what is put before programs that write to packets');
    if (isKeptAround(env, i)) env.unsupported('calls around which the compiler saves registers that they keep');
  });
}

/** Writes to packets whose pointers come from the context are not reached: its accesses are said first. */
const writesPacket = (env: Env, insn: Insn): boolean =>
  isKfuncCall(insn) &&
  env.kernel.kfuncs.find(env.kernelBtf.type(insn.imm).name)?.descriptor.effect === 'dynptr-slice-rdwr';

/** `bpf_fastcall`: registers saved before and restored after a call that keeps them, which the kernel takes out. */
function isKeptAround(env: Env, i: number): boolean {
  const insn = env.insns[i]!;
  if (!isCall(insn) || insn.src !== 0 || env.kernel.helpers.find(insn.imm)?.fastcall !== true) return false;
  const [before, after] = [env.insns[i - 1], env.insns[i + 1]];
  return (
    before?.code === (op.BPF_STX | op.BPF_MEM | op.BPF_DW) &&
    after?.code === (op.BPF_LDX | op.BPF_MEM | op.BPF_DW) &&
    before.dst === op.BPF_REG_FP &&
    after.src === op.BPF_REG_FP &&
    before.off === after.off &&
    before.src === after.dst
  );
}

/** Loads of maps, their values and the kernel's variables get addresses. */
function resolveLoad(env: Env, node: Node): void {
  if (node.insn.code !== op.LDDW || node.symbol !== null) return;
  const { src, imm } = node.insn;
  const name = env.maps[imm]?.name ?? `map ${imm}`;
  switch (src) {
    case op.BPF_PSEUDO_MAP_FD:
      node.symbol = { kind: 'map', name };
      node.why = 'map';
      return;
    case op.BPF_PSEUDO_MAP_VALUE:
      node.symbol = { kind: 'map-value', name };
      node.why = 'map';
      return;
    case op.BPF_PSEUDO_BTF_ID: {
      const { name: symbol } = env.kernelBtf.type(imm);
      node.symbol = { kind: 'address', name: symbol };
      node.insn = make.loadImm64(node.insn.dst);
      node.high = 0;
      node.why = 'kernel-address';
    }
  }
}

/** After the walk: everything that is done to a function's instructions one by one. */
function rewriteOneByOne(env: Env, listing: Listing): void {
  const below = listing.extraStack;
  let counts = false;
  for (let i = 0; i < listing.nodes.length; i++) {
    const before = listing.nodes[i]!;
    resolveLoad(env, before);
    const rounds = countRounds(listing, i, below);
    counts ||= rounds > 0;
    i += rounds + guardDivision(listing, i);
    if (rounds === 0) i += rewriteKfuncCall(env, listing, i) + rewriteHelperCall(env, listing, i);
  }
  if (counts) beginCounting(listing, below);
}

/** Exchanges of 32 bits that were compared first leave the upper half of r0 as it was, where nothing was exchanged. */
function extendExchanges(env: Env, listing: Listing): void {
  for (let i = 0; i < listing.nodes.length; i++) {
    const node = listing.nodes[i]!;
    const { code, imm } = node.insn;
    if (code !== (op.BPF_STX | op.BPF_ATOMIC | op.BPF_W) || imm !== op.BPF_CMPXCHG) continue;
    if (!upperHalfIsRead(env, node.from)) continue;
    i += listing.replace(i, [node, makeNode(make.zeroExtend(0), node.from, 'zero-extension')]);
  }
}

/**
 * What Linux 6.18 on x86-64 makes of an accepted program after it was verified, for root: dead code goes, bpf_loop and lookups are written
 * out, divisions are guarded, arguments that a program does not pass itself are put in, and names become addresses.
 * @throws Unsupported where the model does not know how something is rewritten
 */
export function translate(env: Env): Translation {
  checkCovered(env);
  const listings = listingsOf(env);
  inlineLoops(env, listings);
  removeDeadCode(env, listings);
  for (const listing of listings) rewriteOneByOne(env, listing);
  if (env.throws) addExceptionCallback(listings);
  for (const listing of listings) extendExchanges(env, listing);
  return layOut(env, listings);
}

/** Where an exception ends a program, this is what it returns. */
function addExceptionCallback(listings: Listing[]): void {
  const listing = new Listing('exception callback', 0);
  listing.nodes = [make.movReg(0, 1), make.exit].map((insn) => makeNode(insn, -1, 'exception-callback'));
  listings.push(listing);
}

function layOut(env: Env, listings: readonly Listing[]): Translation {
  const left = listings.filter(({ nodes }) => nodes.length > 0);
  const place = new Map<Node, number>();
  const starts = new Map<Listing, number>();
  let at = 0;
  for (const listing of left) {
    starts.set(listing, at);
    for (const node of listing.nodes) {
      place.set(node, at);
      at += node.high === null ? 1 : 2;
    }
  }
  const insns = left.flatMap(({ nodes }) =>
    nodes.flatMap((node): TranslatedInsn[] => {
      const { from, why, high } = node;
      const here = place.get(node)!;
      let { insn, symbol } = node;
      let upper = high;
      if (node.target !== null) {
        const by = place.get(entryOf(node.target))! - here - 1;
        insn = insn.code === (op.BPF_JMP32 | op.BPF_JA) ? { ...insn, imm: by } : { ...insn, off: by };
      } else if (node.callee >= 0) {
        const callee = listings[node.callee]!;
        if (!starts.has(callee)) env.unsupported('a callback that is never called');
        const by = starts.get(callee)! - here - 1;
        const number = left.indexOf(callee);
        insn = high === null ? { ...insn, off: by, imm: number } : { ...insn, imm: by };
        if (high !== null) upper = number;
        symbol = { kind: 'subprogram', name: callee.name };
      }
      const reason = why ?? (node.callee >= 0 ? 'subprogram' : null);
      const one: TranslatedInsn = { insn, from, why: reason, symbol };
      return upper === null
        ? [one]
        : [one, { insn: { code: 0, dst: 0, src: 0, off: 0, imm: upper }, from, why: reason, symbol: null }];
    }),
  );
  const kept = new Set(insns.map(({ from }) => from));
  const removed = env.insns.flatMap((insn, i) => (insn.code === 0 || kept.has(i) ? [] : [i]));
  return { insns, functions: left.map((listing) => ({ name: listing.name, start: starts.get(listing)! })), removed };
}
