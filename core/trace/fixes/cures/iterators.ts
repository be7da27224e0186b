import type { Part } from '../../../elf/rewrite.ts';
import type { IteratorDescriptor } from '../../../kernel/catalogue/descriptor.ts';
import { PTR_TO_STACK } from '../../../verifier/values/reg.ts';
import { iteratorEvents } from '../../explain/chain.ts';
import { slotBehind } from '../../query/provenance.ts';
import { slotSpot } from '../../../verifier/values/spot.ts';
import type { Candidate, Cure } from '../cure.ts';
import { pointsBack, pointWords } from '../points.ts';
import type { FixScene } from '../scene.ts';
import { signed } from '../scene.ts';

/** A call's argument set to an address on the stack; jumps to the call set it too. */
const address = (pc: number, off: number): Part => ({ from: pc, count: 0, text: `r1 = r10\nr1 += ${off}` });
const without = (pc: number): Part => ({ from: pc, count: 1, text: '' });

/** The iterator whose method the instruction at fault calls. */
function calledAt(scene: FixScene, pc = scene.pc): IteratorDescriptor | undefined {
  return scene.kernel.kfuncs.find(scene.text.calls(pc) ?? '')?.iterator?.iterator;
}

const sizeOf = (iterator: IteratorDescriptor): number => Math.max(8, iterator.size);

/** What constructs one, its place on the stack given: `new` with arguments that give nothing, or everything. */
function construct(scene: FixScene, iterator: IteratorDescriptor, off: number): { text: string; c: string } | null {
  const lines = ['r1 = r10', `r1 += ${off}`];
  const id = scene.kernel.btf.find('func', iterator.new.name);
  const func = id === 0 ? undefined : scene.kernel.btf.type(id);
  const proto = func?.kind === 'func' ? scene.kernel.btf.type(func.type) : undefined;
  const more = proto?.kind === 'func_proto' ? proto.params.slice(1) : [];
  more.forEach((_, i) => lines.push(`r${i + 2} = 0`));
  return {
    text: [...lines, `call ${iterator.new.name}`].join('\n'),
    c: `\`${iterator.new.name}(&it${', 0'.repeat(more.length)});\``,
  };
}

// Where the method's first argument points, when that is a known place of the innermost frame's stack.
function argumentAt(scene: FixScene): number | null {
  const reg = scene.reg(1);
  if (reg === null || reg.type !== PTR_TO_STACK || !reg.scalar.isConst) return null;
  return Number(BigInt.asIntN(64, reg.scalar.value)) + reg.off;
}

function* uninitialized(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text } = scene;
  if (rejection.kind !== 'uninitialized-iterator' && rejection.kind !== 'iterator-not-on-stack') return;
  const iterator = calledAt(scene);
  const method = text.iteratorMethod(pc);
  if (scene.state === null || iterator === undefined || method === undefined || method === 'new') return;
  const at = text.place(pc);
  const call = text.calls(pc)!;
  // One of its kind lives elsewhere on the stack.
  for (const [index, slot] of (scene.frame?.stack ?? []).entries()) {
    if (slot?.iter?.first !== true) continue;
    const off = -8 * (index + 1);
    const name = scene.stackName(scene.trace.steps, (scene.state.frames.length ?? 1) - 1, off);
    if (slot.iter.type === iterator.name)
      yield {
        parts: [address(pc, off)],
        title: `Hand over the iterator that was constructed, ${name}`,
        write: `At ${at}: \`${call}(&${name.split('`').join('')})\``,
        at: pc,
      };
    const right = scene.kernel.iterators.find(slot.iter.type)?.[method].name;
    if (off === argumentAt(scene) && right !== undefined && right !== call)
      yield {
        parts: [{ from: pc, count: 1, text: `call ${right}` }],
        title: `Call \`${right}\`: the iterator is of that kind`,
        write: `At ${at}: \`${right}\` in the place of \`${call}\``,
        at: pc,
      };
  }
  yield* life(scene, iterator, method);
  const off = argumentAt(scene) ?? scene.fresh(pc, sizeOf(iterator));
  yield* constructed(scene, iterator, off);
  if (method === 'destroy')
    yield {
      parts: [without(pc)],
      title: `Drop \`${call}\`: there is no iterator to destroy on this way`,
      write: `Take \`${call}(…);\` out of ${at}`,
      at: pc,
      grade: 'moves',
    };
}

// What happened to the one that lived there: it was overwritten, or destroyed too early.
function* life(scene: FixScene, iterator: IteratorDescriptor, method: 'next' | 'destroy'): Generator<Candidate> {
  const { trace, text, pc } = scene;
  const home = slotBehind(trace, trace.cursor(trace.steps), 1, 0);
  if (home === null) return;
  const [event] = iteratorEvents(trace, text, trace.steps, home);
  if (event === undefined) return;
  if (event.what === 'overwritten') {
    yield* elsewhere(scene, event.pc);
    return;
  }
  if (event.what !== 'destroyed') return;
  const call = text.calls(event.pc) ?? '';
  const title = `Destroy it after its last use`;
  const write = `Take \`${call}(…);\` out of ${text.place(event.pc)}; call it when the iteration is over`;
  if (method === 'next') {
    yield { parts: [without(event.pc)], title, write, at: event.pc, grade: 'adds' };
    const off = -8 * (home.index + 1);
    for (const point of pointsBack(scene, event.step))
      yield {
        parts: [
          without(event.pc),
          { ...point.put(`r1 = r10\nr1 += ${off}\ncall ${iterator.destroy.name}`), from: pc + 1, count: 0 },
        ].sort((a, b) => a.from - b.from),
        title,
        write,
        at: event.pc,
        grade: 'adds',
      };
    return;
  }
  // Destroyed twice: one of the two is too many.
  for (const one of [pc, event.pc])
    yield {
      parts: [without(one)],
      title: `Destroy it once`,
      write: `Take \`${text.calls(one) ?? ''}(…);\` out of ${text.place(one)}`,
      at: one,
      grade: 'adds',
    };
  for (const { put, branch, pc: at } of pointsBack(scene, event.step))
    if (branch >= 0)
      yield {
        parts: [put(`goto .${scene.after(pc)}`)],
        title: 'Do not destroy it a second time on this way',
        write: `After ${text.place(branch)}: it is destroyed already`,
        at,
      };
}

// A store, or a call that writes, gets a place of its own.
function* elsewhere(scene: FixScene, pc: number): Generator<Candidate> {
  const insn = scene.program.insns[pc]!;
  const cls = insn.code & 7;
  const title = 'Keep the other value in a place of its own';
  const write = `${scene.text.place(pc)} writes over the iterator: give that value a variable of its own`;
  if (cls === 2 || cls === 3) {
    const off = scene.fresh(pc, 8);
    const moved = storedAt(scene, pc, off);
    yield { parts: [{ from: pc, count: 1, text: moved }], title, write, at: pc, grade: 'moves' };
    return;
  }
  if (insn.code !== 0x85) return;
  const state = scene.trace.seek(scene.stepAt(pc)).frames.at(-1)!;
  for (let r = 1; r <= 5; r++) {
    if (state.regs[r]!.type !== PTR_TO_STACK) continue;
    const off = scene.fresh(pc, 64);
    yield {
      parts: [{ from: pc, count: 0, text: `r${r} = r10\nr${r} += ${off}` }],
      title,
      write,
      at: pc,
      grade: 'moves',
    };
  }
}

/** An access of memory, made to the stack at an offset in its place. */
export function storedAt(scene: FixScene, pc: number, off: number): string {
  const insn = scene.program.insns[pc]!;
  const cls = insn.code & 7;
  const base = cls === 1 ? insn.src : insn.dst;
  const own = scene.asm(pc);
  const was = `(r${base} ${signed(insn.off)})`;
  return own.split(was).join(`(r10 ${signed(off)})`);
}

// It is constructed before its first use: on all ways, or on this one.
function* constructed(scene: FixScene, iterator: IteratorDescriptor, off: number): Generator<Candidate> {
  const { pc, text } = scene;
  const made = construct(scene, iterator, off);
  if (made === null) return;
  const title = 'Construct the iterator before it is used';
  // To construct one only to destroy it is no cure.
  const grade = text.iteratorMethod(pc) === 'destroy' ? 'changes' : 'adds';
  const own = scene.keeping(scene.trace.steps, pc, made.text, { lose: 0b10 });
  yield {
    parts: [{ from: pc, count: 0, text: `${own}\nr1 = r10\nr1 += ${off}` }],
    title,
    write: `Before ${text.place(pc)}: ${made.c}`,
    at: pc,
    grade,
  };
  for (const point of pointsBack(scene, 0)) {
    if (point.pc === pc && point.branch < 0) continue;
    yield {
      parts: [point.put(scene.keeping(point.step, point.pc, made.text))],
      title,
      write: `${pointWords(scene, point)}: ${made.c}`,
      at: point.pc,
      grade,
    };
  }
}

function* taken(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text } = scene;
  const iterator = calledAt(scene);
  if (scene.state === null || iterator === undefined || text.iteratorMethod(pc) !== 'new') return;
  const lives = rejection.kind === 'iterator-already-initialized' && rejection.details.place === 'on-stack';
  const placed =
    rejection.kind === 'iterator-already-initialized' ||
    rejection.kind === 'iterator-not-on-stack' ||
    rejection.kind === 'stack-out-of-bounds';
  if (!placed) return;
  const home = slotBehind(scene.trace, scene.trace.cursor(scene.trace.steps), 1, 0);
  if (lives && home !== null) {
    const there = scene.frame?.stack[home.index]?.iter;
    const destroy = there == null ? undefined : scene.kernel.iterators.find(there.type)?.destroy.name;
    if (destroy !== undefined)
      yield {
        parts: [
          {
            from: pc,
            count: 0,
            text: scene.keeping(scene.trace.steps, pc, `r1 = r10\nr1 += ${-8 * (home.index + 1)}\ncall ${destroy}`),
          },
        ],
        title: 'Destroy the first one before the second is constructed',
        write: `Before ${text.place(pc)}: \`${destroy}(…);\``,
        at: pc,
      };
    yield {
      parts: [without(pc)],
      title: 'Construct it once',
      write: `Take \`${iterator.new.name}(…);\` out of ${text.place(pc)}: the iterator is constructed already`,
      at: pc,
      grade: 'moves',
    };
  }
  yield* toStack(scene, iterator);
}

// All of its methods get the address of a place that is its own.
function* toStack(scene: FixScene, iterator: IteratorDescriptor): Generator<Candidate> {
  const { pc } = scene;
  const off = scene.fresh(pc, sizeOf(iterator));
  const uses = [...scene.functionInsns(pc)].map(([at]) => at).filter((at) => calledAt(scene, at) === iterator);
  const title = 'Give the iterator a place of its own on the stack';
  const write = `\`struct bpf_iter_${iterator.name} it;\` as a local variable, and \`&it\` in all calls of its functions`;
  for (const list of [uses.filter((at) => at >= pc), uses, [pc]])
    if (list.length > 0) yield { parts: list.map((at) => address(at, off)), title, write, at: pc };
}

// An access of the iterator's own bytes: something else was meant.
function* peeked(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, insn, text } = scene;
  if (rejection.kind !== 'invalid-stack-read' || insn === undefined) return;
  const spot = rejection.blame.find(({ what }) => what === 'slot');
  const slot = spot === undefined ? undefined : scene.state?.frames[spot.frame]?.stack[spot.index];
  if (slot?.iter == null) return;
  const title = 'Use a variable of its own for the value';
  const write = `${text.place(pc)} reads the iterator itself: only its functions may. Keep the value in a variable of its own`;
  const cls = insn.code & 7;
  if (cls === 1 || cls === 2 || cls === 3) {
    const off = scene.fresh(pc, 8);
    yield {
      parts: [{ from: pc, count: 1, text: `*(u64 *)(r10 ${signed(off)}) = 0\n${storedAt(scene, pc, off)}` }],
      title,
      write,
      at: pc,
      grade: 'moves',
    };
    return;
  }
  const r = scene.blamed;
  if (r < 1 || r > 5) return;
  const off = scene.fresh(pc, 16);
  yield {
    parts: [
      {
        from: pc,
        count: 0,
        text: `*(u64 *)(r10 ${signed(off)}) = 0\n*(u64 *)(r10 ${signed(off + 8)}) = 0\nr${r} = r10\nr${r} += ${off}`,
      },
    ],
    title,
    write,
    at: pc,
    grade: 'moves',
  };
}

// Something that was overwritten as a whole never came back: the write goes elsewhere.
function* overwritten(scene: FixScene): Generator<Candidate> {
  const { rejection, text, trace } = scene;
  if (rejection.kind !== 'unreleased-reference') return;
  for (const made of rejection.origin) {
    if (text.iteratorMethod(made) !== 'new') continue;
    const step = scene.stepAt(made);
    const home = step === 0 ? null : slotBehind(trace, trace.cursor(step), 1, 0);
    if (home === null) continue;
    const event = iteratorEvents(trace, text, trace.steps, slotSpot(home.frame, home.index)).find(
      ({ what }) => what === 'overwritten',
    );
    if (event !== undefined) yield* elsewhere(scene, event.pc);
  }
}

// A value that an iterator gave is kept beyond its next: it is read before.
function* keptOver(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, insn, text, trace } = scene;
  if (rejection.kind !== 'invalid-mem-access' || insn === undefined || (insn.code & 7) !== 1) return;
  const frame = (scene.state?.frames.length ?? 1) - 1;
  const value = scene.state === null ? null : scene.flow.reg(frame, insn.src);
  if (value?.from.kind !== 'call' || text.iteratorMethod(value.pc) !== 'next') return;
  // The call that ended it.
  const end = scene.path.find(({ pc: at, step }) => step > value.step && text.iteratorMethod(at) === 'destroy');
  if (end === undefined) return;
  const reg = trace.seek(value.step + 1).frames.at(-1)?.regs[0];
  if (reg === undefined) return;
  const off = scene.fresh(pc, 8);
  const load = scene.asm(pc).split(`(r${insn.src} `).join('(r0 ').split(`r${insn.dst} = `).join('r1 = ');
  yield {
    parts: [
      {
        from: value.pc + 1,
        count: 0,
        text: `*(u64 *)(r10 ${signed(off)}) = 0\nif r0 == 0 goto gone\n${load}\n*(u64 *)(r10 ${signed(off)}) = r1\ngone: r1 = 0`,
        jumps: 'behind' as const,
      },
      { from: pc, count: 1, text: `r${insn.dst} = *(u64 *)(r10 ${signed(off)})` },
    ],
    title: 'Read the element before the iterator goes on or is destroyed',
    write: `After ${text.place(value.pc)}, inside its check for NULL: copy what is needed into a variable, and use that at ${text.place(pc)}`,
    at: value.pc,
    grade: 'moves',
  };
}

/** Iterators: constructed first, on the stack, once; destroyed once, after their last use; nothing else at their place. */
export const iterators: Cure = {
  id: 'iterators',
  title: 'Construct and destroy iterators in order',
  grade: 'adds',
  *candidates(scene) {
    yield* uninitialized(scene);
    yield* taken(scene);
    yield* peeked(scene);
    yield* overwritten(scene);
    yield* keptOver(scene);
  },
};
