import { AsmCase, loadable } from './asm-case.ts';
import type { Setting } from './setting.ts';
import { SIZES } from './asm-writer.ts';
import type { Generator } from './case.ts';
import { Dice } from '../../core/base/dice.ts';
import { Structured } from './structured.ts';
import type { Shape } from './structured.ts';

/** A program type, and where its context has what. */
interface Context {
  readonly setting: Setting;
  /** Bytes of context, about. */
  readonly size: number;
  /** Offsets of the packet's start, end and metadata. */
  readonly packet?: readonly [data: number, end: number, meta: number];
  readonly returns: readonly number[];
  readonly weight: number;
}

const tracing = (section: string, attach: number, kind: 'typedef' | 'func', name: string): Setting => ({
  section,
  type: 26,
  expectedAttachType: attach,
  target: { kind, name },
});

const CONTEXTS: readonly Context[] = [
  { setting: { section: 'raw_tp', type: 17 }, size: 64, returns: [0, 1, -1], weight: 2 },
  { setting: { section: 'socket', type: 1 }, size: 192, packet: [76, 80, 140], returns: [0, 1, 100], weight: 4 },
  { setting: { section: 'tc', type: 3 }, size: 192, packet: [76, 80, 140], returns: [0, 2, -1], weight: 6 },
  {
    setting: { section: 'xdp', type: 6, expectedAttachType: 37 },
    size: 24,
    packet: [0, 4, 8],
    returns: [0, 1, 2, 9],
    weight: 6,
  },
  { setting: { section: 'kprobe', type: 2 }, size: 168, returns: [0, 1], weight: 2 },
  { setting: { section: 'tracepoint', type: 5 }, size: 64, returns: [0, 1], weight: 2 },
  {
    setting: { section: 'cgroup_skb/egress', type: 8, expectedAttachType: 1 },
    size: 192,
    packet: [76, 80, 140],
    returns: [0, 1, 2, 3, 4],
    weight: 2,
  },
  {
    setting: tracing('tp_btf/sched_switch', 23, 'typedef', 'btf_trace_sched_switch'),
    size: 32,
    returns: [0, 0, 1],
    weight: 3,
  },
  {
    setting: tracing('tp_btf/sys_enter', 23, 'typedef', 'btf_trace_sys_enter'),
    size: 16,
    returns: [0, 0, 1],
    weight: 3,
  },
  {
    setting: tracing('fentry/bpf_fentry_test1', 24, 'func', 'bpf_fentry_test1'),
    size: 8,
    returns: [0, 0, 0, 1],
    weight: 3,
  },
  {
    setting: tracing('fexit/bpf_fentry_test2', 25, 'func', 'bpf_fentry_test2'),
    size: 24,
    returns: [0, 0, 0, 1],
    weight: 3,
  },
  {
    setting: tracing('fmod_ret/bpf_modify_return_test', 26, 'func', 'bpf_modify_return_test'),
    size: 24,
    returns: [0, 1, -1],
    weight: 1,
  },
  { setting: { section: 'syscall', type: 31, flags: 16 }, size: 64, returns: [0, 1], weight: 2 },
];
let choices: readonly Context[] | null = null;

/** Contexts as often as they weigh, of the types that may be loaded here. */
function contexts(): readonly Context[] {
  return (choices ??= loadable(CONTEXTS, ({ setting }) => setting).flatMap((context) =>
    Array.from({ length: context.weight }, () => context),
  ));
}

const SHAPE: Shape = {
  weights: {
    alu: 15,
    random: 5,
    copy: 4,
    memory: 6,
    branch: 10,
    either: 4,
    iterate: 3,
    count: 2,
    call: 2,
    context: 14,
    packet: 22,
  },
  length: 30,
  functions: [20, 1],
};

class WithContext extends Structured {
  constructor(
    seed: number,
    private readonly context: Context,
  ) {
    super(seed, SHAPE);
    Object.assign(this.kinds, {
      context: () => this.access(),
      packet: () => (context.packet === undefined ? this.access() : this.packet(context.packet)),
    });
  }

  protected override prologue(): void {
    if (this.frame !== 0) return super.prologue();
    this.emit('r6 = r1');
    this.reserved = [6];
    for (const r of [7, 8, 9]) this.emit(`r${r} = ${this.imm()}`);
  }

  protected override epilogue(): void {
    if (this.frame !== 0) return super.epilogue();
    if (this.dice.chance(80)) this.emit(`r0 = ${this.dice.of(this.context.returns)}`);
    else this.emit(`r0 = r${this.reg()}`, ...(this.dice.chance(60) ? ['r0 &= 1'] : []));
    this.emit('exit');
  }

  /** A load or store of the context; outside of the main program of whatever r6 is there. */
  private access(): void {
    const { dice } = this;
    const [type, width] = dice.of(this.context.setting.type === 26 ? [SIZES[0], SIZES[0], SIZES[1]] : SIZES);
    const at = width * dice.below(Math.ceil(this.context.size / width));
    const off = dice.chance(96) ? at : at + dice.of([1, -8, 200]);
    const sign = off < 0 ? '' : '+';
    if (this.frame !== 0) return this.alu();
    const form = dice.below(20);
    if (form < 15) this.emit(`r${this.reg()} = *(${type} *)(r6 ${sign}${off})`);
    else if (form === 15) this.emit(`r${this.reg()} = *(s32 *)(r6 ${sign}${off})`);
    else if (form < 18) this.emit(`*(${type} *)(r6 ${sign}${off}) = r${this.reg()}`);
    else if (form === 18) this.emit(`*(${type} *)(r6 ${sign}${off}) = ${dice.below(3)}`);
    else this.emit('r1 = r6', `r1 += ${dice.of([0, 4, 8])}`, `r${this.reg()} = *(${type} *)(r1 ${sign}${off})`);
  }

  /** The packet's bytes, after a check of its end. */
  private packet([data, end, meta]: readonly [number, number, number]): void {
    const { dice } = this;
    if (this.frame !== 0) return this.alu();
    const [type, width] = dice.of(SIZES);
    const useMeta = dice.chance(15);
    this.emit(`r2 = *(u32 *)(r6 +${useMeta ? meta : data})`, `r3 = *(u32 *)(r6 +${useMeta ? data : end})`);
    const index = this.reg();
    const unknown = dice.chance(35);
    if (unknown) {
      this.emit(`r${index} &= ${dice.of([7, 15, 63, 255, 0x7fff, 0xffff])}`);
      if (dice.chance(90)) this.emit(`r2 += r${index}`);
    }
    const checked = dice.of([1, 2, 8, 14, 20, 34, 64]);
    this.emit('r4 = r2', `r4 += ${checked}`);
    const over = this.label();
    const [a, b] = dice.chance(75) ? ['r4', 'r3'] : ['r3', 'r4'];
    const op = a === 'r4' ? dice.of(['>', '>', '>', '>=', '<', '==']) : dice.of(['<', '<', '<', '<=', '>']);
    this.emit(`if ${a} ${op} ${b} goto ${over}`);
    const at = dice.chance(92) ? dice.below(Math.max(1, checked - width + 1)) : checked - width + 1;
    const store = dice.chance(25);
    const target = this.reg();
    if (store) this.emit(`*(${type} *)(r2 +${Math.max(0, at)}) = ${dice.chance(50) ? `r${target}` : '7'}`);
    else this.emit(`r${target} = *(${type} *)(r2 +${Math.max(0, at)})`);
    if (dice.chance(15)) this.emit(`r${this.reg()} = *(u8 *)(r4 -1)`);
    if (dice.chance(10)) this.emit('r4 -= r2', `r${this.reg()} = r4`);
    this.emit(`${over}:`);
  }
}

/** Programs of other types than raw tracepoints: their contexts, packets and return values. */
export const CONTEXT_GENERATOR: Generator = {
  name: 'contexts',
  share: 8,
  generate: (seeds) =>
    seeds.map((seed) => {
      const context = new Dice(seed ^ 0x2545f491).of(contexts());
      return new AsmCase(new WithContext(seed, context).program(), context.setting);
    }),
};
