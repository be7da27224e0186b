import { BPF_X } from '../isa/opcodes.ts';
import { PTR_MAYBE_NULL, SCALAR } from '../verifier/reg.ts';
import type { Reg } from '../verifier/reg.ts';
import { Scalar } from '../verifier/scalar/scalar.ts';
import { lineage } from './lineage.ts';
import { grouped } from './numbers.ts';
import type { ProgramText } from './program-text.ts';
import type { ForkRecord, Trace } from './trace.ts';
import { REGS } from './values.ts';
import type { Exploration, ForkMark, PathLane, PruneMark } from './view.ts';
import { phrase } from './words/values.ts';

/** Beyond this many forks, words that need a seek each are left to what the instruction alone says. */
const DETAILED_FORKS = 2_000;

const CONDITION = /^if (\S+) (\S+) (\S+) goto pc([+-]\d+)$/;

const TRUE_WORDS: Readonly<Record<string, readonly [taken: string, notTaken: string]>> = {
  '==': ['is', 'is not'],
  '!=': ['is not', 'is'],
  '>': ['is above', 'is at most'],
  '>=': ['is at least', 'is below'],
  '<': ['is below', 'is at least'],
  '<=': ['is at most', 'is above'],
  's>': ['is above', 'is at most'],
  's>=': ['is at least', 'is below'],
  's<': ['is below', 'is at least'],
  's<=': ['is at most', 'is above'],
  '&': ['has a bit of', 'has no bit of'],
};

const operand = (text: string): string => {
  if (!text.startsWith('0x')) return text;
  const n = Number(text);
  const signed = n | 0;
  return signed < 0 ? `−${grouped(-signed)}` : n < 65_536 ? grouped(n) : text;
};

/** Both outcomes of a conditional jump in words. */
export interface Outcomes {
  /** The register that is looked at. */
  readonly subject: string;
  readonly taken: string;
  readonly notTaken: string;
  /** What is open: `w1 may be 0 or not`. */
  readonly open: string;
}

/** Words for a conditional jump's outcomes, or null when `text` is none. */
export function outcomesOf(text: string, pointer: boolean): Outcomes | null {
  const match = CONDITION.exec(text);
  if (match === null) return null;
  const [, left, op, right] = match as unknown as [string, string, string, string];
  const words = TRUE_WORDS[op];
  if (words === undefined) return null;
  const value = pointer && right === '0x0' ? 'NULL' : operand(right);
  // The words of one outcome in the infinitive: `is not 0` is the other side of `is 0`.
  const may =
    op === '!='
      ? `be ${value}`
      : words[0].replace(/^is /, 'be ').replace(/^is$/, 'be').replace(/^has /, 'have ') + ` ${value}`;
  return {
    subject: left,
    taken: `${left} ${words[0]} ${value}`,
    notTaken: `${left} ${words[1]} ${value}`,
    open: `${left} may ${may} or not`,
  };
}

/** What a fork means in words: why it is one, what goes on at once, what waits. */
export interface ForkWords {
  readonly reason: string;
  /** What is known of the operands, so that both outcomes are possible: `r1 is 0 … 9`; empty where that says nothing more. */
  readonly values: string;
  readonly now: string;
  readonly later: string;
  /** Both outcomes as facts: `next gave NULL`, `w1 is 5`. */
  readonly facts: { readonly now: string; readonly later: string };
  readonly laterOutcome: PathLane['outcome'];
}

/** @param detailed look the operands up in the state, which takes a seek */
export function forkWords(fork: ForkRecord, trace: Trace, text: ProgramText, detailed = true): ForkWords {
  switch (fork.kind) {
    case 'next':
      return {
        reason: 'next may return NULL or an element',
        values: '',
        now: 'NULL first: drained',
        later: 'then non-NULL: active',
        facts: { now: 'next gave NULL', later: 'next gave an element' },
        laterOutcome: 'non-null',
      };
    case 'may_goto':
      return {
        reason: 'may_goto may leave the loop or go on',
        values: '',
        now: 'first leave the loop',
        later: 'then go on',
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
        facts: { now: `${callee} kept the function for later`, later: 'the kernel called the function' },
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
        facts: { now: `${name} is all ones`, later: `${name} is 0` },
        laterOutcome: 'not-taken',
      };
    }
    case 'branch': {
      const insn = text.texts[fork.pc] ?? '';
      const operands = detailed ? operandsOf(fork, trace, text) : null;
      const outcomes = outcomesOf(insn, operands?.maybeNull === true);
      const taken = fork.waitsAt !== fork.pc + 1;
      if (outcomes === null)
        return {
          reason: 'it may go both ways',
          values: operands?.words ?? '',
          now: taken ? 'first straight on' : 'first the jump',
          later: taken ? 'then the jump' : 'then straight on',
          facts: { now: taken ? 'it went on' : 'it jumped', later: taken ? 'it jumped' : 'it went on' },
          laterOutcome: taken ? 'taken' : 'not-taken',
        };
      return {
        reason: outcomes.open,
        values: operands?.words ?? '',
        now: `first: ${taken ? outcomes.notTaken : outcomes.taken}`,
        later: `then: ${taken ? outcomes.taken : outcomes.notTaken}`,
        facts: taken
          ? { now: outcomes.notTaken, later: outcomes.taken }
          : { now: outcomes.taken, later: outcomes.notTaken },
        laterOutcome: taken ? 'taken' : 'not-taken',
      };
    }
  }
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

/** Why a pruned path needs no further walking, in words. */
export function pruneLabel(trace: Trace, step: number, checkpoint: number): string {
  const stored = trace.checkpoint(checkpoint);
  if (stored === undefined) return 'covered by an earlier state';
  for (const segment of lineage(trace, step, 2000)) {
    if (segment.path === stored.path && stored.step <= segment.last)
      return `covered by the checkpoint at ${stored.pc}: every later round looks the same`;
    if (segment.first < stored.step) break;
  }
  return `covered by the checkpoint at ${stored.pc}: from here on nothing new can happen`;
}

/** Everything the timeline draws. */
export function explorationOf(trace: Trace, text: ProgramText): Exploration {
  const { data } = trace;
  const words = new Map(
    data.forks.map((fork) => [fork.id, forkWords(fork, trace, text, data.forks.length <= DETAILED_FORKS)]),
  );
  const paths: PathLane[] = data.paths.map((path, id) => {
    const from = words.get(path.fork);
    return {
      id,
      fork: path.fork,
      firstStep: path.firstStep,
      lastStep: path.lastStep,
      end: path.end,
      label: from?.later ?? '',
      outcome: from?.laterOutcome ?? 'start',
    };
  });
  const forks: ForkMark[] = data.forks.map((fork) => {
    const child = trace.pathOfFork(fork.id);
    const { now, reason, values } = words.get(fork.id)!;
    return {
      id: fork.id,
      step: fork.step,
      pc: fork.pc,
      kind: fork.kind,
      path: fork.path,
      child,
      resumedAt: data.paths[child]?.firstStep ?? 0,
      label: now,
      reason: values === '' ? reason : `${reason}: ${values}`,
    };
  });
  const prunes: PruneMark[] = [];
  data.paths.forEach((path, id) => {
    if (path.end !== 'pruned') return;
    prunes.push({
      step: path.lastStep,
      pc: path.endPc,
      path: id,
      checkpoint: path.checkpoint,
      label: pruneLabel(trace, path.lastStep, path.checkpoint),
    });
  });
  return {
    steps: trace.steps,
    paths,
    forks,
    checkpoints: data.checkpoints.map(({ id, step, pc, path }) => ({ id, step, pc, path })),
    prunes,
    pcs: data.pcs,
  };
}
