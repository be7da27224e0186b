import type { Spot } from '../../verifier/values/spot.ts';
import { regSpot, sameSpot, spotName } from '../../verifier/values/spot.ts';
import type { Insn } from '../../isa/insn.ts';
import { BPF_ATOMIC, BPF_STX, classOf, EXIT } from '../../isa/opcodes.ts';
import { PTR_TO_PACKET, PTR_TO_PACKET_META, SCALAR } from '../../verifier/values/reg.ts';
import type { Reg } from '../../verifier/values/reg.ts';
import type { Rejection, RejectionKind } from '../../verifier/rejection.ts';
import { sectionsWithHelper, sectionsWithKfunc, sleepableSection } from '../../kernel/rules/offered.ts';
import { SLEEPABLE } from '../../kernel/rules/program-types.ts';
import { buildCause } from './build-cause.ts';
import { boundCause, boundedValue, heldBy, unscaled } from './causes.ts';
import type { IteratorEvent, Link, NameAt } from './chain.ts';
import { decisions, iteratorEvents, iteratorLinks, madeLink, madeOf } from './chain.ts';
import { forkWords } from '../views/exploration.ts';
import { Flow } from '../query/flow.ts';
import type { Value } from '../query/flow.ts';
import { globalCause } from './global-cause.ts';
import { lineage } from '../query/lineage.ts';
import { namesOf } from './names.ts';
import type { Names } from './names.ts';
import { packetCause } from './packet-cause.ts';
import { progTypeName } from '../query/program-text.ts';
import type { ProgramText } from '../query/program-text.ts';
import type { Made } from '../query/provenance.ts';
import { slotBehind } from '../query/provenance.ts';
import type { Trace } from '../record/trace.ts';
import { trustCause } from './trust-cause.ts';
import { REGS } from '../record/values.ts';
import type { WhyView } from '../views/view.ts';
import { returnWritten } from './written-line.ts';
import { walkCause } from './walk-cause.ts';
import { boundScene } from './words/bounds.ts';
import type { BoundScene } from './words/bounds.ts';
import { explanationOf } from './words/rejections.ts';
import { code } from './words/text.ts';
import type { IteratorScene, Scene } from './words/scene.ts';
import { phraseOf } from './words/values.ts';

/** Most links of the chain that are shown; the ones in the middle are left out first. */
const MAX_LINKS = 12;
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
          rejection.blame.filter(({ what }) => home === null || what === 'slot'),
        );
  const variable = home === null ? undefined : nameAt(home);
  const name = home === null ? undefined : (variable ?? spotName(home));
  const flow = last === 0 ? null : new Flow(trace, text, last);
  const wrote = flow === null || insn < 0 ? null : returnWritten(trace, text, namesOf(trace, text), flow, insn);
  const seen = sceneOf(
    trace,
    text,
    rejection,
    made,
    name === undefined ? null : iteratorScene(text, name, variable !== undefined, events),
    flow,
  );
  const scene = wrote === null ? seen : { ...seen, place: `line ${wrote.line}, ${code(wrote.text)}` };
  const { title, what, rule, todo, error } = explanationOf(rejection, scene);
  const choices = decisions(trace, text, last);
  const origins = name === undefined ? [] : iteratorLinks(events, name, text);
  for (const one of made) if (!origins.some(({ step }) => step === one.step)) origins.push(madeLink(trace, text, one));
  for (const pc of rejection.origin) addOrigin(trace, text, pc, origins);
  const met = rejection.kind === 'infinite-loop' ? trace.checkpoint(rejection.details.checkpoint) : undefined;
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
    wrote,
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
  const slot = rejection.blame.find(({ what }) => what === 'slot');
  if (slot !== undefined) return firstSlot(trace, trace.cursor(trace.steps), slot);
  if (
    text.iteratorMethod(rejection.insn) !== undefined &&
    rejection.blame.some(({ what, index }) => what === 'reg' && index === 1)
  )
    return slotBehind(trace, trace.cursor(trace.steps), 1, 0);
  for (const pc of rejection.origin) {
    if (text.iteratorMethod(pc) !== 'new') continue;
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
const insnOf = ({ insn, lookedAt }: Rejection): number => (insn >= 0 ? insn : lookedAt);

function sceneOf(
  trace: Trace,
  text: ProgramText,
  rejection: Rejection,
  made: readonly Made[],
  iterator: IteratorScene | null,
  flow: Flow | null,
): Scene {
  const insn = insnOf(rejection);
  const names = namesOf(trace, text);
  const blamed = rejection.blame.find(({ what }) => what === 'reg');
  const reg = trace.steps === 0 || blamed === undefined ? null : valueOf(trace, blamed);
  const value = blamed === undefined ? null : (flow?.reg(blamed.frame, blamed.index) ?? null);
  const own = made.find(({ spot }) => blamed !== undefined && sameSpot(spot, blamed));
  const call = made.find(({ how }) => how === 'called');
  // Only what happened after the value was made took it away.
  const since = made.slice(0, call === undefined ? made.length : made.indexOf(call));
  const clobber = since.find(({ how }) => how === 'clobbered' || how === 'changed');
  const producer = call?.pc ?? rejection.origin[0];
  const regName = blamed === undefined ? 'its register' : spotName(blamed);
  const called = value === null ? null : names.of(value);
  const sleepable = (text.program.flags & SLEEPABLE) !== 0;
  const btf = text.kernelBtf;
  const held = phraseOf(reg, blamed?.frame ?? 0, text);
  return {
    subject: iterator?.name ?? (blamed === undefined ? 'the iterator' : regName),
    place: insn < 0 ? 'its beginning' : text.place(insn),
    insn: text.texts[insn] ?? '',
    act: code(names.accessed(insn) ?? text.texts[insn] ?? ''),
    callee: text.callee(insn),
    method: text.iteratorMethod(insn),
    exits: text.program.insns[insn]?.code === EXIT,
    atomic: isAtomic(text.program.insns[insn]),
    way: wayHere(trace, text),
    reg: called === null ? regName : code(called),
    value: held.text,
    valueKind: held.kind,
    maybeNull: held.maybeNull,
    bound: boundOf(trace, text, rejection, flow, names),
    trust:
      flow === null || value === null || reg === null || btf === null || !OF_TRUST.has(rejection.kind)
        ? null
        : trustCause(trace, btf, value, reg, sleepable),
    global: globalCause(trace, text, value),
    build: buildCause(text, insn, value),
    packet:
      flow === null ||
      value === null ||
      reg === null ||
      (rejection.kind !== 'out-of-packet' && rejection.kind !== 'packet-range')
        ? null
        : packetCause(trace, text, flow, value, reg, rejection.details),
    losesPacket: losesPacket(trace, text, own, since),
    param: paramStruct(text, insn, blamed?.index),
    offered: offeredTo(text, rejection, insn),
    section: text.program.section,
    sleepableSection: sleepableSection(text.program),
    walk: OF_WALK.has(rejection.kind) && trace.steps > 0 ? walkCause(trace, text, names, flow) : null,
    functions: text.subprogs.map((subprog) => subprog.name),
    sleepable,
    producedBy: producer === undefined ? undefined : text.callee(producer),
    producedByNext: producer !== undefined && text.iteratorMethod(producer) === 'next',
    clobberedBy: clobber === undefined ? undefined : text.callee(clobber.pc),
    how: own?.how,
    isNull: reg !== null && reg.type === SCALAR && reg.scalar.isConst && reg.scalar.value === 0n,
    iterator,
    progType: progTypeName(text.program.type),
  };
}

/** Rejections for the limits of a number. */
export const OF_BOUNDS: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'offset-too-large',
  'unbounded-offset',
  'negative-offset',
  'out-of-bounds',
  'unbounded-access',
  'stack-out-of-bounds',
  'unbounded-stack-access',
  'negative-size',
  'unbounded-size',
  'zero-size',
  'out-of-packet',
  'packet-range',
]);
const OF_TRUST: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'untrusted-argument',
  'bad-argument',
  'maybe-null-argument',
]);
const OF_WALK: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'too-many-instructions',
  'too-many-branches',
  'infinite-loop',
]);

/** Kinds that name the smallest value of a number, not its largest. */
const OF_LOWER: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'negative-offset',
  'negative-size',
  'unbounded-offset',
  'zero-size',
]);

// What the verifier knows of a value at the error: of a register that holds it, else what was known when it was made.
function knownNow(trace: Trace, flow: Flow, value: Value, frame: number): Reg | null {
  for (let r = 0; r < REGS; r++) if (flow.reg(frame, r) === value) return valueOf(trace, regSpot(frame, r));
  return heldBy(trace, value);
}

// The structure that a kernel function's parameter points at.
function paramStruct(text: ProgramText, insn: number, reg: number | undefined): string | null {
  const btf = text.kernelBtf;
  const name = text.calls(insn);
  if (btf === null || name === undefined || reg === undefined) return null;
  const func = btf.type(text.program.insns[insn]!.imm);
  const proto = func.kind === 'func' ? btf.type(func.type) : undefined;
  const param = proto?.kind === 'func_proto' ? proto.params[reg - 1] : undefined;
  const type = param === undefined ? undefined : btf.skipModifiers(param.type);
  const target = type?.kind === 'ptr' ? btf.skipModifiers(type.type) : undefined;
  return target?.kind === 'struct' || target?.kind === 'union' ? `${target.kind} ${target.name}` : null;
}

const isAtomic = (insn: Insn | undefined): boolean =>
  insn !== undefined && classOf(insn.code) === BPF_STX && (insn.code & 0xe0) === BPF_ATOMIC;

function offeredTo(text: ProgramText, rejection: Rejection, insn: number): readonly string[] {
  if (rejection.kind === 'helper-not-allowed')
    return sectionsWithHelper(text.kernel!, text.program, text.program.insns[insn]?.imm ?? 0);
  if (rejection.kind === 'kfunc-not-allowed') return sectionsWithKfunc(text.kernel!, text.calls(insn) ?? '') ?? [];
  return [];
}

// The register pointed into a packet until a helper was called that may change it.
function losesPacket(trace: Trace, text: ProgramText, own: Made | undefined, since: readonly Made[]): boolean {
  const loss = since.find(({ how }) => how === 'changed' || how === 'clobbered') ?? own;
  const insn = loss === undefined ? undefined : text.program.insns[loss.pc];
  if (loss === undefined || insn === undefined || loss.spot.what !== 'reg' || loss.how !== 'changed') return false;
  const before = trace.cursor(loss.step);
  const reg = trace.data.values.getReg(before.regs[loss.spot.frame * REGS + loss.spot.index]!);
  return reg !== null && (reg.type === PTR_TO_PACKET || reg.type === PTR_TO_PACKET_META);
}

function boundOf(
  trace: Trace,
  text: ProgramText,
  rejection: Rejection,
  flow: Flow | null,
  names: Names,
): BoundScene | null {
  if (flow === null || !OF_BOUNDS.has(rejection.kind)) return null;
  const value = boundedValue(trace, flow, rejection);
  if (value === null || value.from.kind === 'constant') return null;
  const lower = OF_LOWER.has(rejection.kind);
  const blamed = rejection.blame.find(({ what }) => what === 'reg');
  const cause = boundCause(trace, flow, value, lower);
  return boundScene(
    text,
    names,
    unscaled(value),
    cause,
    blamed === undefined ? 'the number' : `the number in ${spotName(blamed)}`,
    phraseOf(knownNow(trace, flow, unscaled(value), blamed?.frame ?? 0), blamed?.frame ?? 0, text),
  );
}

function valueOf(trace: Trace, { frame, index: reg }: Spot): Reg | null {
  return trace.seek(trace.steps).frames[frame]?.regs[reg] ?? null;
}

function iteratorScene(
  text: ProgramText,
  name: string,
  named: boolean,
  events: readonly IteratorEvent[],
): IteratorScene {
  const end = events.find(({ what }) => what === 'new' || what === 'destroyed' || what === 'overwritten');
  if (end === undefined) return { name, named, type: '', past: 'never', at: '' };
  const past = end.what === 'new' ? 'alive' : end.what === 'overwritten' ? 'overwritten' : 'destroyed';
  return { name, named, type: end.type, past, at: text.place(end.pc) };
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
