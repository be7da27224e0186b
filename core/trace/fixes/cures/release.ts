import { isHelperCall, isKfuncCall } from '../../../isa/insn-kinds.ts';
import { CALL, EXIT } from '../../../isa/opcodes.ts';
import { slotBehind } from '../../query/provenance.ts';
import { KF_ACQUIRE, KF_RELEASE } from '../../../kernel/catalogue/descriptor.ts';
import type { KernelModel } from '../../../kernel/model.ts';
import type { FrameView } from '../../../verifier/sink.ts';
import {
  baseType,
  MEM_ALLOC,
  MEM_PERCPU,
  MEM_RINGBUF,
  PTR_MAYBE_NULL,
  PTR_TO_SOCKET,
} from '../../../verifier/values/reg.ts';
import type { Reg } from '../../../verifier/values/reg.ts';
import type { Candidate, Cure } from '../cure.ts';
import { pointsBack, pointWords } from '../points.ts';
import type { FixScene } from '../scene.ts';
import { signed } from '../scene.ts';

/** How something is given back: what r1 is set to, the call, and both in C. */
interface Release {
  readonly text: string;
  readonly c: string;
  readonly name: string;
  /** `Destroy`, `Release`. */
  readonly verb: string;
}

/** Release functions of the kernel by the structure whose reference they take. */
const TAKERS = new WeakMap<KernelModel, ReadonlyMap<string, string>>();

function takersOf(kernel: KernelModel): ReadonlyMap<string, string> {
  const known = TAKERS.get(kernel);
  if (known !== undefined) return known;
  const takers = new Map<string, string>();
  for (const name of kernel.kfuncs.names) {
    const { descriptor, iterator } = kernel.kfuncs.find(name)!;
    if (iterator !== null || descriptor.effect !== undefined) continue;
    if ((descriptor.flags & KF_RELEASE) === 0 || (descriptor.flags & KF_ACQUIRE) !== 0) continue;
    const struct = firstStruct(kernel, name);
    if (struct !== null && !takers.has(struct)) takers.set(struct, name);
  }
  TAKERS.set(kernel, takers);
  return takers;
}

// The structure that a kernel function's first parameter points at.
function firstStruct({ btf }: KernelModel, name: string): string | null {
  const id = btf.find('func', name);
  const func = id === 0 ? undefined : btf.type(id);
  const proto = func?.kind === 'func' ? btf.type(func.type) : undefined;
  const first = proto?.kind === 'func_proto' ? proto.params[0] : undefined;
  const type = first === undefined ? undefined : btf.skipModifiers(first.type);
  const target = type?.kind === 'ptr' ? btf.skipModifiers(type.type) : undefined;
  return target?.kind === 'struct' ? target.name : null;
}

/** Which function takes a reference back, with its arguments after the first; null where none is known. */
function releaseCall(scene: FixScene, reg: Reg): { readonly call: string; readonly rest: string } | null {
  const zero = { rest: ', 0' };
  if ((reg.type & MEM_RINGBUF) !== 0) return { call: 'bpf_ringbuf_discard', ...zero };
  if ((reg.type & MEM_ALLOC) !== 0)
    return { call: (reg.type & MEM_PERCPU) !== 0 ? 'bpf_percpu_obj_drop_impl' : 'bpf_obj_drop_impl', ...zero };
  if (baseType(reg.type) >= PTR_TO_SOCKET && baseType(reg.type) <= 19) return { call: 'bpf_sk_release', rest: '' };
  const struct = scene.structOf(reg);
  const call = struct === null ? undefined : takersOf(scene.kernel).get(struct);
  return call === undefined ? null : { call, rest: '' };
}

function releaseOf(scene: FixScene, reg: Reg, from: string, name: string): Release | null {
  const how = releaseCall(scene, reg);
  if (how === null) return null;
  const lines = [from, ...((reg.type & PTR_MAYBE_NULL) === 0 ? [] : ['if r1 == 0 goto none'])];
  if (how.rest !== '') lines.push('r2 = 0');
  lines.push(`call ${how.call}`);
  const check = (reg.type & PTR_MAYBE_NULL) === 0 ? '' : `if (${name}) `;
  return {
    text: lines.join('\n'),
    c: `\`${check}${how.call}(${name}${how.rest});\``,
    name,
    verb: 'Release',
  };
}

// What holds a reference at a step: an iterator, a dynptr or a saved pointer on the stack, a register.
function holderAt(scene: FixScene, step: number, id: number): Release | null {
  const frames = scene.trace.seek(step).frames;
  const frame = frames.at(-1);
  if (frame === undefined) return null;
  const number = frames.length - 1;
  return onStack(scene, step, frame, number, id) ?? inRegister(scene, step, frame, id);
}

function onStack(scene: FixScene, step: number, frame: FrameView, number: number, id: number): Release | null {
  for (const [index, slot] of frame.stack.entries()) {
    if (slot === undefined) continue;
    const off = -8 * (index + 1);
    const address = `r1 = r10\nr1 += ${off}`;
    const name = bare(scene.stackName(step, number, off));
    if (slot.iter?.first === true && slot.iter.refObjId === id) {
      const destroy = scene.kernel.iterators.find(slot.iter.type)?.destroy.name;
      if (destroy !== undefined)
        return { text: `${address}\ncall ${destroy}`, c: `\`${destroy}(&${name});\``, name, verb: 'Destroy' };
    }
    if (slot.dynptr?.first === true && slot.dynptr.refObjId === id) {
      const call = 'bpf_ringbuf_discard_dynptr';
      return { text: `${address}\nr2 = 0\ncall ${call}`, c: `\`${call}(&${name}, 0);\``, name, verb: 'Give back' };
    }
    if (slot.spilled?.refObjId === id) {
      const release = releaseOf(scene, slot.spilled, `r1 = *(u64 *)(r10 ${signed(off)})`, name);
      if (release !== null) return release;
    }
  }
  return null;
}

function inRegister(scene: FixScene, step: number, frame: FrameView, id: number): Release | null {
  for (let r = 9; r >= 0; r--) {
    const reg = frame.regs[r]!;
    if (reg.refObjId !== id || reg.off !== 0) continue;
    const name = scene.names.register(step, scene.trace.seek(step).frames.length - 1, r) ?? `r${r}`;
    return releaseOf(scene, reg, r === 1 ? 'r1 = r1' : `r1 = r${r}`, name);
  }
  return null;
}

const bare = (name: string): string => name.split('`').join('');

// A label at the end: what is NULL needs no release.
const whole = (scene: FixScene, step: number, pc: number, text: string): string => {
  const kept = scene.keeping(step, pc, 'RELEASE');
  const [before, after] = kept.split('RELEASE');
  const end = after === '' ? '' : after!;
  return text.split('\n').some((line) => line.endsWith('goto none'))
    ? `${before}${text}\nnone:${end === '' ? ' r1 = 0' : end}`
    : `${before}${text}${end}`;
};

function* leaks(scene: FixScene): Generator<Candidate> {
  const { rejection } = scene;
  if (rejection.kind !== 'unreleased-reference' || scene.state === null) return;
  for (const id of rejection.details.ids) {
    const made = scene.state.refs.find((ref) => ref.id === id)?.insn ?? rejection.origin[0] ?? -1;
    const since = scene.stepAt(made);
    let found = false;
    yield* lastUse(scene, id, since);
    for (const point of pointsBack(scene, since)) {
      const release = holderAt(scene, point.step, id);
      if (release === null) continue;
      found = true;
      yield {
        parts: [point.put(whole(scene, point.step, point.pc, release.text))],
        title: `${release.verb} \`${release.name}\` before the program ends`,
        write: `${pointWords(scene, point)}: ${release.c}`,
        at: point.branch < 0 ? point.pc : point.branch,
      };
    }
    if (!found || scene.text.subprogOf(made) === scene.text.subprogOf(scene.pc)) yield* atOnce(scene, made, since);
    yield* inCallee(scene, id, made, since);
  }
}

// The pointer was lost: it is kept on the stack from the call on that acquired it, or given back there.
function* atOnce(scene: FixScene, made: number, since: number): Generator<Candidate> {
  const insn = scene.program.insns[made];
  if (insn === undefined || (!isHelperCall(insn) && !isKfuncCall(insn)) || since === 0) return;
  const after = scene.path.find((one) => one.step > since && one.next !== made && one.pc === scene.after(made));
  const step = after?.step ?? 0;
  const reg = step === 0 ? undefined : scene.trace.seek(step).frames.at(-1)?.regs[0];
  if (reg === undefined || reg.refObjId === 0) return;
  const callee = scene.text.callee(made) ?? '';
  const release = releaseOf(scene, reg, 'r1 = r0', 'p');
  if (release === null) return;
  const off = scene.fresh(scene.pc, 8, 48);
  const slot = `*(u64 *)(r10 ${signed(off)})`;
  for (const point of pointsBack(scene, since))
    yield {
      parts: [
        { from: scene.after(made), count: 0, text: `${slot} = r0`, jumps: 'behind' as const },
        point.put(whole(scene, point.step, point.pc, release.text.split('r1 = r0').join(`r1 = ${slot}`))),
      ].sort((a, b) => a.from - b.from),
      title: `Keep what \`${callee}\` returns, and release it before the program ends`,
      write: `Keep the result in a variable, \`p = ${callee}(…);\`. ${pointWords(scene, point)}: ${release.c}`,
      at: made,
    };
  yield {
    parts: [
      {
        from: scene.after(made),
        count: 0,
        text: whole(scene, step, scene.after(made), release.text),
        jumps: 'behind',
      },
    ],
    title: `Release what \`${callee}\` returns at once`,
    write: `After ${scene.text.place(made)}, when it is not needed any more: ${release.c}`,
    at: made,
  };
}

// Before what is returned is made, and after the last call that was handed it.
function* lastUse(scene: FixScene, id: number, since: number): Generator<Candidate> {
  const { path, text, program } = scene;
  const home = text.subprogOf(scene.pc);
  let known = false;
  for (const [i, { step, pc }] of path.entries()) {
    if (step < since) return;
    const later = path[i - 1];
    if (later === undefined || text.subprogOf(pc) !== home || text.subprogOf(later.pc) !== home) continue;
    const release = holderAt(scene, later.step, id);
    if (release === null) continue;
    const uses = step > since && program.insns[pc]!.code === CALL && isHanded(scene, step, id);
    // Where nothing has to be kept meanwhile: before what is returned is made.
    const free = (scene.live(later.pc) & scene.held(later.step) & 0b111111) === 0;
    if (!uses && (known || !free)) continue;
    known = true;
    const behind = later.pc === scene.after(pc);
    yield {
      parts: [
        {
          from: later.pc,
          count: 0,
          text: whole(scene, later.step, later.pc, release.text),
          ...(behind ? { jumps: 'behind' as const } : {}),
        },
      ],
      title: `${release.verb} \`${release.name}\` ${uses ? 'after its last use' : 'before the program ends'}`,
      write: `${uses ? `After ${text.place(pc)}` : `Before ${text.place(later.pc)}`}: ${release.c}`,
      at: uses ? pc : later.pc,
    };
    if (uses) return;
  }
}

// Whether a call's arguments point at what has the reference.
function isHanded(scene: FixScene, step: number, id: number): boolean {
  const cursor = scene.trace.cursor(step);
  const { frames } = scene.trace.seek(step);
  return [1, 2, 3, 4, 5].some((r) => {
    if (frames.at(-1)?.regs[r]?.refObjId === id) return true;
    const spot = slotBehind(scene.trace, cursor, r, 0);
    return spot !== null && frames[spot.frame]?.stack[spot.index]?.iter?.refObjId === id;
  });
}

// A function of the program, or a callback, made it: it gives it back before it returns.
function* inCallee(scene: FixScene, id: number, made: number, since: number): Generator<Candidate> {
  const { path, text, program } = scene;
  const home = text.subprogOf(made);
  if (home === text.subprogOf(scene.pc)) return;
  for (const { step, pc } of path) {
    if (step <= since) return;
    if (text.subprogOf(pc) !== home || program.insns[pc]!.code !== EXIT) continue;
    const release = holderAt(scene, step, id);
    if (release === null) continue;
    yield {
      parts: [{ from: pc, count: 0, text: whole(scene, step, pc, release.text) }],
      title: `${release.verb} \`${release.name}\` before its function returns`,
      write: `Before ${text.place(pc)}: ${release.c}`,
      at: pc,
    };
    return;
  }
}

/** References are given back. */
export const release: Cure = {
  id: 'release',
  title: 'Release what is still held',
  grade: 'adds',
  candidates: leaks,
};
