import { SCALAR } from '../verifier/reg.ts';
import type { Rejection } from '../verifier/rejection.ts';
import { forkWords } from './exploration.ts';
import { changesAt, lineage, writerStep } from './lineage.ts';
import type { ProgramText } from './program-text.ts';
import type { Trace } from './trace.ts';
import { MAX_SLOTS } from './values.ts';
import type { WhyView } from './view.ts';
import { explanationOf } from './why-words.ts';

/** Most links of the chain that are shown; the ones in the middle are left out first. */
const MAX_LINKS = 9;

const ITER = /^bpf_iter_(\w+)_(new|next|destroy)$/;

/** Name of the iterator whose state begins at a slot, for the words. */
export type NameAt = (frame: number, spi: number) => string | undefined;

/** The left pane of a rejected program; null for an accepted one. */
export function explain(trace: Trace, text: ProgramText, nameAt: NameAt): WhyView | null {
  const { rejection } = trace.data;
  if (rejection === null) return null;
  const insn = rejection.insn;
  const place = where(text, insn);
  const explanation = explanationOf(rejection, {
    subject: subjectOf(rejection, nameAt),
    place,
    insn: text.texts[insn] ?? '',
    callee: text.calls(insn),
    way: wayHere(trace, text),
    maker: makerOf(trace, text, rejection),
    isNull: blamedNull(trace, rejection),
  });
  const last = trace.steps;
  const chain =
    last === 0
      ? []
      : [
          ...shorten(linksOf(trace, text, rejection, nameAt)),
          { step: last, pc: insn >= 0 ? insn : trace.pc(last), text: explanation.error, error: true },
        ];
  return {
    title: explanation.title,
    words: explanation.words,
    chain,
    kernel: rejection.message.split('\n'),
    insn,
    step: last,
  };
}

const where = (text: ProgramText, insn: number): string => {
  const line = text.sourceLine(insn);
  return line === '' ? `instruction ${insn}` : `line ${text.lineNumber(insn)}, \`${line}\``;
};

// The kernel function that put the blamed register's value there, if it was one.
function makerOf(trace: Trace, text: ProgramText, rejection: Rejection): string | undefined {
  const blame = rejection.blame.find(({ reg }) => reg !== undefined);
  if (blame?.reg === undefined || trace.steps === 0) return undefined;
  const step = writerStep(trace, trace.steps, { what: 'reg', frame: blame.frame, index: blame.reg });
  return step === 0 ? undefined : text.calls(trace.pc(step));
}

// True when the blamed register is the constant 0 at the error.
function blamedNull(trace: Trace, rejection: Rejection): boolean {
  const blame = rejection.blame.find(({ reg }) => reg !== undefined);
  if (blame?.reg === undefined || trace.steps === 0) return false;
  const reg = trace.seek(trace.steps).frames[blame.frame]?.regs[blame.reg];
  return reg != null && reg.type === SCALAR && reg.scalar.isConst && reg.scalar.value === 0n;
}

// The last decision on the way to the error, in words: `when w1 is 0 at line 16, …`; empty when there was none.
function wayHere(trace: Trace, text: ProgramText): string {
  for (const { path } of lineage(trace, trace.steps, 256)) {
    const fork = trace.fork(trace.data.paths[path]?.fork ?? -1);
    if (fork === undefined || fork.kind !== 'branch') continue;
    return `when ${forkWords(fork, trace, text).later.replace(/^then:? /, '')} at ${where(text, fork.pc)}`;
  }
  return '';
}

function subjectOf(rejection: Rejection, nameAt: NameAt): string {
  for (const { frame, spi } of rejection.blame) {
    if (spi === undefined) continue;
    return nameAt(frame, spi) ?? `fp-${(spi + 1) * 8}`;
  }
  const reg = rejection.blame.find((blame) => blame.reg !== undefined)?.reg;
  return reg === undefined ? 'the iterator' : `r${reg}`;
}

interface Link {
  readonly step: number;
  readonly pc: number;
  readonly text: string;
  readonly error: boolean;
}

const shorten = (links: readonly Link[]): readonly Link[] =>
  links.length <= MAX_LINKS ? links : [...links.slice(0, 2), ...links.slice(links.length - (MAX_LINKS - 2))];

// What led here, oldest first: where blamed things were made, what iterators did, and which ways were taken.
function linksOf(trace: Trace, text: ProgramText, rejection: Rejection, nameAt: NameAt): Link[] {
  const { pcs, values } = trace.data;
  const links: Link[] = [];
  const wanted = new Set(rejection.origin);
  const nextSeen = new Set<number>();
  let later = trace.steps;
  let laterPath = -1;
  let budget = 20_000;
  for (const segment of lineage(trace, trace.steps, 256)) {
    for (let step = segment.last; step >= segment.first && budget-- > 0; step--) {
      if (step === trace.steps) continue;
      const pc = pcs[step - 1]!;
      const method = ITER.exec(text.calls(pc) ?? '')?.[2];
      const after = trace.cursor(later);
      if (method === 'new') {
        const home = newestIterator(trace, step, later);
        const name = home === null ? 'an iterator' : (nameAt(home.frame, home.spi) ?? `fp-${(home.spi + 1) * 8}`);
        links.push({ step, pc, error: false, text: `constructed: \`${name}\` holds reference ${home?.ref ?? '?'}` });
        wanted.delete(pc);
      } else if (method === 'next' && !nextSeen.has(pc)) {
        nextSeen.add(pc);
        const frame = after.depth - 1;
        const r0 = values.getReg(after.regs[frame * 11]!);
        const drained = r0?.scalar.isConst === true && r0.type === 1;
        links.push({
          step,
          pc,
          error: false,
          text: drained ? 'next gave NULL, so it is drained' : 'next gave an element, so it stays active',
        });
        wanted.delete(pc);
      } else if (method === 'destroy') {
        links.push({ step, pc, error: false, text: 'destroyed: its slot is given back' });
        wanted.delete(pc);
      } else if (later === step + 1 && losesIterator(trace, later)) {
        links.push({
          step,
          pc,
          error: false,
          text: `overwritten: \`${text.texts[pc] ?? ''}\` ends the iterator that lived there`,
        });
        wanted.delete(pc);
      } else if (wanted.has(pc)) {
        wanted.delete(pc);
        links.push({ step, pc, error: false, text: `${text.texts[pc] ?? ''}` });
      } else if (segment.last === step && laterPath >= 0) {
        const fork = trace.fork(trace.data.paths[laterPath]!.fork);
        if (fork !== undefined && fork.kind !== 'next')
          links.push({ step, pc, error: false, text: forkWords(fork, trace, text).later.replace(/^then:? /, '') });
      }
      later = step;
    }
    laterPath = segment.path;
  }
  return links.sort((a, b) => a.step - b.step);
}

// True when a slot that held an iterator's state holds none any more before `step`.
function losesIterator(trace: Trace, step: number): boolean {
  const { values } = trace.data;
  let lost = false;
  changesAt(trace, step, ({ what, frame, index }, value) => {
    if (what !== 'slot' || lost || values.getSlot(value)?.iter != null) return;
    const before = values.getSlot(trace.cursor(step - 1).slots[frame * MAX_SLOTS + index]!);
    lost = before?.iter?.first === true;
  });
  return lost;
}

// The iterator that appeared between two steps of a path.
function newestIterator(
  trace: Trace,
  before: number,
  after: number,
): { frame: number; spi: number; ref: number } | null {
  const a = trace.cursor(before);
  const b = trace.cursor(after);
  for (let at = 0; at < b.depth * MAX_SLOTS; at++) {
    if (b.slots[at] === a.slots[at]) continue;
    const iter = trace.data.values.getSlot(b.slots[at]!)?.iter;
    if (iter?.first === true) return { frame: Math.floor(at / MAX_SLOTS), spi: at % MAX_SLOTS, ref: iter.refObjId };
  }
  return null;
}
