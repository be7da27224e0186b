import { AsmCase, loadable } from './asm-case.ts';
import { RAW_TP } from './setting.ts';
import type { Setting } from './setting.ts';
import type { Generator } from './case.ts';
import { Dice } from '../../core/base/dice.ts';
import { programBtf } from './kernel.ts';
import { Structured } from './structured.ts';
import type { Shape } from './structured.ts';

interface Kind {
  readonly name: string;
  /** Bytes of state. */
  readonly size: number;
  /** Struct that an element is; undefined for a number. */
  readonly element?: string;
  readonly arguments: readonly Argument[];
  readonly weight: number;
}
type Argument = 'number' | 'flags' | 'task' | 'css' | 'words' | 'address';

const KINDS: readonly Kind[] = [
  { name: 'num', size: 8, arguments: ['number', 'number'], weight: 2 },
  { name: 'bits', size: 16, arguments: ['words', 'number'], weight: 3 },
  { name: 'task', size: 24, element: 'task_struct', arguments: ['task', 'flags'], weight: 4 },
  { name: 'task_vma', size: 8, element: 'vm_area_struct', arguments: ['task', 'address'], weight: 3 },
  { name: 'css', size: 24, element: 'cgroup_subsys_state', arguments: ['css', 'flags'], weight: 3 },
  { name: 'css_task', size: 8, element: 'task_struct', arguments: ['css', 'flags'], weight: 2 },
  { name: 'kmem_cache', size: 8, element: 'kmem_cache', arguments: [], weight: 3 },
  { name: 'dmabuf', size: 8, element: 'dma_buf', arguments: [], weight: 2 },
];
const CHOICES = KINDS.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));

const SETTINGS: readonly Setting[] = [
  RAW_TP,
  RAW_TP,
  { section: 'syscall', type: 31, flags: 16 },
  { section: 'syscall', type: 31, flags: 16 },
  {
    section: 'tp_btf/task_newtask',
    type: 26,
    expectedAttachType: 23,
    target: { kind: 'typedef', name: 'btf_trace_task_newtask' },
  },
  {
    section: 'fentry.s/__x64_sys_getpgid',
    type: 26,
    expectedAttachType: 24,
    flags: 16,
    target: { kind: 'func', name: '__x64_sys_getpgid' },
  },
  { section: 'tc', type: 3 },
];

let settings: readonly Setting[] | null = null;

const SHAPE: Shape = {
  weights: { alu: 12, random: 4, copy: 3, memory: 5, branch: 8, either: 3, walk: 30, rcu: 4, take: 4, call: 2 },
  length: 30,
  functions: [15, 1],
};

/** Iterators lie below the part of the stack that plain stores use. */
const LOWEST = 72;

class WithIterators extends Structured {
  private held = 0;

  constructor(seed: number) {
    super(seed, SHAPE);
    Object.assign(this.kinds, {
      walk: (depth: number) => this.walk(depth),
      rcu: (depth: number) => this.section(depth),
      take: (depth: number) => this.take(depth),
    });
    for (const kind of ['walk', 'rcu', 'take']) this.nesting.add(kind);
  }

  /** Puts a constructor's argument into a register. */
  private argument(arg: Argument, r: number): void {
    const { dice } = this;
    if (dice.chance(4)) return this.emit(`r${r} = ${dice.of(['r10', 'r7', '0', '1'])}`);
    switch (arg) {
      case 'number':
        this.emit(`r${r} = ${dice.chance(80) ? dice.of([0, 1, 2, 10]) : `r${this.reg()}`}`);
        break;
      case 'flags':
        this.emit(`r${r} = ${dice.chance(90) ? dice.of([0, 1, 2]) : `r${this.reg()}`}`);
        break;
      case 'address':
        this.emit(`r${r} = ${dice.chance(80) ? 0 : `r${this.reg()}`}`);
        break;
      case 'words':
        this.emit(`r${r} = r10`, `r${r} += -${8 * (1 + dice.below(3))}`);
        break;
      case 'task':
      case 'css':
        this.emit(`r${r} = ${dice.chance(85) ? 'r0' : '0'}`);
    }
  }

  private walk(depth: number): void {
    const { dice } = this;
    if (this.held > 120 || this.frame !== 0) return this.alu();
    const kind = dice.of(CHOICES);
    const at = LOWEST + this.held + kind.size;
    this.held += kind.size;
    const locked = dice.chance(kind.name === 'task' || kind.name.startsWith('css') ? 55 : 10);
    if (locked) this.emit('call bpf_rcu_read_lock');
    if (kind.arguments.includes('task')) this.emit('call bpf_get_current_task_btf#158');
    let release: string[] = [];
    if (kind.arguments.includes('css')) {
      this.emit(`r1 = ${dice.below(3)}`, 'call bpf_cgroup_from_id');
      const some = this.label();
      if (dice.chance(95)) this.emit(`if r0 != 0 goto ${some}`);
      if (locked) this.emit('call bpf_rcu_read_unlock');
      this.emit('r0 = 0', 'exit', `${some}:`, `*(u64 *)(r10 -${LOWEST}) = r0`);
      release = [`r1 = *(u64 *)(r10 -${LOWEST})`, 'call bpf_cgroup_release'];
    }
    // The address comes last: what the other arguments come from is in r0.
    kind.arguments.forEach((arg, i) => this.argument(arg, i + 2));
    this.emit('r1 = r10', `r1 += -${dice.chance(98) ? at : at - 8}`, `call bpf_iter_${kind.name}_new`);
    const [again, end] = [this.label(), this.label()];
    const method = (name: string): void => {
      const other = dice.chance(98) ? kind : dice.of(KINDS);
      this.emit('r1 = r10', `r1 += -${at}`, `call bpf_iter_${other.name}_${name}`);
    };
    this.emit(`${again}:`);
    method('next');
    if (dice.chance(96)) this.emit(`if r0 == 0 goto ${end}`);
    if (kind.element === undefined) {
      if (dice.chance(60)) this.emit(`r${this.reg()} = *(u32 *)(r0 +0)`);
    } else if (dice.chance(75)) this.field('r0', kind.element);
    this.block(depth + 1);
    if (locked && dice.chance(5)) this.emit('call bpf_rcu_read_unlock', 'call bpf_rcu_read_lock');
    if (dice.chance(95)) this.emit(`goto ${again}`);
    this.emit(`${end}:`);
    if (dice.chance(96)) method('destroy');
    if (dice.chance(96)) this.emit(...release);
    if (locked && dice.chance(96)) this.emit('call bpf_rcu_read_unlock');
    this.held -= kind.size;
  }

  /** Reads a member of a kernel structure. */
  private field(pointer: string, struct: string): void {
    const { dice } = this;
    const btf = programBtf();
    const type = btf.type(btf.find('struct', struct));
    if (type.kind !== 'struct') return;
    const member = dice.of(type.members);
    let size = 8;
    try {
      size = btf.sizeOf(member.type);
    } catch {
      // A flexible array has no size.
    }
    const width = dice.chance(90) ? ([8, 4, 2, 1].find((w) => w <= size) ?? 8) : dice.of([8, 4, 2, 1]);
    const off = member.bitOffset >> 3;
    if (off > 32767) return;
    const target = this.reg();
    this.emit(`r${target} = *(u${width * 8} *)(${pointer} +${off})`);
    // It may be a pointer, which other statements take for a number.
    if (dice.chance(70)) this.emit(`r${target} = ${dice.below(9)}`);
  }

  private section(depth: number): void {
    const { dice } = this;
    const pair = dice.chance(70)
      ? ['bpf_rcu_read_lock', 'bpf_rcu_read_unlock']
      : ['bpf_preempt_disable', 'bpf_preempt_enable'];
    this.emit(`call ${pair[0]!}`);
    this.block(depth + 1);
    if (dice.chance(93)) this.emit(`call ${pair[1]!}`);
  }

  /** A task that is taken and given back. */
  private take(depth: number): void {
    const { dice } = this;
    if (this.frame !== 0) return this.alu();
    const over = this.label();
    if (dice.chance(50)) this.emit(`r1 = ${dice.below(3)}`, 'call bpf_task_from_pid');
    else this.emit('call bpf_get_current_task_btf#158', 'r1 = r0', 'call bpf_task_acquire');
    const r = this.reg();
    this.emit(`r${r} = r0`);
    if (dice.chance(95)) this.emit(`if r0 == 0 goto ${over}`);
    this.reserved.push(r);
    if (dice.chance(60)) this.field(`r${r}`, 'task_struct');
    this.block(depth + 1);
    this.reserved.pop();
    if (dice.chance(94)) this.emit(`r1 = r${r}`, 'call bpf_task_release');
    this.emit(`${over}:`, `r${r} = ${dice.below(9)}`);
  }
}

/** Iterators of every kind with right and wrong arguments, in and out of read sections, in programs that may sleep and that may not. */
export const ITERATOR_GENERATOR: Generator = {
  name: 'kernel-iterators',
  share: 8,
  generate: (seeds) =>
    seeds.map((seed) => {
      const setting = new Dice(seed ^ 0x68bc21eb).of((settings ??= loadable(SETTINGS, (setting) => setting)));
      return new AsmCase(new WithIterators(seed).program(), setting);
    }),
};
