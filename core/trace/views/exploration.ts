import type { Insn } from '../../isa/insn.ts';
import { BPF_JEQ, BPF_JNE, BPF_X, opOf } from '../../isa/opcodes.ts';
import { PTR_MAYBE_NULL, SCALAR } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import { Scalar } from '../../verifier/values/scalar/scalar.ts';
import { spotName } from '../../verifier/values/spot.ts';
import { branchCondition } from './branch-condition.ts';
import { outcomesOf } from './branch-words.ts';
import type { Outcomes } from './branch-words.ts';
import { namesOf } from '../explain/names.ts';
import { frameRuns } from '../query/frame-runs.ts';
import { PathTree } from '../query/path-tree.ts';
import { slotBehind } from '../query/provenance.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { ForkRecord, Trace } from '../record/trace.ts';
import { REGS } from '../record/values.ts';
import { ExplorationPacker } from './packed-exploration.ts';
import type { PackedExploration } from './view.ts';
import type { PathLane } from './view.ts';
import { phrase } from '../explain/words/values.ts';

/** Beyond this many forks, words that need a seek each are left to what the instruction alone says. */
const DETAILED_FORKS = 2_000;

/** What a fork means in words: why it is one, what goes on at once, what waits. */
export interface ForkWords {
  readonly reason: string;
  /** What is known of the operands, so that both outcomes are possible: `r1 is 0 … 9`; empty where that says nothing more. */
  readonly values: string;
  readonly now: string;
  readonly later: string;
  /** Whose it is and what is open, before anything is decided: `` NULL or an element of `it` ``. */
  readonly open: string;
  /** Both outcomes as facts: `next gave NULL`, `w1 is 5`. */
  readonly facts: { readonly now: string; readonly later: string };
  readonly laterOutcome: PathLane['outcome'];
}

/** @param detailed look the operands up in the state, which takes a seek */
export function forkWords(fork: ForkRecord, trace: Trace, text: ProgramText, detailed = true): ForkWords {
  switch (fork.kind) {
    case 'next': {
      // Of several iterators, which one.
      const name = namesOf(trace, text).iterator(fork.pc);
      const whose = namesOf(trace, text).iterated(fork.pc) ?? (detailed ? slotOfNext(fork, trace) : null);
      const next = name === null ? 'next' : `next of \`${name}\``;
      return {
        reason: `${next} may return NULL or an element`,
        values: '',
        now: whose === null ? 'NULL first: drained' : `\`${whose}\`: NULL first`,
        later: whose === null ? 'then non-NULL: active' : `\`${whose}\`: then non-NULL`,
        open: `NULL or an element${whose === null ? '' : ` of \`${whose}\``}`,
        facts: { now: `${next} gave NULL`, later: `${next} gave an element` },
        laterOutcome: 'non-null',
      };
    }
    case 'may_goto':
      return {
        reason: 'may_goto may leave the loop or go on',
        values: '',
        now: 'first leave the loop',
        later: 'then go on',
        open: 'leave the loop or go on',
        facts: { now: 'may_goto left the loop', later: 'may_goto went on' },
        laterOutcome: 'not-taken',
      };
    case 'callback': {
      const callee = text.callee(fork.pc);
      return {
        reason: `${callee ?? 'the helper'} may call its callback once more or not`,
        values: '',
        now: 'first: not called any more',
        later: 'then: called once more',
        open: 'call the function once more or not',
        facts: {
          now: `${callee ?? 'the helper'} was done with its callback`,
          later: `${callee ?? 'the helper'} called its callback`,
        },
        laterOutcome: 'taken',
      };
    }
    case 'async-callback': {
      const callee = text.callee(fork.pc) ?? 'the call';
      return {
        reason: `${callee} hands a function over that the kernel calls later, by itself`,
        values: '',
        now: 'first: the program goes on',
        later: 'then: the function by itself, with nothing known but its arguments',
        open: 'the program, and the function by itself',
        facts: { now: `${callee} kept the function for later`, later: 'the kernel called the function' },
        laterOutcome: 'taken',
      };
    }
    case 'lock': {
      const callee = text.callee(fork.pc) ?? 'the call';
      return {
        reason: `${callee} may fail`,
        values: '',
        now: 'first: the lock is held',
        later: 'then: a negative errno, and no lock',
        open: 'the lock is held or not',
        facts: { now: `${callee} took the lock`, later: `${callee} failed` },
        laterOutcome: 'taken',
      };
    }
    case 'all-or-none': {
      const name = `r${text.program.insns[fork.pc]?.dst ?? 0}`;
      return {
        reason: `${name} is all ones or 0`,
        values: '',
        now: `first: ${name} is all ones`,
        later: `then: ${name} is 0`,
        open: `${name} is all ones or 0`,
        facts: { now: `${name} is all ones`, later: `${name} is 0` },
        laterOutcome: 'not-taken',
      };
    }
    case 'branch': {
      const insn = text.program.insns[fork.pc];
      const operands = detailed ? operandsOf(fork, trace, text) : null;
      const outcomes =
        insn === undefined ? null : outcomesOf(insn, fork.pc, namesOf(trace, text), operands?.maybeNull === true);
      const taken = fork.waitsAt !== fork.pc + 1;
      const condition =
        insn === undefined || operands?.maybeNull === true || outcomes?.parity === true || asksForZero(insn, outcomes)
          ? null
          : branchCondition(insn, fork.pc, namesOf(trace, text));
      if (outcomes === null)
        return {
          reason: 'it may go both ways',
          values: operands?.words ?? '',
          now: taken ? 'first straight on' : 'first the jump',
          later: taken ? 'then the jump' : 'then straight on',
          open: 'both ways',
          facts: { now: taken ? 'it went on' : 'it jumped', later: taken ? 'it jumped' : 'it went on' },
          laterOutcome: taken ? 'taken' : 'not-taken',
        };
      return {
        reason: outcomes.open,
        values: operands?.words ?? '',
        // What the author wrote, where the jump asks just that.
        ...(condition === null
          ? {
              now: `first: ${taken ? outcomes.notTaken : outcomes.taken}`,
              later: `then: ${taken ? outcomes.taken : outcomes.notTaken}`,
              open: outcomes.open,
            }
          : {
              now: `\`${condition.text}\`: ${condition.whenTaken === taken ? 'no' : 'yes'} first`,
              later: `\`${condition.text}\`: then ${condition.whenTaken === taken ? 'yes' : 'no'}`,
              open: `\`${condition.text}\`: yes or no`,
            }),
        facts: taken
          ? { now: outcomes.notTaken, later: outcomes.taken }
          : { now: outcomes.taken, later: outcomes.notTaken },
        laterOutcome: taken ? 'taken' : 'not-taken',
      };
    }
  }
}

// `x is not 0` says more than `x: yes`.
const asksForZero = (insn: Insn, outcomes: Outcomes | null): boolean =>
  insn.imm === 0 && outcomes !== null && outcomes.named && (opOf(insn.code) === BPF_JEQ || opOf(insn.code) === BPF_JNE);

// The iterator's place on the stack: what it is called by where the source has no name for it.
function slotOfNext(fork: ForkRecord, trace: Trace): string | null {
  const slot = slotBehind(trace, trace.cursor(fork.step), 1, 0);
  return slot === null ? null : spotName(slot);
}

// What a branch compares: in words, and whether it is a check for NULL.
function operandsOf(fork: ForkRecord, trace: Trace, text: ProgramText): { words: string; maybeNull: boolean } {
  const cursor = trace.cursor(fork.step);
  const frame = cursor.depth - 1;
  const { values } = trace.data;
  const insn = text.program.insns[fork.pc];
  if (insn === undefined) return { words: '', maybeNull: false };
  const at = (r: number): Reg | null => values.getReg(cursor.regs[frame * REGS + r] ?? 0);
  const dst = at(insn.dst);
  const maybeNull = dst !== null && dst.type !== SCALAR && (dst.type & PTR_MAYBE_NULL) !== 0;
  const names = (insn.code & BPF_X) !== 0 ? [insn.dst, insn.src] : [insn.dst];
  const known = names.map((r) => {
    const reg = at(r);
    return reg?.type === SCALAR && reg.scalar === Scalar.unknown
      ? `r${r} is any number`
      : `r${r} is ${phrase(reg, frame, text)}`;
  });
  return { words: [...new Set(known)].join(', '), maybeNull };
}

/** Why a pruned path needs no further walking, in words. `path` is the path's index. */
export function pruneLabel(trace: Trace, tree: PathTree, path: number): string {
  const stored = trace.checkpoint(trace.data.paths[path]?.checkpoint ?? -1);
  if (stored === undefined) return 'covered by an earlier state';
  return tree.leadsTo(stored.path, stored.step, path)
    ? `covered by the checkpoint at ${stored.pc}: every later round looks the same`
    : `covered by the checkpoint at ${stored.pc}: from here on nothing new can happen`;
}

/** Marks that are put together before others get their turn. */
const BATCH = 1024;

/** Everything the timeline draws, put together in slices. */
export function* explorationOf(trace: Trace, text: ProgramText): Generator<undefined, PackedExploration> {
  const { data } = trace;
  const detailed = data.forks.length <= DETAILED_FORKS;
  // Without the operands a fork's words depend on its instruction alone.
  const known = new Map<string, ForkWords>();
  const wordsOf = (fork: ForkRecord): ForkWords => {
    if (detailed) return forkWords(fork, trace, text);
    const key = `${fork.kind} ${fork.pc} ${fork.waitsAt}`;
    const words = known.get(key) ?? forkWords(fork, trace, text, false);
    known.set(key, words);
    return words;
  };
  let pruned = 0;
  for (const { end } of data.paths) if (end === 'pruned') pruned++;
  const packer = new ExplorationPacker({
    paths: data.paths.length,
    forks: data.forks.length,
    checkpoints: data.checkpoints.length,
    prunes: pruned,
  });
  let done = 0;
  for (const fork of data.forks) {
    if (++done % (detailed ? 16 : BATCH) === 0) yield;
    const child = trace.pathOfFork(fork.id);
    const { now, reason, values } = wordsOf(fork);
    packer.fork({
      id: fork.id,
      step: fork.step,
      pc: fork.pc,
      kind: fork.kind,
      path: fork.path,
      child,
      resumedAt: data.paths[child]?.firstStep ?? 0,
      label: now,
      reason: values === '' ? reason : `${reason}: ${values}`,
    });
  }
  yield;
  const tree = new PathTree(trace);
  for (const [id, path] of data.paths.entries()) {
    if (++done % (detailed ? 16 : BATCH) === 0) yield;
    const fork = path.fork < 0 ? undefined : trace.fork(path.fork);
    const from = fork === undefined ? undefined : wordsOf(fork);
    packer.path({
      id,
      fork: path.fork,
      firstStep: path.firstStep,
      lastStep: path.lastStep,
      end: path.end,
      label: from?.later ?? '',
      outcome: from?.laterOutcome ?? 'start',
    });
    if (path.end === 'pruned')
      packer.prune({
        step: path.lastStep,
        pc: path.endPc,
        path: id,
        checkpoint: path.checkpoint,
        label: pruneLabel(trace, tree, id),
      });
  }
  for (const checkpoint of data.checkpoints) {
    if (++done % BATCH === 0) yield;
    packer.checkpoint(checkpoint);
  }
  for (const run of frameRuns(data)) {
    if (run === undefined) yield;
    else packer.frame(run);
  }
  return packer.finish(trace.steps, data.pcs);
}
