import { isCall, isKfuncCall } from '../../../isa/insn-kinds.ts';
import { EXIT } from '../../../isa/opcodes.ts';
import type { Part } from '../../../elf/rewrite.ts';
import type { KfuncEffect } from '../../../kernel/catalogue/descriptor.ts';
import type { RejectionKind } from '../../../verifier/rejection.ts';
import type { Candidate, Cure } from '../cure.ts';
import { pointsBack, pointWords } from '../points.ts';
import type { FixScene } from '../scene.ts';
import { signed } from '../scene.ts';

/** What a section is opened and closed by. */
interface Section {
  readonly open: string;
  readonly close: string;
  readonly opens: KfuncEffect;
  readonly closes: KfuncEffect;
  readonly what: string;
}

const RCU: Section = {
  open: 'bpf_rcu_read_lock',
  close: 'bpf_rcu_read_unlock',
  opens: 'rcu-lock',
  closes: 'rcu-unlock',
  what: 'RCU read section',
};
const PREEMPTION: Section = {
  open: 'bpf_preempt_disable',
  close: 'bpf_preempt_enable',
  opens: 'preempt-disable',
  closes: 'preempt-enable',
  what: 'section without preemption',
};

/** Sections that are still open at the error. */
const OPEN: Partial<Record<RejectionKind, Section>> = { 'unreleased-rcu': RCU, 'preemption-disabled': PREEMPTION };
/** Sections that are missing, or that have ended too early. */
const MISSING: Partial<Record<RejectionKind, Section>> = {
  'needs-rcu': RCU,
  'iterator-needs-rcu': RCU,
  'untrusted-argument': RCU,
  'unmatched-rcu-unlock': RCU,
  'unmatched-preempt-enable': PREEMPTION,
};

const effectAt = (scene: FixScene, pc: number): KfuncEffect | undefined =>
  scene.kernel.kfuncs.find(scene.text.calls(pc) ?? '')?.descriptor.effect;

/** Takes a call away; what it returned is not read. */
const without = (pc: number): Part => ({ from: pc, count: 1, text: '' });

function* closing(scene: FixScene): Generator<Candidate> {
  const section = OPEN[scene.rejection.kind];
  if (section === undefined) return;
  for (const point of pointsBack(scene, 0))
    yield {
      parts: [point.put(scene.keeping(point.step, point.pc, `call ${section.close}`))],
      title: `Close the ${section.what} before the program ends`,
      write: `${pointWords(scene, point)}: \`${section.close}();\``,
      at: point.branch < 0 ? point.pc : point.branch,
    };
}

function* irq(scene: FixScene): Generator<Candidate> {
  const { rejection, state } = scene;
  if (rejection.kind !== 'interrupts-disabled' && rejection.kind !== 'unreleased-lock') return;
  const opener = scene.path.find(({ pc }) => {
    const effect = effectAt(scene, pc);
    return effect === 'irq-save' || effect === 'lock' || effect === 'lock-irq' || isSpinLock(scene, pc);
  });
  if (opener === undefined || state === null) return;
  const before = scene.trace.seek(opener.step).frames.at(-1)!;
  const effect = effectAt(scene, opener.pc);
  const called = scene.text.callee(opener.pc) ?? '';
  const close = CLOSERS[called];
  if (close === undefined) return;
  const slots = effect === 'irq-save' ? [1] : effect === 'lock-irq' ? [1, 2] : [1];
  const kept = slots.map((r, i) => ({ r, reg: before.regs[r]!, off: scene.fresh(scene.pc, 8, 48 + 8 * i) }));
  for (const point of pointsBack(scene, opener.step)) {
    const load = kept.map(({ r, off }) => `r${r} = *(u64 *)(r10 ${signed(off)})`).join('\n');
    const parts: Part[] = [
      { from: opener.pc, count: 0, text: kept.map(({ r, off }) => `*(u64 *)(r10 ${signed(off)}) = r${r}`).join('\n') },
      point.put(scene.keeping(point.step, point.pc, `${load}\ncall ${close}`)),
    ];
    yield {
      parts: parts.sort((a, b) => a.from - b.from),
      title:
        effect === 'irq-save'
          ? 'Restore interrupts before the program ends'
          : 'Give the lock back before the program ends',
      write: `${pointWords(scene, point)}: \`${close}(…);\` with what \`${called}\` was given`,
      at: point.branch < 0 ? point.pc : point.branch,
    };
  }
}

const isSpinLock = (scene: FixScene, pc: number): boolean => {
  const insn = scene.program.insns[pc];
  return insn !== undefined && isCall(insn) && insn.src === 0 && insn.imm === 93;
};

const CLOSERS: Readonly<Record<string, string>> = {
  bpf_local_irq_save: 'bpf_local_irq_restore',
  bpf_spin_lock: 'bpf_spin_unlock',
  bpf_res_spin_lock: 'bpf_res_spin_unlock',
  bpf_res_spin_lock_irqsave: 'bpf_res_spin_unlock_irqrestore',
};

/** Every exit of the function, closing a section; what it returns is kept. */
function closedExits(scene: FixScene, section: Section): Part[] {
  const parts: Part[] = [];
  for (const [pc, insn] of scene.functionInsns(0))
    if (insn.code === EXIT) parts.push({ from: pc, count: 0, text: `r6 = r0\ncall ${section.close}\nr0 = r6` });
  return parts;
}

function* opening(scene: FixScene): Generator<Candidate> {
  const { rejection, pc } = scene;
  const section = MISSING[rejection.kind];
  if (section === undefined || scene.state === null) return;
  const { place } = scene.text;
  const words = (what: string): string => `${what}: \`${section.open}();\``;
  const open = (at: number): Part => ({
    from: at,
    count: 0,
    text: scene.keeping(scene.stepAt(at), at, `call ${section.open}`),
  });
  if (rejection.kind === 'unmatched-rcu-unlock' || rejection.kind === 'unmatched-preempt-enable') {
    yield {
      parts: [open(pc)],
      title: `Open the ${section.what} before it is closed`,
      write: `${words(`Before ${place.call(scene.text, pc)}`)}, in front of what is to be protected`,
      at: pc,
    };
    yield {
      parts: [open(0)],
      title: `Open the ${section.what} at the beginning`,
      write: words('At the beginning'),
      at: 0,
    };
    yield {
      parts: [without(pc)],
      title: `Drop \`${section.close}\`: no section is open here`,
      write: `Take \`${section.close}();\` out of ${place.call(scene.text, pc)}`,
      at: pc,
    };
    return;
  }
  const sleeps = rejection.kind === 'untrusted-argument' && rejection.details.needs !== 'rcu';
  if (sleeps) return;
  // Sections that ended on the way, and began again: one around all of it.
  const inner = scene.path.filter(({ pc: at }) => {
    const effect = effectAt(scene, at);
    return effect === section.opens || effect === section.closes;
  });
  const opened = inner.at(-1);
  const pcs = [...new Set(inner.map((one) => one.pc))].sort((a, b) => a - b);
  if (opened !== undefined && effectAt(scene, opened.pc) === section.opens) {
    const dropped = pcs.filter((at) => at !== opened.pc);
    const write = `Take \`${section.close}();\` and \`${section.open}();\` out of what lies between, and close the section when the iteration is over`;
    const title = `Keep one ${section.what} over the whole iteration`;
    yield { parts: dropped.map(without), title, write, at: dropped[0] ?? pc };
    const exits = closedExits(scene, section);
    yield {
      parts: [...dropped.map(without), ...exits].sort((a, b) => a.from - b.from),
      title,
      write,
      at: dropped[0] ?? pc,
    };
    const all = [...pcs];
    yield { parts: all.map(without), title: 'Do without the inner read section', write, at: all[0] ?? pc };
  }
  // Balanced pairs inside, in a program that is in a read section anyway.
  if (pcs.length > 0)
    yield {
      parts: pcs.map(without),
      title: `Do without the inner ${section.what}: what is read is protected already`,
      write: `Take \`${section.open}();\` and \`${section.close}();\` out of it`,
      at: pcs[0]!,
    };
  if (pcs.length > 0 && pcs.length < 3) {
    const allOfThem = allCalls(scene, section);
    yield {
      parts: [
        { from: 0, count: 0, text: opensFirst(scene, section) },
        ...allOfThem.map(without),
        ...closedExits(scene, section),
      ].sort((a, b) => a.from - b.from || a.count - b.count),
      title: `Keep one ${section.what} over the whole function`,
      write: `${words('At its beginning')}, \`${section.close}();\` before each \`return\`, and none in between`,
      at: pc,
    };
  }
  yield {
    parts: [{ from: 0, count: 0, text: opensFirst(scene, section) }, ...closedExits(scene, section)],
    title: `Open an ${section.what} around the iteration`,
    write: `${words('Before the iterator is constructed')}; and \`${section.close}();\` on every way out`,
    at: pc,
  };
  const destroys = [...scene.functionInsns(pc)].filter(([at]) => scene.text.iteratorMethod(at) === 'destroy');
  yield {
    parts: [
      open(pc),
      ...destroys.map(([at]): Part => ({ from: at + 1, count: 0, text: `call ${section.close}`, jumps: 'behind' })),
    ].sort((a, b) => a.from - b.from),
    title: `Open an ${section.what} around the iteration`,
    write: `${words(`Before ${place.call(scene.text, pc)}`)}; and \`${section.close}();\` after it is destroyed`,
    at: pc,
  };
  if (destroys.length === 0)
    yield {
      parts: [
        open(pc),
        {
          from: pc + 1,
          count: 0,
          text: scene.keeping(scene.trace.steps, pc + 1, `call ${section.close}`),
          jumps: 'behind',
        },
      ],
      title: `Open an ${section.what} around the call`,
      write: `${words(`Before ${place.call(scene.text, pc)}`)}; and \`${section.close}();\` after it`,
      at: pc,
    };
}

const opensFirst = (scene: FixScene, section: Section): string => scene.keeping(1, 0, `call ${section.open}`);

const allCalls = (scene: FixScene, section: Section): number[] =>
  [...scene.functionInsns(0)]
    .filter(([pc, insn]) => isKfuncCall(insn) && [section.opens, section.closes].includes(effectAt(scene, pc)!))
    .map(([pc]) => pc);

/** A call that is not wanted a second time, or in this place: a lock inside another, a release of what is not held. */
function* nested(scene: FixScene): Generator<Candidate> {
  const { rejection, pc } = scene;
  if (rejection.kind !== 'nested-rcu-lock') return;
  const closers = allCalls(scene, RCU).filter((at) => effectAt(scene, at) === 'rcu-unlock');
  const write = `One section is enough: take the inner \`${RCU.open}();\` and its \`${RCU.close}();\` out`;
  const title = 'Drop the inner read section';
  for (const at of closers) yield { parts: [pc, at].sort((a, b) => a - b).map(without), title, write, at: pc };
  yield { parts: [without(pc)], title, write, at: pc };
  yield {
    parts: [{ from: pc, count: 0, text: scene.keeping(scene.trace.steps, pc, `call ${RCU.close}`) }],
    title: 'Close the first read section before the next one',
    write: `Before ${scene.text.place(pc)}: \`${RCU.close}();\``,
    at: pc,
  };
}

/** What may sleep is called outside of the section. */
function* awake(scene: FixScene): Generator<Candidate> {
  const { rejection, pc } = scene;
  if (rejection.kind !== 'sleepable-kfunc' && rejection.kind !== 'sleepable-helper') return;
  const { within } = rejection.details;
  if (within === 'program' || scene.state === null) return;
  const section = within === 'rcu' ? RCU : within === 'preempt' ? PREEMPTION : null;
  const opener = scene.path.find(({ pc: at }) => effectAt(scene, at) === (section?.opens ?? 'irq-save'));
  if (opener === undefined) return;
  const callee = scene.text.callee(pc) ?? '';
  if (section !== null) {
    const closers = allCalls(scene, section).filter((at) => effectAt(scene, at) === section.closes);
    const after = {
      from: pc + 1,
      count: 0,
      text: scene.keeping(scene.trace.steps, pc + 1, `call ${section.open}`),
      jumps: 'behind' as const,
    };
    const afterR0 = {
      from: pc + 1,
      count: 0,
      text: `*(u64 *)(r10 ${signed(scene.fresh(pc, 8))}) = r0\ncall ${section.open}\nr0 = *(u64 *)(r10 ${signed(scene.fresh(pc, 8))})`,
      jumps: 'behind' as const,
    };
    for (const one of [after, afterR0])
      yield {
        parts: [without(opener.pc), one],
        title: `Call \`${callee}\` before the section is opened`,
        write: `Move \`${section.open}();\` behind ${scene.text.place(pc)}`,
        at: opener.pc,
      };
    yield {
      parts: [without(opener.pc), ...closers.map(without)].sort((a, b) => a.from - b.from),
      title: `Do without the section: \`${callee}\` may sleep`,
      write: `Take \`${section.open}();\` and \`${section.close}();\` out`,
      at: opener.pc,
      grade: 'moves',
    };
    return;
  }
  // The state of the interrupts lies where the save put it.
  const flags = scene.trace.seek(opener.step).frames.at(-1)!.regs[1]!;
  yield {
    parts: [
      {
        from: pc,
        count: 0,
        text: scene.keeping(
          scene.trace.steps,
          pc,
          `r1 = r10\nr1 += ${flags.off + Number(flags.scalar.num ?? 0)}\ncall bpf_local_irq_restore`,
        ),
      },
    ],
    title: `Restore interrupts before \`${callee}\``,
    write: `Before ${scene.text.place(pc)}: \`bpf_local_irq_restore(&flags);\``,
    at: pc,
  };
}

/** Sections, locks and interrupts: closed before the end, opened where they are needed, not nested, not around what may sleep. */
export const sections: Cure = {
  id: 'sections',
  title: 'Open and close sections',
  grade: 'adds',
  *candidates(scene) {
    yield* closing(scene);
    yield* irq(scene);
    yield* opening(scene);
    yield* nested(scene);
    yield* awake(scene);
  },
};
