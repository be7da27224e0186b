import { SCALAR } from '../verifier/reg.ts';
import type { Reg } from '../verifier/reg.ts';
import type { Rejection, RejectionKind } from '../verifier/rejection.ts';
import type { IteratorEvent, Link, NameAt } from './chain.ts';
import { decisions, iteratorEvents, iteratorLinks, madeLink, madeOf } from './chain.ts';
import { forkWords } from './exploration.ts';
import { lineage } from './lineage.ts';
import type { Spot } from './lineage.ts';
import { progTypeName } from './program-text.ts';
import type { ProgramText } from './program-text.ts';
import type { Made } from './provenance.ts';
import { slotBehind } from './provenance.ts';
import type { Trace } from './trace.ts';
import type { WhyView } from './view.ts';
import { explanationOf } from './words/rejections.ts';
import type { IteratorScene, Scene } from './words/scene.ts';
import { phrase } from './words/values.ts';

/** Most links of the chain that are shown; the ones in the middle are left out first. */
const MAX_LINKS = 9;
/** Most decisions among them. */
const MAX_CHOICES = 4;

/** Kinds for which what made the blamed register says nothing: what counts is where the program is, or what it holds. */
const PLACE_ALONE: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'frame-pointer-write',
  'unreleased-reference',
  'infinite-loop',
  'too-many-instructions',
  'too-many-branches',
  'invalid-context-access',
]);

/** The function that opened the section in which a program may not be. */
const OPENERS: Partial<Record<RejectionKind, string>> = {
  'unreleased-rcu': 'bpf_rcu_read_lock',
  'nested-rcu-lock': 'bpf_rcu_read_lock',
  'preemption-disabled': 'bpf_preempt_disable',
  'interrupts-disabled': 'bpf_local_irq_save',
};

/** Why a program was rejected, in plain words, with the chain that led there; null for an accepted one. */
export function explain(trace: Trace, text: ProgramText, nameAt: NameAt): WhyView | null {
  const { rejection } = trace.data;
  if (rejection === null) return null;
  const insn = insnOf(rejection);
  const last = trace.steps;
  const home = last === 0 ? null : homeOf(trace, text, rejection);
  const events = home === null ? [] : iteratorEvents(trace, text, last, home);
  // An iterator's life says more than how the pointer to it was computed.
  const made =
    last === 0 || PLACE_ALONE.has(rejection.kind) || events.length > 0
      ? []
      : madeOf(
          trace,
          text,
          rejection.blame.filter(({ spi }) => home === null || spi !== undefined),
        );
  const name = home === null ? undefined : (nameAt(home.frame, home.index) ?? `fp-${(home.index + 1) * 8}`);
  const scene = sceneOf(trace, text, rejection, made, name, events);
  const { title, what, rule, todo, error } = explanationOf(rejection, scene);
  const choices = decisions(trace, text, last);
  const origins = name === undefined ? [] : iteratorLinks(events, name, text);
  for (const one of made) if (!origins.some(({ step }) => step === one.step)) origins.push(madeLink(trace, text, one));
  for (const pc of rejection.origin) addOrigin(trace, text, pc, origins);
  const met =
    rejection.kind === 'infinite-loop' ? trace.checkpoint(Number(rejection.details['checkpoint'])) : undefined;
  if (met !== undefined)
    origins.push({ step: met.step, pc: met.pc, text: 'here the path was before, in this very state' });
  const opener = OPENERS[rejection.kind];
  if (opener !== undefined) addOpener(trace, text, opener, origins);
  const since = Math.min(...origins.map(({ step }) => step), last);
  const links = [
    ...origins.map((link) => ({ ...link, kind: 'origin' as const })),
    ...choices
      .filter(({ step }) => step >= since && !origins.some((origin) => origin.step === step))
      .slice(-MAX_CHOICES)
      .map(({ step, pc, text: words }) => ({ step, pc, text: words, kind: 'choice' as const })),
  ].sort((a, b) => a.step - b.step);
  const shown =
    links.length <= MAX_LINKS ? links : [...links.slice(0, 2), ...links.slice(links.length - (MAX_LINKS - 2))];
  return {
    kind: rejection.kind,
    title,
    words: [what, rule],
    todo,
    chain:
      last === 0
        ? []
        : [...shown, { step: last, pc: insn >= 0 ? insn : trace.pc(last), text: error, kind: 'error' as const }],
    left: links.length - shown.length,
    way: choices.map(({ step, pc, text: words, times }) => ({ step, pc, text: words, times })),
    kernel: rejection.message === '' ? [] : rejection.message.split('\n'),
    insn,
    step: last,
  };
}

// The call that opened a section.
function addOpener(trace: Trace, text: ProgramText, name: string, links: Link[]): void {
  for (const { first, last } of lineage(trace, trace.steps, 1024))
    for (let step = last; step >= first; step--)
      if (step !== trace.steps && text.calls(trace.pc(step)) === name) {
        links.push({ step, pc: trace.pc(step), text: `\`${name}\` opens the section` });
        return;
      }
}

// An instruction that made a blamed reference, when nothing else speaks of it.
function addOrigin(trace: Trace, text: ProgramText, pc: number, links: Link[]): void {
  if (links.some((link) => link.pc === pc)) return;
  for (const { first, last } of lineage(trace, trace.steps, 1024))
    for (let step = last; step >= first; step--)
      if (trace.pc(step) === pc) {
        links.push({ step, pc, text: `\`${text.callee(pc) ?? text.texts[pc] ?? ''}\` hands over a reference` });
        return;
      }
}

// The place of the blamed iterator: a blamed slot, or where the blamed argument of a method points, or where a leaked one was constructed.
function homeOf(trace: Trace, text: ProgramText, rejection: Rejection): Spot | null {
  const slot = rejection.blame.find(({ spi }) => spi !== undefined);
  if (slot?.spi !== undefined) {
    const state = trace.cursor(trace.steps);
    return firstSlot(trace, state, { what: 'slot', frame: slot.frame, index: slot.spi });
  }
  const calls = text.calls(rejection.insn) ?? '';
  if (/^bpf_iter_\w+_(new|next|destroy)$/.test(calls) && rejection.blame.some(({ reg }) => reg === 1))
    return slotBehind(trace, trace.cursor(trace.steps), 1, 0);
  for (const pc of rejection.origin) {
    if (!/^bpf_iter_\w+_new$/.test(text.calls(pc) ?? '')) continue;
    for (const { first, last } of lineage(trace, trace.steps, 1024))
      for (let step = last; step >= first; step--)
        if (trace.pc(step) === pc) return slotBehind(trace, trace.cursor(step), 1, 0);
  }
  return null;
}

// Iterators of several slots begin at the lowest address: the highest number.
function firstSlot(trace: Trace, state: { readonly slots: Uint32Array }, spot: Spot): Spot {
  const { values } = trace.data;
  const iterAt = (index: number) =>
    index < 64 ? values.getSlot(state.slots[spot.frame * 64 + index] ?? 0)?.iter : null;
  if (iterAt(spot.index) == null) return spot;
  let index = spot.index;
  while (iterAt(index)?.first === false && iterAt(index + 1) != null) index++;
  return { ...spot, index };
}

/** The instruction to show: the one at fault, or the one that a rejection of the whole program speaks of; -1 for none. */
export function insnOf({ insn, details }: Rejection): number {
  return insn >= 0 ? insn : typeof details['insn'] === 'number' ? details['insn'] : -1;
}

function sceneOf(
  trace: Trace,
  text: ProgramText,
  rejection: Rejection,
  made: readonly Made[],
  name: string | undefined,
  events: readonly IteratorEvent[],
): Scene {
  const insn = insnOf(rejection);
  const blamed = rejection.blame.find(({ reg }) => reg !== undefined);
  const reg = trace.steps === 0 || blamed?.reg === undefined ? null : valueOf(trace, blamed.frame, blamed.reg);
  const own = made.find(({ spot }) => spot.what === 'reg' && spot.index === blamed?.reg && spot.frame === blamed.frame);
  const maker = made.find(({ how }) => how === 'called');
  // Only what happened after the value was made took it away.
  const since = made.slice(0, maker === undefined ? made.length : made.indexOf(maker));
  const taker = since.find(({ how }) => how === 'clobbered' || how === 'changed');
  const acquired = rejection.origin[0];
  return {
    subject: name ?? (blamed?.reg === undefined ? 'the iterator' : `r${blamed.reg}`),
    place: insn < 0 ? 'its beginning' : text.place(insn),
    insn: text.texts[insn] ?? '',
    callee: text.callee(insn),
    way: wayHere(trace, text),
    reg: blamed?.reg === undefined ? 'its register' : `r${blamed.reg}`,
    value: phrase(reg, blamed?.frame ?? 0, text),
    maker: maker !== undefined ? text.callee(maker.pc) : acquired === undefined ? undefined : text.callee(acquired),
    taker: taker === undefined ? undefined : text.callee(taker.pc),
    how: own?.how,
    isNull: reg !== null && reg.type === SCALAR && reg.scalar.isConst && reg.scalar.value === 0n,
    iterator: name === undefined ? null : iteratorScene(text, name, events),
    progType: progTypeName(text.program.type),
  };
}

function valueOf(trace: Trace, frame: number, reg: number): Reg | null {
  return trace.seek(trace.steps).frames[frame]?.regs[reg] ?? null;
}

function iteratorScene(text: ProgramText, name: string, events: readonly IteratorEvent[]): IteratorScene {
  const end = events.find(({ what }) => what === 'new' || what === 'destroyed' || what === 'overwritten');
  if (end === undefined) return { name, type: '', past: 'never', at: '' };
  const past = end.what === 'new' ? 'alive' : end.what === 'overwritten' ? 'overwritten' : 'destroyed';
  return { name, type: end.type, past, at: text.place(end.pc) };
}

// The last decision on the way to the error, in words: `when w1 is 0 at line 16, …`; empty when there was none.
function wayHere(trace: Trace, text: ProgramText): string {
  for (const { path } of lineage(trace, trace.steps, 256)) {
    const fork = trace.fork(trace.data.paths[path]?.fork ?? -1);
    if (fork === undefined || fork.kind !== 'branch') continue;
    return `when ${forkWords(fork, trace, text).facts.later} at ${text.place(fork.pc)}`;
  }
  return '';
}
