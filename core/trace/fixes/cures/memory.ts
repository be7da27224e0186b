import { BPF_ATOMIC } from '../../../isa/opcodes.ts';
import { contextFields } from './context-fields.ts';
import type { RejectionKind } from '../../../verifier/rejection.ts';
import { isPointer, PTR_MAYBE_NULL, PTR_TO_BTF_ID, baseType, SCALAR } from '../../../verifier/values/reg.ts';
import type { Candidate, Cure } from '../cure.ts';
import type { FixScene } from '../scene.ts';
import { signed } from '../scene.ts';
import { storedAt } from './iterators.ts';

const SIZES = ['u32', 'u16', 'u8', 'u64'] as const;
const BYTES = { u64: 8, u32: 4, u16: 2, u8: 1 } as const;

const isLoad = (scene: FixScene): boolean => scene.insn !== undefined && (scene.insn.code & 7) === 1;
const isStore = (scene: FixScene): boolean =>
  scene.insn !== undefined && ((scene.insn.code & 7) === 2 || (scene.insn.code & 7) === 3);
const isAtomic = (scene: FixScene): boolean =>
  isStore(scene) && (scene.insn!.code & 7) === 3 && (scene.insn!.code & 0xe0) === BPF_ATOMIC;
const baseOf = (scene: FixScene): number => ((scene.insn!.code & 7) === 1 ? scene.insn!.src : scene.insn!.dst);
const sizeOf = (scene: FixScene): number => {
  const bits = scene.insn!.code & 0x18;
  return bits === 0x18 ? 8 : bits === 0 ? 4 : bits === 8 ? 2 : 1;
};

/** The access with another offset or size. */
function access(scene: FixScene, off: number, size: (typeof SIZES)[number]): string | null {
  const insn = scene.insn!;
  const base = baseOf(scene);
  const mem = (insn.code & 0xe0) === 0x60;
  if (!mem) return null;
  const place = `*(${size} *)(r${base} ${signed(off)})`;
  const cls = insn.code & 7;
  if (cls === 1) return `r${insn.dst} = ${place}`;
  return cls === 3 ? `${place} = r${insn.src}` : `${place} = ${insn.imm}`;
}

/** Accesses of the memory that was meant, at another offset or of another size. */
const OF_PLACE: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'out-of-bounds',
  'stack-out-of-bounds',
  'misaligned',
  'no-such-field',
  'negative-offset',
  'bad-spill-size',
  'bad-fill-size',
  'out-of-packet',
  'packet-range',
  'field-access',
  'invalid-stack-read',
]);

function* placed(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text } = scene;
  if (!OF_PLACE.has(rejection.kind) || scene.insn === undefined || !(isLoad(scene) || isStore(scene))) return;
  const { off } = scene.insn;
  const size = sizeOf(scene);
  const place = text.place(pc);
  const give = function* (at: number, one: (typeof SIZES)[number]): Generator<Candidate> {
    const made = access(scene, at, one);
    if (made === null || (at === off && BYTES[one] === size)) return;
    const narrower = at === off;
    yield {
      parts: [{ from: pc, count: 1, text: made }],
      title: narrower
        ? `${isLoad(scene) ? 'Read' : 'Write'} ${BYTES[one]} bytes`
        : `${isLoad(scene) ? 'Read' : 'Write'} ${BYTES[one]} bytes at offset ${at}, which is there`,
      write: narrower
        ? `At ${place}: ${isLoad(scene) ? 'read' : 'write'} a \`${one}\``
        : `At ${place}: another offset, that of what is meant`,
      at: pc,
      grade: narrower ? 'limits' : 'changes',
      family: narrower ? 'size' : 'offset',
    };
  };
  for (const one of SIZES) if (BYTES[one] < size) yield* give(off, one);
  if (rejection.kind === 'bad-fill-size' || rejection.kind === 'bad-spill-size') yield* give(off, 'u64');
  const aligned = Math.floor(off / size) * size;
  const own = SIZES.find((one) => BYTES[one] === size)!;
  const limit = rejection.kind === 'out-of-bounds' ? rejection.details.limit - size : null;
  for (const at of [limit, aligned, aligned + size, off - size, 0, -size, -512, 8, 16].filter((n) => n !== null))
    if (at >= -32768 && at <= 32767) yield* give(at, own);
  // The pointer went too far: an offset that takes it back.
  const reg = scene.reg(baseOf(scene));
  if (reg !== null && isPointer(reg) && reg.scalar.isConst) {
    const back = -(reg.off + Number(BigInt.asIntN(64, reg.scalar.value)));
    const at = baseType(reg.type) === 6 ? back - size : back;
    if (at >= -32768 && at <= 32767) yield* give(at, own);
  }
}

/** Fields of the context. */
function* ofContext(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text } = scene;
  if (rejection.kind !== 'invalid-context-access' || scene.insn === undefined) return;
  if (!(isLoad(scene) || isStore(scene)) || isAtomic(scene)) return;
  const { write, off, size } = rejection.details;
  const shift = off - scene.insn.off;
  for (const field of contextFields(scene, { off, size, write })) {
    const made = access(scene, field.off - shift, field.size);
    if (made === null) continue;
    yield {
      parts: [{ from: pc, count: 1, text: made }],
      title:
        field.off === off
          ? `${write ? 'Write' : 'Read'} it as a whole: ${BYTES[field.size]} bytes`
          : `${write ? 'Write' : 'Read'} a field that the context has for such programs: ${BYTES[field.size]} bytes at ${field.off}`,
      write: `At ${text.place(pc)}: ${field.off === off ? `the field has ${BYTES[field.size]} bytes` : 'another field of the context'}`,
      at: pc,
      grade: field.off === off ? 'limits' : 'changes',
      family: field.off === off ? 'size' : 'field',
    };
  }
}

/** What cannot be written is changed in a copy. */
const OF_COPY: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'read-only',
  'map-permission',
  'invalid-context-access',
  'no-such-field',
  'field-access',
  'foreign-memory',
  'modified-pointer',
  'misaligned',
  'stack-out-of-bounds',
  'out-of-bounds',
  'negative-offset',
  'invalid-mem-access',
  'variable-offset',
  'bad-atomic',
  'spill-to-caller',
  'invalid-stack-read',
  'bad-spill-size',
  'maybe-null-access',
]);

function* copied(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text } = scene;
  if (!OF_COPY.has(rejection.kind) || scene.insn === undefined || !isStore(scene)) return;
  const off = scene.fresh(pc, 8);
  const made = storedAt(scene, pc, off);
  if (made === scene.asm(pc)) return;
  yield {
    parts: [{ from: pc, count: 1, text: isAtomic(scene) ? `*(u64 *)(r10 ${signed(off)}) = 0\n${made}` : made }],
    title: 'Write to a variable of your own',
    write: `At ${text.place(pc)}: this memory cannot be written so; keep the value in a local variable`,
    at: pc,
    grade: 'moves',
  };
}

/** Memory of the kernel that may be gone is read with a helper that copies. */
const OF_PROBE: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'invalid-mem-access',
  'no-such-field',
  'negative-offset',
  'variable-offset',
  'foreign-memory',
]);

// A pointer to a structure of the kernel, or a number that was read somewhere: what a check would have told NULL from is no address, nor a constant.
function isAddress(scene: FixScene, r: number): boolean {
  const reg = scene.reg(r)!;
  if (reg.type !== SCALAR) return baseType(reg.type) === PTR_TO_BTF_ID;
  const value = scene.flow.reg((scene.state?.frames.length ?? 1) - 1, r);
  return !reg.scalar.isConst && value !== null && value.from.kind !== 'call';
}

function* probed(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text, insn } = scene;
  if (!OF_PROBE.has(rejection.kind) || insn === undefined || !isLoad(scene) || scene.state === null) return;
  const reg = scene.reg(insn.src);
  if (reg === null || insn.src === 10) return;
  const size = sizeOf(scene);
  const user = rejection.kind === 'foreign-memory' && rejection.details.memory === 'user';
  // 112 reads the user's memory, 113 the kernel's.
  const [helper, number] = user ? ['bpf_probe_read_user', 112] : ['bpf_probe_read_kernel', 113];
  if ((reg.type & PTR_MAYBE_NULL) !== 0 || !isAddress(scene, insn.src)) return;
  const own = scene.fresh(pc, 8, 48);
  const type = SIZES.find((one) => BYTES[one] === size)!;
  const call = [
    `r3 = r${insn.src}`,
    `r3 += ${insn.off}`,
    'r1 = r10',
    `r1 += ${own}`,
    `r2 = ${size}`,
    `call ${helper}#${number}`,
  ].join('\n');
  const kept = scene.keeping(scene.trace.steps, pc, call, { lose: 1 << insn.dst });
  const name = scene.names.accessed(pc);
  yield {
    parts: [{ from: pc, count: 1, text: `${kept}\nr${insn.dst} = *(${type} *)(r10 ${signed(own)})` }],
    title: `Read it with \`${helper}\``,
    write: `At ${text.place(pc)}: \`${helper}(&x, sizeof(x), ${name === null ? '…' : `&${name}`});\` into a variable of your own`,
    at: pc,
    grade: 'moves',
  };
}

/** A pointer that arithmetic moved is taken back to the beginning, or kept apart. */
function* unmoved(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text, insn } = scene;
  if (insn === undefined || scene.state === null) return;
  const of =
    rejection.kind === 'modified-pointer' ||
    rejection.kind === 'variable-offset' ||
    rejection.kind === 'negative-offset' ||
    rejection.kind === 'wrong-struct' ||
    rejection.kind === 'no-such-map-field' ||
    rejection.kind === 'bad-argument' ||
    rejection.kind === 'wrong-kptr' ||
    rejection.kind === 'wrong-node' ||
    rejection.kind === 'untrusted-argument' ||
    rejection.kind === 'maybe-null-arithmetic' ||
    rejection.kind === 'pointer-arithmetic' ||
    rejection.kind === 'unbounded-offset' ||
    rejection.kind === 'offset-too-large' ||
    rejection.kind === 'stack-out-of-bounds' ||
    rejection.kind === 'iterator-already-initialized' ||
    rejection.kind === 'no-such-field';
  if (!of) return;
  // The additions that moved it, latest first.
  const home = text.subprogOf(pc);
  const seen = new Set<number>();
  for (const { step, pc: at } of scene.path.slice(0, 40)) {
    const one = scene.program.insns[at]!;
    const op = one.code & 0xf7;
    if (seen.has(at) || text.subprogOf(at) !== home || (op !== 0x07 && op !== 0x17) || one.dst === 10) continue;
    seen.add(at);
    const regs = scene.trace.seek(step).frames.at(-1)?.regs;
    const reg = regs?.[one.dst];
    if (reg === undefined || !isPointer(reg) || baseType(reg.type) === 6) continue;
    yield {
      parts: [{ from: at, count: 1, text: '' }],
      title: 'Use the pointer as it is, without an offset',
      write: `At ${text.place(at)}: do not move the pointer; add the offset where a number is meant`,
      at,
      grade: 'changes',
    };
    if (seen.size >= 3) return;
  }
}

/** Arithmetic that pointers do not take is done with numbers. */
function* arithmetic(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text, insn } = scene;
  if (rejection.kind !== 'pointer-arithmetic' && rejection.kind !== 'mixed-pointers') return;
  if (insn === undefined) return;
  const src = (insn.code & 8) !== 0 ? scene.reg(insn.src) : null;
  if (src !== null && isPointer(src))
    yield {
      parts: [{ from: pc, count: 1, text: scene.asm(pc).split(` r${insn.src}`).join(' 8') }],
      title: 'Add a number, not a pointer',
      write: `At ${text.place(pc)}: one of the two is an address; use what was read through it, or a constant`,
      at: pc,
      grade: 'changes',
    };
  const dst = scene.reg(insn.dst);
  if (dst !== null && isPointer(dst) && src?.type === SCALAR)
    yield {
      parts: [{ from: pc, count: 1, text: `r${insn.dst} += r${insn.src}` }],
      title: 'Add to the pointer',
      write: `At ${text.place(pc)}: pointers take \`+\` and \`-\` alone, in 64 bits`,
      at: pc,
      grade: 'changes',
    };
  if (dst !== null && isPointer(dst) && src === null)
    yield {
      parts: [{ from: pc, count: 1, text: `r${insn.dst} += 0` }],
      title: 'Leave the pointer as it is',
      write: `At ${text.place(pc)}: pointers take \`+\` and \`-\` alone, in 64 bits`,
      at: pc,
      grade: 'changes',
    };
}

/** Memory: read and written where it is, in the size that it has, or in a copy. */
export const memory: Cure = {
  id: 'memory',
  title: 'Another place, size or copy',
  grade: 'limits',
  *candidates(scene) {
    yield* placed(scene);
    yield* ofContext(scene);
    yield* copied(scene);
    yield* probed(scene);
    yield* unmoved(scene);
    yield* arithmetic(scene);
  },
};
