import type { BtfType } from '../../core/btf/btf.ts';
import { ITER_TARGETS } from '../../core/kernel/catalogue/iter-targets/index.ts';
import { helperName } from '../../core/isa/helper-names.ts';
import { AsmCase, loadable } from './asm-case.ts';
import { AsmWriter, SIZES } from './asm-writer.ts';
import type { Generator } from './case.ts';
import { programBtf } from './kernel.ts';
import type { Setting } from './setting.ts';

// Programs for every target of iterator programs: their contexts, the pointers that lead on from there, what they write and call.

const PROG_TRACING = 26;
const TRACE_ITER = 28;
const SLEEPABLE = 16;

const SETTINGS: readonly Setting[] = ITER_TARGETS.flatMap(({ name }) =>
  [0, SLEEPABLE].map((flags) => ({
    section: `iter${flags === 0 ? '' : '.s'}/${name}`,
    type: PROG_TRACING,
    expectedAttachType: TRACE_ITER,
    target: { kind: 'func' as const, name: `bpf_iter_${name}` },
    flags,
  })),
);

/** Helpers that some iterator programs may call, and some that none may. */
const HELPERS = [5, 7, 8, 14, 16, 93, 107, 109, 113, 115, 127, 141, 148, 150, 158, 175, 191];

type Struct = BtfType & { readonly kind: 'struct' | 'union' };

/** What a register holds, as far as the writer knows: a pointer to a structure of the kernel, or anything. */
type Thing = Struct | null;

class TargetWriter extends AsmWriter {
  private readonly things = new Map<number, Thing>([7, 8, 9].map((r) => [r, null]));
  private readonly careful = this.dice.chance(55);
  private readonly context: Struct | null;

  constructor(seed: number, { target }: Setting) {
    super(seed);
    const btf = programBtf();
    const id = btf.find('struct', target!.name.replace('bpf_iter_', 'bpf_iter__'));
    this.context = id === 0 ? null : structOf(btf.type(id));
  }

  private right(percent: number): boolean {
    return this.dice.chance(this.careful ? 98 : percent);
  }

  program(): string[] {
    const { dice } = this;
    this.emit('r6 = r1', 'r7 = 0', 'r8 = 0', 'r9 = 0');
    for (let at = 8; at <= 64; at += 8) this.emit(`*(u64 *)(r10 -${at}) = 0`);
    for (let n = 3 + dice.below(7); n > 0; n--) this.statement();
    this.emit(`r0 = ${this.right(80) ? dice.of([0, 1]) : dice.of([2, -1, 5])}`, 'exit');
    return this.lines;
  }

  private statement(): void {
    switch (this.dice.weighted({ context: 5, follow: 6, write: 3, call: 2, kfunc: 2, alu: 1 })) {
      case 'context':
        return this.fromContext();
      case 'follow':
        return this.follow();
      case 'write':
        return this.output();
      case 'call':
        return this.helper();
      case 'kfunc':
        return this.kfunc();
      default:
        return this.emit(
          `r${this.dice.of([7, 8, 9])} ${this.dice.of(['+=', '-=', '&='])} ${this.dice.of([0, 1, 8, 16])}`,
        );
    }
  }

  /** A word of the context: one of its pointers, or somewhere. */
  private fromContext(): void {
    const { dice } = this;
    const members = this.context?.members ?? [];
    const r = dice.of([7, 8, 9]);
    if (!this.right(75) || members.length === 0) {
      const [type] = dice.of(SIZES);
      const at = dice.of([0, 8, 12, 16, 20, 24, 28, 32, -8, 4]);
      this.things.set(r, null);
      if (dice.chance(12)) return this.emit(`*(${type} *)(r6 ${at < 0 ? '' : '+'}${at}) = r7`);
      return this.emit(`r${r} = *(${type} *)(r6 ${at < 0 ? '-8' : `+${at}`})`);
    }
    const member = dice.of(members);
    const size = programBtf().sizeOf(member.type);
    this.load(r, 6, member.bitOffset / 8, size, pointee(member.type));
    this.check(r);
  }

  private load(r: number, from: number, at: number, size: number, thing: Thing): void {
    this.emit(`r${r} = *(u${size * 8} *)(r${from} +${at})`);
    this.things.set(r, thing);
  }

  /** Ends the program where the register is NULL; mostly. */
  private check(r: number): void {
    const { dice } = this;
    if (!this.right(75)) return;
    if (dice.chance(80)) this.emit(`if r${r} != 0 goto pc+2`, 'r0 = 0', 'exit');
    else this.emit(`if r${r} == 0 goto pc+1`, `r1 = *(u32 *)(r${r} +0)`);
  }

  /** Goes on from a structure to one of its members. */
  private follow(): void {
    const { dice } = this;
    const known = [...this.things].filter(([, thing]) => thing !== null);
    if (known.length === 0) return this.fromContext();
    const [from, thing] = dice.of(known);
    const r = dice.of([7, 8, 9]);
    if (!this.right(80)) {
      const [type] = dice.of(SIZES);
      const at = dice.below(Math.min(32000, thing!.size + 16));
      if (dice.chance(15)) return this.emit(`*(${type} *)(r${from} +${at}) = 1`);
      this.things.set(r, null);
      return this.emit(`r${r} = *(${type} *)(r${from} +${at})`);
    }
    const plain = thing!.members.filter(
      ({ bitSize, bitOffset }) => bitSize === 0 && bitOffset % 8 === 0 && bitOffset < 8 * 32000,
    );
    if (plain.length === 0) return;
    const pointers = plain.filter(({ type }) => pointee(type) !== null);
    const member = pointers.length > 0 && dice.chance(70) ? dice.of(pointers) : dice.of(plain);
    const type = programBtf().skipModifiers(member.type);
    const at = member.bitOffset / 8;
    if ((type.kind === 'struct' || type.kind === 'union') && pointee(member.type) === null) {
      if (dice.chance(60)) return this.load(r, from, at, dice.of([1, 2, 4, 8]), null);
      this.emit(...(r === from ? [] : [`r${r} = r${from}`]), `r${r} += ${at}`);
      this.things.set(r, structOf(type));
      return;
    }
    const size = type.kind === 'array' ? 1 : programBtf().sizeOf(type.id);
    if (![1, 2, 4, 8].includes(size)) return;
    this.load(r, from, at, size, pointee(member.type));
    if (pointee(member.type) !== null && dice.chance(50)) this.check(r);
  }

  /** bpf_seq_printf (126), bpf_seq_write (127) or bpf_seq_printf_btf (150). */
  private output(): void {
    const { dice } = this;
    if (this.right(90)) this.emit('r1 = *(u64 *)(r6 +0)', 'r1 = *(u64 *)(r1 +0)');
    else this.emit(`r1 = ${dice.of(['r6', 'r7', 'r10', '0'])}`);
    const memory = (r: number): void =>
      this.emit(
        ...(this.right(80) ? [`r${r} = r10`, `r${r} += -64`] : [`r${r} = ${dice.of(['r7', 'r8', '0', 'r6'])}`]),
      );
    const size = (r: number): void => {
      if (this.right(75)) this.emit(`r${r} = ${dice.of([0, 4, 8, 16, 64])}`);
      else
        this.emit(`r${r} = r${dice.of([7, 8, 9])}`, ...(dice.chance(60) ? [`r${r} &= ${dice.of([7, 63, 127])}`] : []));
    };
    switch (dice.below(3)) {
      case 0:
        memory(2);
        this.emit(`r3 = ${dice.of([1, 8, 16])}`);
        memory(4);
        size(5);
        return this.emit('call bpf_seq_printf#126');
      case 1:
        memory(2);
        size(3);
        return this.emit('call bpf_seq_write#127');
      default:
        memory(2);
        return this.emit(`r3 = ${this.right(80) ? 16 : 8}`, 'r4 = 0', 'call bpf_seq_printf_btf#150');
    }
  }

  private helper(): void {
    const { dice } = this;
    for (let r = 1; r <= 5; r++)
      this.emit(...dice.of([[`r${r} = r10`, `r${r} += -64`], [`r${r} = 8`], [`r${r} = r${dice.of([6, 7, 8, 9])}`]]));
    const id = dice.of(HELPERS);
    this.emit(`call ${helperName(id)!}#${id}`);
    if (id === 158) this.emit('r7 = r0');
  }

  /** What keeps an object that a register points at, and gives it back. */
  private kfunc(): void {
    const { dice } = this;
    const known = [...this.things].filter(([, thing]) => thing !== null && thing.name in KEPT);
    if (known.length === 0) return this.follow();
    const [r, thing] = dice.of(known);
    const { acquire, release, asks } = KEPT[thing!.name]!;
    const locked = dice.chance(25);
    if (locked) this.emit('call bpf_rcu_read_lock');
    if (acquire !== undefined && dice.chance(70)) {
      const over = this.label();
      this.emit(`r1 = r${r}`, `call ${acquire}`);
      if (this.right(85)) this.emit(`if r0 == 0 goto ${over}`);
      if (this.right(92)) this.emit('r1 = r0', `call ${release!}`);
      this.emit(`${over}:`);
    } else if (asks !== undefined) this.emit(`r1 = r${r}`, 'r2 = 0', `call ${asks}`);
    if (locked) this.emit('call bpf_rcu_read_unlock');
  }
}

const KEPT: Readonly<Record<string, { acquire?: string; release?: string; asks?: string }>> = {
  task_struct: { acquire: 'bpf_task_acquire', release: 'bpf_task_release' },
  cgroup: { acquire: 'bpf_cgroup_acquire', release: 'bpf_cgroup_release' },
  bpf_map: { asks: 'bpf_map_sum_elem_count' },
  sock_common: { asks: 'bpf_sock_destroy' },
  sock: { asks: 'bpf_sock_destroy' },
  udp_sock: { asks: 'bpf_sock_destroy' },
  unix_sock: { asks: 'bpf_sock_destroy' },
  cgroup_subsys_state: { asks: 'css_rstat_updated' },
};

const structOf = (type: BtfType): Struct | null => (type.kind === 'struct' || type.kind === 'union' ? type : null);

/** The structure behind a pointer; through the union that pointers of contexts lie in. */
function pointee(id: number): Thing {
  const btf = programBtf();
  let type = btf.skipModifiers(id);
  if (type.kind === 'union' && type.name === '' && type.members.length === 1)
    type = btf.skipModifiers(type.members[0]!.type);
  return type.kind === 'ptr' ? structOf(btf.skipModifiers(type.type)) : null;
}

const settings = (): readonly Setting[] => (usable ??= loadable(SETTINGS, (setting) => setting));
let usable: readonly Setting[] | null = null;

/** Programs for the targets of iterator programs. */
export const TARGET_GENERATOR: Generator = {
  name: 'targets',
  share: 6,
  generate: (seeds) =>
    seeds.map((seed) => {
      const choices = settings();
      const setting = choices[(seed >>> 0) % choices.length]!;
      return new AsmCase(new TargetWriter(seed, setting).program(), setting);
    }),
};
