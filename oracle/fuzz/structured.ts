import { AsmCase } from './asm-case.ts';
import { RAW_TP } from './setting.ts';
import type { Setting } from './setting.ts';
import { AsmWriter, SIZES } from './asm-writer.ts';
import type { Case, Generator } from './case.ts';

const SAVED = [6, 7, 8, 9];
const ITERATORS = [72, 80, 88, 96];

export type Weights = Readonly<Record<string, number>>;

/** How a program is built. */
export interface Shape {
  readonly weights: Weights;
  /** Most statements of a program, about. */
  readonly length: number;
  /** Chance in percent that there are subprograms, and how many at most. */
  readonly functions: readonly [chance: number, most: number];
}

/**
 * One random program as assembly: statements nested in blocks, with labels, one instruction a line; then its subprograms f1, f2, …
 * (each calls later ones) and callbacks cb1, ….
 */
export class Structured extends AsmWriter {
  protected functions = 0;
  /** 0 in the main program, n in fn, -1 in callbacks. */
  protected frame = 0;
  protected inUse: number[] = [];
  private readonly callbacks: (() => void)[] = [];
  private readonly called = new Set<number>();
  private extra = 0;
  protected readonly kinds: Record<string, (depth: number) => void>;
  protected readonly nesting = new Set(['pointer', 'branch', 'either', 'iterate', 'count', 'while', 'bounded']);

  constructor(
    seed: number,
    protected readonly shape: Shape,
  ) {
    super(seed);
    this.budget = 6 + this.dice.below(shape.length);
    this.kinds = {
      alu: () => this.alu(),
      copy: () => this.copy(),
      links: () => this.links(),
      random: () => this.random(this.reg()),
      memory: () => this.memory(),
      atomic: () => {
        const at = this.dice.chance(90) ? 8 * (1 + this.dice.below(8)) : 1 + this.dice.below(64);
        if (this.dice.chance(70)) this.emit(`*(u64 *)(r10 -${Math.ceil(at / 8) * 8}) = r${this.reg()}`);
        this.atomic(`r10 -${at}`);
      },
      branch: (depth) => this.branch(depth),
      either: (depth) => this.either(depth),
      iterate: (depth) => this.iterate(depth),
      count: (depth) => this.count(depth),
      while: (depth) => this.while(depth),
      bounded: (depth) => this.bounded(depth),
      index: () => this.index(),
      partial: () => this.partial(),
      pointer: (depth) => this.pointer(depth),
      lend: () => this.lend(),
      call: () => this.callFunction(),
      pass: () => this.passIterator(),
      loop: () => this.bpfLoop(),
      helper: () => this.helperMemory(),
      misuse: () => this.misuse(),
      stray: () => this.stray(),
    };
  }

  /** The program's lines. */
  program(): string[] {
    const { dice } = this;
    const [chance, most] = this.shape.functions;
    this.functions = dice.chance(chance) ? 1 + dice.below(most) : 0;
    this.prologue();
    this.block(0);
    this.epilogue();
    for (let f = 1; f <= this.functions; f++) {
      // What nobody calls is unreachable: seldom wanted.
      if (!this.called.has(f) && !dice.chance(2)) continue;
      this.enter(f, `f${f}:`);
      this.prologue();
      if (dice.chance(70)) this.emit(`r${dice.of(SAVED)} = r1`);
      this.block(1);
      this.epilogue();
    }
    for (let next = this.callbacks.shift(); next !== undefined; next = this.callbacks.shift()) next();
    return this.lines;
  }

  protected enter(frame: number, label: string): void {
    this.frame = frame;
    this.inUse = [];
    this.reserved = [];
    this.budget = 4 + this.dice.below(12);
    this.emit(label);
  }

  protected prologue(): void {
    const { dice } = this;
    if (this.frame !== 0) this.emit('r9 = r1');
    else {
      for (const r of SAVED) {
        if (dice.chance(45)) {
          this.random(r);
          if (dice.chance(60)) this.emit(`r${r} &= ${dice.of([1, 3, 7, 15, 255])}`);
        } else if (dice.chance(10)) this.emit('call bpf_ktime_get_ns#5', `r${r} = r0`);
        else this.emit(`r${r} = ${this.imm()}`);
      }
    }
    if (this.frame !== 0) for (const r of [6, 7, 8]) this.emit(`r${r} = ${dice.below(20)}`);
    const slots = dice.below(5);
    for (let i = 1; i <= slots; i++) this.emit(`*(u64 *)(r10 -${i * 8}) = r${dice.of(SAVED)}`);
  }

  protected epilogue(): void {
    this.emit(this.dice.chance(60) ? 'r0 = 0' : `r0 = r${this.reg()}`, 'exit');
  }

  protected block(depth: number): void {
    const count = 1 + this.dice.below(depth === 0 ? 10 : 4);
    for (let i = 0; i < count && this.budget > 0; i++) this.statement(depth);
  }

  private statement(depth: number): void {
    const kind = this.dice.weighted(this.shape.weights);
    (this.kinds[this.nesting.has(kind) && depth >= 3 ? 'alu' : kind] ?? unknownKind(kind))(depth);
  }

  private branch(depth: number): void {
    const over = this.label();
    this.emit(`if ${this.condition()} goto ${over}`);
    this.block(depth + 1);
    this.emit(`${over}:`);
  }

  private either(depth: number): void {
    const [other, end] = [this.label(), this.label()];
    this.emit(`if ${this.condition()} goto ${other}`);
    this.block(depth + 1);
    this.emit(`${this.dice.chance(80) ? 'goto' : 'gotol'} ${end}`, `${other}:`);
    this.block(depth + 1);
    this.emit(`${end}:`);
  }

  /** A loop that counts down to zero, if nothing in it interferes. */
  private count(depth: number): void {
    const { dice } = this;
    const r = this.reg();
    this.reserved.push(r);
    const again = this.label();
    this.emit(`r${r} = ${1 + dice.below(6)}`, `${again}:`);
    this.block(depth + 1);
    this.emit(`r${r} += -1`, `if r${r} ${dice.of(['!=', 's>', '>'])} 0 goto ${again}`);
    this.reserved.pop();
  }

  /** A loop that goes on while some condition holds: it may end, converge, or not. */
  private while(depth: number): void {
    const { dice } = this;
    const [again, end] = [this.label(), this.label()];
    this.emit(`${again}:`);
    if (dice.chance(50)) this.random(this.reg());
    this.emit(`if ${this.condition()} goto ${end}`);
    this.block(depth + 1);
    if (dice.chance(50)) this.emit(`r${this.reg()} += ${dice.of([1, 1, -1, 2])}`);
    this.emit(`${dice.chance(80) ? 'goto' : 'gotol'} ${again}`, `${end}:`);
  }

  /** A loop that the kernel bounds: may_goto leaves it at last. */
  private bounded(depth: number): void {
    const { dice } = this;
    const [again, end] = [this.label(), this.label()];
    this.emit(`${again}:`);
    if (dice.chance(95)) this.emit(`may_goto ${end}`);
    this.block(depth + 1);
    if (dice.chance(60)) this.emit(`r${this.reg()} += ${dice.of([1, 1, -1, 3])}`);
    if (dice.chance(40)) this.emit(`if ${this.condition()} goto ${end}`);
    this.emit(`goto ${again}`, `${end}:`);
  }

  /** A stack access at an unknown offset. */
  private index(): void {
    const { dice } = this;
    const r = this.reg();
    const [type, size] = dice.of(SIZES);
    if (dice.chance(75)) this.emit(`r${r} &= ${dice.of([1, 3, 7, 8, 15, 24])}`);
    this.emit('r1 = r10', `r1 += -${8 * (1 + dice.below(7))}`, `r1 += r${r}`);
    const form = dice.below(10);
    if (form < 5) this.emit(`r${this.reg()} = *(${type} *)(r1 +0)`);
    else if (form < 9)
      this.emit(`*(${dice.chance(80) ? 'u8' : type} *)(r1 +${dice.chance(90) ? 0 : size}) = r${this.reg()}`);
    else this.emit(`*(${type} *)(r1 +0) = ${dice.of([0, 1])}`);
  }

  /** A load, store or atomic operation through a pointer to 16 bytes of some stack. */
  private through(r: number): void {
    const { dice } = this;
    const [type, size] = dice.of(SIZES);
    const at = size * dice.below(16 / size);
    const form = dice.below(12);
    if (form < 4) this.emit(`r${this.reg()} = *(${type} *)(r${r} +${at})`);
    else if (form < 8) this.emit(`*(${type} *)(r${r} +${at}) = r${this.reg()}`);
    else if (form === 8) this.emit(`*(${type} *)(r${r} +${at}) = ${dice.of([0, 1, -1])}`);
    else if (form === 9) this.atomic(`r${r} +${dice.of([0, 8])}`);
    else {
      const index = this.reg();
      this.emit(`r${index} &= ${dice.of([1, 3, 7, 7, 15])}`, `r1 = r${r}`, `r1 += r${index}`);
      if (dice.chance(50)) this.emit(`r${this.reg()} = *(u8 *)(r1 +0)`);
      else this.emit(`*(u8 *)(r1 +0) = r${this.reg()}`);
    }
  }

  /** A pointer to this frame's stack that lives in a register, and in a slot for a while. */
  private pointer(depth: number): void {
    const { dice } = this;
    const r = this.reg();
    const at = 8 * (2 + dice.below(6));
    this.emit(`r${r} = r10`, `r${r} += -${at}`);
    this.reserved.push(r);
    for (let i = 1 + dice.below(3); i > 0; i--) this.through(r);
    if (dice.chance(40)) {
      const slot = 8 * (9 + dice.below(3)) + 40;
      this.emit(`*(u64 *)(r10 -${slot}) = r${r}`);
      this.block(depth + 1);
      this.emit(`r${r} = *(u64 *)(r10 -${slot})`);
      this.through(r);
    } else if (dice.chance(50)) {
      this.block(depth + 1);
      this.through(r);
    }
    this.reserved.pop();
    this.emit(`r${r} = ${dice.below(9)}`);
  }

  /** A function that works on its caller's stack, and may lend it on. */
  private lend(): void {
    const { dice } = this;
    const at = 8 * (2 + dice.below(6));
    for (const slot of [at, at - 8]) if (dice.chance(70)) this.emit(`*(u64 *)(r10 -${slot}) = r${this.reg()}`);
    this.emit('r1 = r10', `r1 += -${at}`, `r2 = r${this.reg()}`, `call f${this.lendTo(0)}`);
    if (dice.chance(70)) this.emit(`r${this.reg()} = r0`);
    if (dice.chance(60)) this.emit(`r${this.reg()} = *(u64 *)(r10 -${dice.of([at, at - 8])})`);
  }

  private lendTo(deep: number): number {
    const { dice } = this;
    const f = this.functions + ++this.extra;
    this.later(() => {
      this.enter(-1, `f${f}:`);
      this.emit('r6 = r1', 'r7 = r2', `r8 = ${dice.below(9)}`, 'r9 = 1');
      this.reserved = [6];
      for (let i = 1 + dice.below(3); i > 0; i--) this.through(6);
      if (dice.chance(50)) this.block(2);
      if (deep < 6 && dice.chance(35)) {
        this.emit('r1 = r6', `r2 = r${this.reg()}`, `call f${this.lendTo(deep + 1)}`);
        this.through(6);
      }
      this.emit(`r0 = r${dice.chance(97) ? this.reg() : 6}`, 'exit');
    });
    return f;
  }

  private callFunction(): void {
    const { dice } = this;
    if (this.frame < 0 || this.frame >= this.functions) {
      this.alu();
      return;
    }
    const target = dice.chance(98) ? this.frame + 1 + dice.below(this.functions - this.frame) : Math.max(1, this.frame);
    if (dice.chance(30)) this.emit('r1 = r10', `r1 += -${8 * (1 + dice.below(7))}`);
    else this.emit(`r1 = r${this.reg()}`);
    if (dice.chance(30)) this.emit(`r2 = r${this.reg()}`);
    this.called.add(target);
    this.emit(`call f${target}`);
    if (dice.chance(70)) this.emit(`r${this.reg()} = r0`);
  }

  /** An iterator that a subprogram steps or destroys. */
  private passIterator(): void {
    const { dice } = this;
    const at = ITERATORS.find((slot) => !this.inUse.includes(slot));
    if (at === undefined || this.frame < 0 || this.frame >= this.functions) return this.alu();
    this.inUse.push(at);
    this.construct(at);
    const f = this.functions + ++this.extra;
    const way = dice.below(4);
    const destroys = dice.chance(25);
    const [again, end] = [this.label(), this.label()];
    if (way < 3) this.emit(`${again}:`);
    this.emit('r1 = r10', `r1 += -${at}`, `call f${f}`);
    if (way < 3) {
      this.emit(`if r0 == 0 goto ${end}`);
      this.block(2);
      this.emit(`goto ${again}`, `${end}:`);
    }
    if (!destroys || dice.chance(10)) this.method('destroy', at);
    this.inUse.pop();
    this.callbacks.push(() => {
      this.enter(-1, `f${f}:`);
      this.emit('r6 = r1', 'r7 = 1', 'r8 = 2', 'r9 = 3');
      this.reserved = [6];
      if (dice.chance(40)) this.block(2);
      if (destroys && way >= 3) this.emit('r1 = r6', 'call bpf_iter_num_destroy', 'r0 = 0');
      else {
        const out = this.label();
        this.emit('r1 = r6', 'call bpf_iter_num_next', `if r0 == 0 goto ${out}`);
        if (dice.chance(60)) this.emit('r0 = *(u32 *)(r0 +0)');
        if (dice.chance(70)) this.emit('r0 = 1');
        this.emit('exit', `${out}:`);
        if (destroys) this.emit('r1 = r6', 'call bpf_iter_num_destroy');
        this.emit('r0 = 0');
      }
      this.emit('exit');
    });
  }

  /** bpf_loop with a callback that changes a place on the caller's stack. */
  private bpfLoop(): void {
    const { dice } = this;
    const n = ++this.extra;
    const at = 8 * (1 + dice.below(7));
    const count = dice.chance(75) ? String(dice.of([0, 1, 2, 5, 100, 8388608, 8388609])) : `r${this.reg()}`;
    this.emit(`*(u64 *)(r10 -${at}) = ${dice.below(4)}`);
    this.emit(`r1 = ${count}`, `r2 = func cb${n}`, 'r3 = r10', `r3 += -${at}`, `r4 = ${dice.chance(95) ? 0 : 1}`);
    this.emit('call bpf_loop#181');
    if (dice.chance(60)) this.emit(`r${this.reg()} = *(u64 *)(r10 -${at})`);
    if (dice.chance(30)) this.emit(`r${this.reg()} = r0`);
    if (this.callbacks.length > 3) return void this.callbacks.push(() => this.emit(`cb${n}:`, 'r0 = 0', 'exit'));
    this.callbacks.push(() => {
      this.enter(-1, `cb${n}:`);
      this.emit('r6 = r1', 'r7 = r2', `r8 = ${dice.below(10)}`, `r9 = ${dice.below(10)}`);
      this.reserved = [7];
      if (dice.chance(70)) this.emit('r8 = *(u64 *)(r7 +0)');
      this.block(2);
      if (dice.chance(60)) this.emit(`*(u64 *)(r7 +0) = r${this.reg()}`);
      this.callbackEnd();
    });
  }

  /** A callback's value must be 0 or 1. */
  protected callbackEnd(): void {
    const { dice } = this;
    const form = dice.below(10);
    if (form < 5) this.emit(`r0 = ${dice.of([0, 0, 0, 1])}`);
    else if (form < 8) this.emit(`r0 = r${this.reg()}`, 'r0 &= 1');
    else if (form === 8) this.emit('r0 = r6', 'r0 >>= 63');
    else this.emit(`r0 = r${this.reg()}`);
    this.emit('exit');
  }

  /** A later piece of code, written after the functions. */
  protected later(write: () => void): void {
    this.callbacks.push(write);
  }

  /** A number that no other function or callback has. */
  protected nextExtra(): number {
    return ++this.extra;
  }

  /** A helper that reads or writes stack memory, of known or unknown size. */
  private helperMemory(): void {
    const { dice } = this;
    const at = dice.of([8, 16, 24, 32, 40, 64]);
    const r = this.reg();
    let size = String(dice.of([1, 4, 8, 16, at, at, at + 8, 0]));
    if (dice.chance(40)) {
      this.emit(`r${r} &= ${dice.of([7, 15, 31])}`);
      if (dice.chance(50)) this.emit(`r${r} += 1`);
      size = `r${r}`;
    }
    this.emit('r1 = r10', `r1 += -${at}`);
    switch (dice.below(4)) {
      case 0:
        this.emit(`r2 = ${size}`, 'call bpf_get_current_comm#16');
        break;
      case 1:
        this.emit(`r2 = ${size}`, `r3 = ${dice.chance(50) ? 0 : `r${this.reg()}`}`, 'call bpf_probe_read_kernel#113');
        break;
      case 2:
        this.emit(`r2 = ${size}`, 'r3 = r10', 'call bpf_probe_read_kernel_str#115');
        break;
      default:
        this.emit(`r2 = ${size}`, `r3 = ${this.imm()}`, 'call bpf_trace_printk#6');
    }
    if (dice.chance(40)) this.emit(`r${this.reg()} = r0`);
  }

  private misuse(): void {
    const { dice } = this;
    const at = dice.of(ITERATORS);
    const word = dice.below(8);
    if (word === 0) this.emit(`*(u8 *)(r10 -${at - dice.below(8)}) = 1`);
    else if (word === 1) this.emit(`r${this.reg()} = *(u64 *)(r10 -${at})`);
    else if (word === 2) this.method('next', at);
    else if (word === 3) this.method('destroy', at);
    else if (word === 4) this.emit('r1 = r10', `r1 += -${at}`, 'r2 = 8', 'call bpf_get_current_comm#16');
    else if (word === 5) this.emit('r1 = r10', `r1 += -${at}`, `r1 += r${this.reg()}`, 'call bpf_iter_num_next');
    else if (word === 6) this.emit(`r1 = r${this.reg()}`, 'call bpf_iter_num_destroy');
    else this.construct(at);
  }

  protected method(name: 'next' | 'destroy', at: number): void {
    this.emit('r1 = r10', `r1 += -${at}`, `call bpf_iter_num_${name}`);
  }

  protected construct(at: number): void {
    const { dice } = this;
    const start = dice.chance(80) ? String(dice.below(3)) : `r${this.reg()}`;
    const end = dice.chance(80) ? String(dice.of([0, 3, 10, 1000, -1])) : `r${this.reg()}`;
    this.emit('r1 = r10', `r1 += -${at}`, `r2 = ${start}`, `r3 = ${end}`, 'call bpf_iter_num_new');
  }

  private iterate(depth: number): void {
    const { dice } = this;
    const at = ITERATORS.find((slot) => !this.inUse.includes(slot));
    if (at === undefined) return this.alu();
    this.inUse.push(at);
    const [again, end] = [this.label(), this.label()];
    this.construct(at);
    this.emit(`${again}:`);
    this.method('next', at);
    if (!dice.chance(3)) this.emit(`if r0 == 0 goto ${end}`);
    if (dice.chance(60)) this.emit(`r${this.reg()} = *(u32 *)(r0 +0)`);
    this.block(depth + 1);
    if (dice.chance(15)) this.emit(`if ${this.condition()} goto ${end}`);
    if (!dice.chance(5)) this.emit(`${dice.chance(90) ? 'goto' : 'gotol'} ${again}`);
    this.emit(`${end}:`);
    if (!dice.chance(4)) this.method('destroy', at);
    this.inUse.pop();
  }
}

function unknownKind(kind: string): never {
  throw new Error(`no statement is called '${kind}'`);
}

/** A generator of structured programs. */
export function structured(name: string, share: number, shape: Shape, setting: Setting = RAW_TP): Generator {
  return {
    name,
    share,
    generate: (seeds) => seeds.map((seed): Case => new AsmCase(new Structured(seed, shape).program(), setting)),
  };
}

const BASE = { alu: 20, random: 6, copy: 6, memory: 13, branch: 15, either: 6, index: 4 } as const;

/** Programs of instructions alone, each leaning on one thing. */
export const STRUCTURED: readonly Generator[] = [
  structured('mixed', 8, {
    weights: {
      ...BASE,
      links: 4,
      partial: 2,
      pointer: 2,
      lend: 2,
      iterate: 8,
      count: 4,
      bounded: 2,
      while: 2,
      call: 5,
      loop: 2,
      atomic: 3,
      helper: 3,
      misuse: 1,
      stray: 1,
    },
    length: 40,
    functions: [40, 2],
  }),
  structured('iterators', 8, {
    weights: {
      ...BASE,
      iterate: 25,
      count: 2,
      while: 2,
      bounded: 1,
      pointer: 3,
      lend: 3,
      partial: 3,
      call: 4,
      pass: 6,
      misuse: 4,
    },
    length: 40,
    functions: [50, 2],
  }),
  structured('scalars', 8, {
    weights: { alu: 50, random: 10, copy: 15, links: 15, memory: 3, branch: 30, either: 5, iterate: 1, index: 4 },
    length: 45,
    functions: [0, 1],
  }),
  structured('stack', 8, {
    weights: {
      alu: 10,
      random: 8,
      copy: 5,
      memory: 40,
      partial: 14,
      pointer: 8,
      lend: 4,
      branch: 12,
      either: 5,
      iterate: 3,
      count: 2,
      index: 14,
      call: 3,
      atomic: 8,
      helper: 8,
      misuse: 1,
    },
    length: 45,
    functions: [40, 2],
  }),
  structured('subprogs', 8, {
    weights: { ...BASE, iterate: 6, count: 3, call: 20, lend: 14, pass: 6, loop: 4, misuse: 1, stray: 1 },
    length: 40,
    functions: [95, 4],
  }),
  structured('frames', 3, {
    weights: { alu: 15, memory: 12, branch: 10, call: 40, lend: 10, iterate: 3, pass: 3, loop: 2, random: 4 },
    length: 30,
    functions: [100, 8],
  }),
  structured('loops', 8, {
    weights: {
      ...BASE,
      iterate: 15,
      count: 20,
      while: 9,
      bounded: 10,
      pointer: 3,
      lend: 3,
      partial: 3,
      links: 3,
      call: 2,
      loop: 4,
      misuse: 1,
    },
    length: 40,
    functions: [40, 2],
  }),
  structured('callbacks', 5, {
    weights: { ...BASE, loop: 25, iterate: 5, bounded: 3, count: 3, lend: 4, partial: 3, call: 3, links: 3 },
    length: 35,
    functions: [30, 2],
  }),
  structured('strays', 2, {
    weights: { ...BASE, iterate: 8, stray: 20, helper: 5, atomic: 5, misuse: 5 },
    length: 25,
    functions: [20, 2],
  }),
];
