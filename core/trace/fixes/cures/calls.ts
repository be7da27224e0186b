import { KF_ACQUIRE, KF_ITER_DESTROY, KF_RELEASE } from '../../../kernel/catalogue/descriptor.ts';
import type { KernelModel } from '../../../kernel/model.ts';
import { SLEEPABLE } from '../../../kernel/rules/program-types.ts';
import type { RejectionKind } from '../../../verifier/rejection.ts';
import { baseType, isPointer, PTR_TO_BTF_ID, PTR_TO_CTX, PTR_UNTRUSTED, SCALAR } from '../../../verifier/values/reg.ts';
import { madeOf } from '../../explain/chain.ts';
import { regSpot } from '../../../verifier/values/spot.ts';
import type { Candidate, Cure } from '../cure.ts';
import type { FixScene } from '../scene.ts';
import { signed } from '../scene.ts';

const isCall = (scene: FixScene): boolean => scene.insn?.code === 0x85;
const without = (pc: number) => ({ from: pc, count: 1, text: '' });

/** Rejections for the program's type. */
const OF_TYPE: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'kfunc-not-allowed',
  'helper-not-allowed',
  'sleepable-kfunc',
  'sleepable-helper',
  'css-task-not-allowed',
  'field-not-for-program',
  'packet-load',
  'bad-attach-target',
  'tail-call',
]);

/** Sections that stand for the commonest types of programs. */
const SECTIONS = [
  'syscall',
  'tc',
  'xdp',
  'lsm/file_open',
  'lsm.s/file_open',
  'tp_btf/task_newtask',
  'fentry/do_unlinkat',
  'fentry.s/do_unlinkat',
  'fexit/do_unlinkat',
  'iter/task',
  'iter.s/task',
  'raw_tp/sys_enter',
  'kprobe/do_unlinkat',
  'perf_event',
  'socket',
  'cgroup_skb/egress',
  'sockops',
  'cgroup/connect4',
  'sk_skb/stream_parser',
  'kprobe.session/do_unlinkat',
] as const;

function* typed(scene: FixScene): Generator<Candidate> {
  const { rejection, program, pc } = scene;
  if (!OF_TYPE.has(rejection.kind)) return;
  const within = rejection.kind === 'sleepable-kfunc' || rejection.kind === 'sleepable-helper';
  if (within && rejection.details.within !== 'program') return;
  const [name, ...rest] = program.section.split('/');
  const own = `${[`${name}.s`, ...rest].join('/')}`;
  const sections = [...((program.flags & SLEEPABLE) === 0 ? [own] : []), ...SECTIONS];
  const callee = scene.text.callee(pc);
  const why = callee === undefined ? 'what it does' : `\`${callee}\``;
  for (const section of sections)
    if (section !== program.section)
      yield {
        parts: [],
        section,
        title:
          section === own
            ? `Make the program sleepable: \`SEC("${section}")\``
            : `Make it a program that may do ${why}: \`SEC("${section}")\``,
        write: `Before the function: \`SEC("${section}")\` in the place of \`SEC("${program.section}")\``,
        at: 0,
        family: section === own ? 'sleepable' : 'section',
      };
}

/** Releases of what is not held, or not any more. */
function* once(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text } = scene;
  const callee = text.calls(pc);
  const flags = callee === undefined ? 0 : (scene.kernel.kfuncs.find(callee)?.descriptor.flags ?? 0);
  const helper = rejection.kind === 'release-unreferenced';
  if ((flags & (KF_RELEASE | KF_ITER_DESTROY)) === 0 && !helper) return;
  if ((flags & KF_ACQUIRE) !== 0 || !isCall(scene)) return;
  const held = scene.reg(1)?.refObjId ?? 0;
  if (held !== 0) return;
  yield {
    parts: [without(pc)],
    title: `Drop \`${text.callee(pc) ?? ''}\`: nothing is held here`,
    write: `Take \`${text.callee(pc) ?? ''}(…);\` out of ${text.place(pc)}: release once, and only what was acquired`,
    at: pc,
    grade: 'moves',
  };
}

/** Something was released, and is used afterwards: it is released later. */
function* later(scene: FixScene): Generator<Candidate> {
  const { rejection, text, state, pc } = scene;
  const r = scene.blamed;
  if (state === null || r < 0) return;
  const kinds: readonly RejectionKind[] = [
    'invalid-mem-access',
    'bad-argument',
    'untrusted-argument',
    'wrong-object',
    'maybe-null-argument',
    'uninitialized-dynptr',
    'dynptr-memory',
  ];
  if (!kinds.includes(rejection.kind)) return;
  const made = madeOf(scene.trace, text, [regSpot(state.frames.length - 1, r)]);
  for (const { how, pc: at } of made) {
    if (how !== 'clobbered' && how !== 'changed' && how !== 'filled') continue;
    if (scene.program.insns[at]?.code !== 0x85 || at === pc) continue;
    const name = text.callee(at) ?? '';
    yield {
      parts: [without(at)],
      title: `Call \`${name}\` after the last use`,
      write: `\`${name}(…);\` at ${text.place(at)} takes the pointer away: move it behind ${text.place(pc)}`,
      at,
      grade: 'moves',
    };
  }
}

const ARGUMENTS: ReadonlySet<RejectionKind> = new Set<RejectionKind>([
  'bad-argument',
  'wrong-struct',
  'untrusted-argument',
  'not-a-scalar',
  'not-constant',
  'maybe-null-argument',
  'invalid-stack-read',
  'stack-out-of-bounds',
  'out-of-bounds',
  'zero-size',
  'negative-size',
  'unbounded-size',
  'uninitialized-register',
  'bad-global-arguments',
  'read-only',
  'modified-pointer',
  'variable-stack-argument',
  'packet-argument',
  'bad-format-string',
  'uninitialized-dynptr',
  'dynptr-not-on-stack',
  'wrong-object',
  'bad-object-type',
  'iterator-not-on-stack',
  'out-of-packet',
  'variable-offset',
  'packet-range',
  'foreign-memory',
  'map-permission',
  'field-access',
]);

/** The bytes that a buffer of one's own gets. */
const ROOM = 64;

function* argument(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text, state } = scene;
  if (!ARGUMENTS.has(rejection.kind) || state === null || !isCall(scene)) return;
  const count = scene.argumentCount(pc);
  const blamed = scene.blamed;
  const order = [blamed, 1, 2, 3, 4, 5].filter((r, i, all) => r >= 1 && r <= count && all.indexOf(r) === i);
  const callee = text.callee(pc) ?? '';
  const at = text.place(pc);
  const put = (text: string) => [{ from: pc, count: 0, text }];
  for (const r of blamed > 0 ? order.slice(0, 2) : order) {
    const reg = scene.reg(r);
    if (reg === null) continue;
    const which = `argument ${r} of \`${callee}\``;
    if (rejection.kind === 'not-a-scalar' || rejection.kind === 'not-constant')
      for (const value of [0, 8, 1])
        yield {
          parts: put(`r${r} = ${value}`),
          title: `Hand over a constant number as ${which}`,
          write: `At ${at}: a number that is known when the program is written`,
          at: pc,
          grade: 'changes',
        };
    yield* context(scene, r, which);
    if (reg.type === SCALAR || isPointer(reg) || reg.type === 0) {
      yield* ownMemory(scene, r, which);
      yield* others(scene, r, which);
      yield* currentTask(scene, r, which);
      yield* maps(scene, r, which);
    }
    if (reg.type !== SCALAR || !reg.scalar.isConst || reg.scalar.num !== 0)
      yield {
        parts: put(`r${r} = 0`),
        title: `Hand over nothing as ${which}`,
        write: `At ${at}: \`NULL\` or \`0\``,
        at: pc,
        grade: 'changes',
      };
    const size = scene.reg(r + 1);
    if (r < count && (isPointer(reg) || size?.type === SCALAR))
      for (const bytes of [64, 16, 8, 4, 1])
        yield {
          parts: put(`r${r + 1} = ${bytes}`),
          title: `Hand over the size that the memory has`,
          write: `At ${at}: \`sizeof\` the variable as argument ${r + 1}`,
          at: pc,
          grade: 'limits',
          family: `size ${r}`,
        };
    if (reg.type === SCALAR)
      for (const value of [8, 1, 4])
        yield {
          parts: put(`r${r} = ${value}`),
          title: `Hand over a constant as ${which}`,
          write: `At ${at}: \`sizeof\` the variable, for instance`,
          at: pc,
          grade: 'limits',
          family: `constant ${r}`,
        };
  }
}

function* ownMemory(scene: FixScene, r: number, which: string): Generator<Candidate> {
  const { pc, text } = scene;
  const off = scene.fresh(pc, ROOM);
  const zero = Array.from({ length: ROOM / 8 }, (_, i) => `*(u64 *)(r10 ${signed(off + 8 * i)}) = 0`).join('\n');
  for (const [what, init] of [
    ['', ''],
    [' that is initialised', `${zero}\n`],
  ] as const)
    yield {
      parts: [{ from: pc, count: 0, text: `${init}r${r} = r10\nr${r} += ${off}` }],
      title: `Hand over the address of a local variable as ${which}`,
      write: `Before ${text.place(pc)}: a local variable${what}, and its address as the argument`,
      at: pc,
      grade: 'moves',
    };
}

// The context, kept from the beginning of the function.
function* context(scene: FixScene, r: number, which: string): Generator<Candidate> {
  const { pc, text, trace } = scene;
  const title = `Hand over the context as ${which}`;
  const write = `At ${text.place(pc)}: \`ctx\``;
  for (let from = 1; from < 10; from++)
    if (scene.reg(from)?.type === PTR_TO_CTX && from !== r && scene.reg(from)!.off === 0)
      return yield {
        parts: [{ from: pc, count: 0, text: `r${r} = r${from}` }],
        title,
        write,
        at: pc,
        grade: 'changes',
      };
  if (text.subprogOf(pc) !== 0 || trace.seek(1).frames[0]?.regs[1]?.type !== PTR_TO_CTX) return;
  const slot = `*(u64 *)(r10 ${signed(scene.fresh(pc, 8))})`;
  const start = { from: 0, count: 0, text: `${slot} = r1`, jumps: 'behind' as const };
  const use = { from: pc, count: 0, text: `r${r} = ${slot}` };
  yield {
    parts: pc === 0 ? [{ from: 0, count: 0, text: `r${r} = r1` }] : [start, use],
    title,
    write,
    at: pc,
    grade: 'changes',
  };
}

// Another object that the program holds, or was given.
function* others(scene: FixScene, r: number, which: string): Generator<Candidate> {
  const { pc, text } = scene;
  for (let from = 9; from >= 0; from--) {
    const reg = scene.reg(from);
    if (reg === null || from === r || baseType(reg.type) !== PTR_TO_BTF_ID || (reg.type & PTR_UNTRUSTED) !== 0)
      continue;
    const name = scene.valueName(from);
    yield {
      parts: [{ from: pc, count: 0, text: `r${r} = r${from}` }],
      title: `Hand over ${name} as ${which}`,
      write: `At ${text.place(pc)}: ${name}, which can be relied on`,
      at: pc,
      grade: 'changes',
      family: `other ${r}`,
    };
  }
}

function* currentTask(scene: FixScene, r: number, which: string): Generator<Candidate> {
  const { pc, text, kernel } = scene;
  if (parameterStruct(kernel, text.calls(pc), r) !== 'task_struct') return;
  const call = `call bpf_get_current_task_btf#158`;
  // The other arguments are kept; the helper's result is this one.
  const kept = scene.keeping(scene.trace.steps, pc, `${call}\nr${r} = r0`, { lose: 1 << r });
  yield {
    parts: [{ from: pc, count: 0, text: kept }],
    title: `Hand over the current task as ${which}`,
    write: `At ${text.place(pc)}: \`bpf_get_current_task_btf()\`, which can be relied on`,
    at: pc,
    grade: 'changes',
  };
}

function parameterStruct({ btf }: KernelModel, callee: string | undefined, r: number): string | null {
  const id = callee === undefined ? 0 : btf.find('func', callee);
  const func = id === 0 ? undefined : btf.type(id);
  const proto = func?.kind === 'func' ? btf.type(func.type) : undefined;
  const param = proto?.kind === 'func_proto' ? proto.params[r - 1] : undefined;
  const type = param === undefined ? undefined : btf.skipModifiers(param.type);
  const target = type?.kind === 'ptr' ? btf.skipModifiers(type.type) : undefined;
  return target?.kind === 'struct' ? target.name : null;
}

function* maps(scene: FixScene, r: number, which: string): Generator<Candidate> {
  const { pc, text, object } = scene;
  for (const [number, map] of object.maps.slice(0, 6).entries()) {
    const value = map.initial !== undefined;
    yield {
      parts: [{ from: pc, count: 0, text: value ? `r${r} = map[${number}] +0` : `r${r} = map[${number}]` }],
      title: `Hand over \`${map.name}\` as ${which}`,
      write: `At ${text.place(pc)}: \`&${map.name}\``,
      at: pc,
      grade: 'changes',
      family: `map ${r}`,
    };
  }
}

/** A reference of one's own is taken before an object is handed over that nobody vouches for. */
function* acquired(scene: FixScene): Generator<Candidate> {
  const { rejection, pc, text, kernel } = scene;
  if (rejection.kind !== 'untrusted-argument' || !isCall(scene) || scene.state === null) return;
  const r = scene.blamed;
  const reg = r < 1 || r > 5 ? null : scene.reg(r);
  if (reg === null || baseType(reg.type) !== PTR_TO_BTF_ID) return;
  const struct = scene.structOf(reg);
  const name = kernel.kfuncs.names.find((one) => {
    const { flags } = kernel.kfuncs.find(one)!.descriptor;
    return (
      (flags & KF_ACQUIRE) !== 0 &&
      (flags & KF_RELEASE) === 0 &&
      struct !== null &&
      parameterStruct(kernel, one, 1) === struct
    );
  });
  if (name === undefined || text.calls(pc) === name) return;
  const after = scene.after(pc);
  const kept = scene.keeping(scene.trace.steps, pc, `r1 = r${r}\ncall ${name}\nr${r} = r0`, { lose: 1 << r });
  yield {
    parts: [
      {
        from: pc,
        count: 0,
        text: `${kept}\nif r${r} != 0 goto ..${pc}\nr0 = 0\ngoto .${after}`,
      },
    ],
    title: `Acquire a reference first`,
    write: `Before ${text.place(pc)}: \`p = ${name}(…); if (p) { … }\`, and release it afterwards`,
    at: pc,
  };
}

/** Another function of the same kind that does not need what is missing. */
const INSTEAD: Readonly<Record<string, string>> = {
  bpf_copy_from_user: 'bpf_probe_read_user#112',
  bpf_copy_from_user_str: 'bpf_probe_read_user_str#114',
};

function* instead(scene: FixScene): Generator<Candidate> {
  const { pc, text } = scene;
  if (scene.rejection.kind !== 'sleepable-helper' && scene.rejection.kind !== 'sleepable-kfunc') return;
  const callee = text.callee(pc);
  const other = callee === undefined ? undefined : INSTEAD[callee];
  if (callee === undefined || other === undefined) return;
  const name = other.split('#')[0]!;
  yield {
    parts: [{ from: pc, count: 1, text: `call ${other}` }],
    title: `Use \`${name}\`, which does not wait`,
    write: `At ${text.place(pc)}: \`${name}\` in the place of \`${callee}\`; it fails where the memory is not there`,
    at: pc,
    grade: 'changes',
  };
}

/** Calls: from programs that may, in their order, with arguments that fit. */
export const calls: Cure = {
  id: 'calls',
  title: 'Another section, order or argument',
  grade: 'moves',
  *candidates(scene) {
    yield* typed(scene);
    yield* once(scene);
    yield* later(scene);
    yield* acquired(scene);
    yield* instead(scene);
    yield* argument(scene);
  },
};
