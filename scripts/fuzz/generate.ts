/** A seeded source of numbers (mulberry32). */
export class Dice {
  constructor(private state: number) {}
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }
  /** 0 to n - 1. */
  below(n: number): number {
    return this.next() % n;
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }
}

/** What a generator leans on. */
export const THEMES = ['mixed', 'iterators', 'scalars', 'stack', 'subprogs', 'loops'] as const;
export type Theme = (typeof THEMES)[number];

const IMMEDIATES = [
  0, 1, 2, 3, 5, 7, 8, 15, 16, 31, 63, 100, 255, 256, 1000, 0x7fff, 0x7fffffff, -1, -2, -5, -8, -128, -2147483648,
];
const JUMPS = ['==', '!=', '>', '>=', '<', '<=', 's>', 's>=', 's<', 's<=', '&'];
const ALU = ['+=', '-=', '*=', '&=', '|=', '^=', '/=', '%=', 's/=', 's%='];
const SHIFTS = ['<<=', '>>=', 's>>='];
const SIZES = [
  ['u64', 8],
  ['u32', 4],
  ['u16', 2],
  ['u8', 1],
] as const;
const SAVED = [6, 7, 8, 9];
const ITERATORS = [72, 80, 88, 96];

type Kind =
  'alu' | 'random' | 'copy' | 'memory' | 'branch' | 'either' | 'iterate' | 'count' | 'index' | 'call' | 'misuse';

const WEIGHTS: Readonly<Record<Theme, Readonly<Record<Kind, number>>>> = {
  mixed: {
    alu: 25,
    random: 8,
    copy: 8,
    memory: 15,
    branch: 15,
    either: 6,
    iterate: 8,
    count: 4,
    index: 5,
    call: 5,
    misuse: 1,
  },
  iterators: {
    alu: 15,
    random: 5,
    copy: 5,
    memory: 12,
    branch: 15,
    either: 8,
    iterate: 25,
    count: 2,
    index: 4,
    call: 4,
    misuse: 5,
  },
  scalars: {
    alu: 50,
    random: 10,
    copy: 15,
    memory: 3,
    branch: 30,
    either: 5,
    iterate: 1,
    count: 0,
    index: 4,
    call: 0,
    misuse: 0,
  },
  stack: {
    alu: 10,
    random: 8,
    copy: 5,
    memory: 50,
    branch: 12,
    either: 5,
    iterate: 3,
    count: 2,
    index: 12,
    call: 3,
    misuse: 1,
  },
  subprogs: {
    alu: 15,
    random: 5,
    copy: 5,
    memory: 12,
    branch: 12,
    either: 5,
    iterate: 8,
    count: 3,
    index: 5,
    call: 30,
    misuse: 2,
  },
  loops: {
    alu: 20,
    random: 5,
    copy: 5,
    memory: 12,
    branch: 15,
    either: 5,
    iterate: 15,
    count: 20,
    index: 5,
    call: 2,
    misuse: 1,
  },
};

/** Writes one random program as assembly: statements nested in blocks, with labels, one instruction a line. */
export class Generator {
  readonly #lines: string[] = [];
  readonly #dice: Dice;
  readonly #weights: readonly (readonly [Kind, number])[];
  #labels = 0;
  #budget: number;
  #inUse: number[] = [];
  #counters: number[] = [];
  #frame = 0;

  constructor(
    seed: number,
    readonly theme: Theme,
  ) {
    this.#dice = new Dice(seed);
    this.#budget = 6 + this.#dice.below(40);
    this.#weights = Object.entries(WEIGHTS[theme]) as [Kind, number][];
  }

  /** The program's lines. */
  program(): string[] {
    const functions = this.#dice.chance(this.theme === 'subprogs' ? 95 : 40) ? 1 + this.#dice.below(2) : 0;
    this.#functions = functions;
    this.#prologue();
    this.#block(0);
    this.#epilogue();
    for (let f = 1; f <= functions; f++) {
      this.#frame = f;
      this.#inUse = [];
      this.#counters = [];
      this.#budget = 4 + this.#dice.below(12);
      this.#emit(`f${f}:`);
      this.#prologue();
      if (this.#dice.chance(70)) this.#emit(`r${this.#dice.of(SAVED)} = r1`);
      this.#block(1);
      this.#epilogue();
    }
    return this.#lines;
  }
  #functions = 0;

  #emit(...lines: string[]): void {
    this.#lines.push(...lines);
    this.#budget -= lines.length;
  }
  #label(): string {
    return `l${++this.#labels}`;
  }
  #imm(): number {
    return this.#dice.chance(80) ? this.#dice.of(IMMEDIATES) : this.#dice.next() | 0;
  }
  /** A number register, seldom one that a loop counts with. */
  #reg(): number {
    const free = SAVED.filter((r) => !this.#counters.includes(r));
    return this.#dice.of(free.length > 0 ? free : SAVED);
  }

  #prologue(): void {
    const dice = this.#dice;
    const saved = [...SAVED];
    if (this.#frame > 0) this.#emit('r9 = r1');
    else {
      for (const r of saved) {
        if (dice.chance(45))
          this.#emit(
            'call bpf_get_prandom_u32#7',
            `r${r} = r0`,
            ...(dice.chance(60) ? [`r${r} &= ${dice.of([1, 3, 7, 15, 255])}`] : []),
          );
        else if (dice.chance(10)) this.#emit('call bpf_ktime_get_ns#5', `r${r} = r0`);
        else this.#emit(`r${r} = ${this.#imm()}`);
      }
    }
    if (this.#frame > 0) for (const r of [6, 7, 8]) this.#emit(`r${r} = ${dice.below(20)}`);
    const slots = dice.below(this.theme === 'stack' ? 5 : 3);
    for (let i = 1; i <= slots; i++) this.#emit(`*(u64 *)(r10 -${i * 8}) = r${dice.of(saved)}`);
  }
  #epilogue(): void {
    this.#emit(this.#dice.chance(60) ? 'r0 = 0' : `r0 = r${this.#reg()}`, 'exit');
  }

  #block(depth: number): void {
    const count = 1 + this.#dice.below(depth === 0 ? 10 : 4);
    for (let i = 0; i < count && this.#budget > 0; i++) this.#statement(depth);
  }

  #statement(depth: number): void {
    const total = this.#weights.reduce((sum, [, weight]) => sum + weight, 0);
    let at = this.#dice.below(total);
    let kind: Kind = 'alu';
    for (const [name, weight] of this.#weights) {
      if (at < weight) {
        kind = name;
        break;
      }
      at -= weight;
    }
    const nests = kind === 'branch' || kind === 'either' || kind === 'iterate' || kind === 'count';
    if (nests && depth >= 3) kind = 'alu';
    this.#kinds[kind](depth);
  }

  readonly #kinds: Readonly<Record<Kind, (depth: number) => void>> = {
    alu: () => this.#alu(),
    random: () => {
      this.#emit('call bpf_get_prandom_u32#7', `r${this.#reg()} = r0`);
    },
    copy: () => {
      const [a, b] = [this.#reg(), this.#reg()];
      const form = this.#dice.below(8);
      if (form < 4) this.#emit(`r${a} = r${b}`);
      else if (form < 6) this.#emit(`w${a} = w${b}`);
      else if (form === 6) this.#emit(`r${a} = (s${this.#dice.of([8, 16, 32])})r${b}`);
      else this.#emit(`w${a} = (s${this.#dice.of([8, 16])})w${b}`);
      if (this.#dice.chance(30)) this.#emit(`r${a} += ${this.#dice.of([1, 2, 5, -1, 8])}`);
    },
    memory: () => this.#memory(),
    branch: (depth) => {
      const over = this.#label();
      this.#emit(`if ${this.#condition()} goto ${over}`);
      this.#block(depth + 1);
      this.#emit(`${over}:`);
    },
    either: (depth) => {
      const [other, end] = [this.#label(), this.#label()];
      this.#emit(`if ${this.#condition()} goto ${other}`);
      this.#block(depth + 1);
      this.#emit(`goto ${end}`, `${other}:`);
      this.#block(depth + 1);
      this.#emit(`${end}:`);
    },
    iterate: (depth) => this.#iterate(depth),
    count: (depth) => {
      const r = this.#reg();
      this.#counters.push(r);
      const again = this.#label();
      this.#emit(`r${r} = ${1 + this.#dice.below(6)}`, `${again}:`);
      this.#block(depth + 1);
      this.#emit(`r${r} += -1`, `if r${r} ${this.#dice.of(['!=', 's>', '>'])} 0 goto ${again}`);
      this.#counters.pop();
    },
    index: () => {
      const r = this.#reg();
      const [type, size] = this.#dice.of(SIZES);
      if (this.#dice.chance(75)) this.#emit(`r${r} &= ${this.#dice.of([1, 3, 7, 8, 15, 24])}`);
      this.#emit('r1 = r10', `r1 += -${8 * (1 + this.#dice.below(7))}`, `r1 += r${r}`);
      if (this.#dice.chance(50)) this.#emit(`r${this.#reg()} = *(${type} *)(r1 +0)`);
      else
        this.#emit(
          `*(${this.#dice.chance(80) ? 'u8' : type} *)(r1 +${this.#dice.chance(90) ? 0 : size}) = r${this.#reg()}`,
        );
    },
    call: () => {
      if (this.#frame >= this.#functions) {
        this.#alu();
        return;
      }
      const target = this.#frame + 1 + this.#dice.below(this.#functions - this.#frame);
      if (this.#dice.chance(30)) this.#emit('r1 = r10', `r1 += -${8 * (1 + this.#dice.below(7))}`);
      else this.#emit(`r1 = r${this.#reg()}`);
      this.#emit(`call f${target}`);
      if (this.#dice.chance(70)) this.#emit(`r${this.#reg()} = r0`);
    },
    misuse: () => {
      const at = this.#dice.of(ITERATORS);
      const word = this.#dice.below(5);
      if (word === 0) this.#emit(`*(u8 *)(r10 -${at - this.#dice.below(8)}) = 1`);
      else if (word === 1) this.#emit(`r${this.#reg()} = *(u64 *)(r10 -${at})`);
      else if (word === 2) this.#method('next', at);
      else if (word === 3) this.#method('destroy', at);
      else this.#new(at);
    },
  };

  #alu(): void {
    const dice = this.#dice;
    const [a, b] = [this.#reg(), this.#reg()];
    const width = dice.chance(65) ? 'r' : 'w';
    const form = dice.below(20);
    if (form < 3)
      this.#emit(
        `${width}${a} ${dice.of(SHIFTS)} ${dice.chance(85) ? dice.below(width === 'r' ? 64 : 32) : `${width}${b}`}`,
      );
    else if (form === 3) this.#emit(`${width}${a} = -${width}${a}`);
    else if (form === 4)
      this.#emit(`r${a} = ${dice.of(['be16', 'be32', 'be64', 'bswap16', 'bswap32', 'bswap64'])} r${a}`);
    else if (form === 5) this.#emit(`${width}${a} = ${this.#imm()}`);
    else if (form < 13) this.#emit(`${width}${a} ${dice.of(ALU.slice(0, 6))} ${width}${b}`);
    else if (form === 13) this.#emit(`${width}${a} ${dice.of(ALU)} ${width}${b}`);
    else {
      const op = dice.of(ALU);
      const imm = this.#imm();
      this.#emit(`${width}${a} ${op} ${imm === 0 && /[/%]/.test(op) ? 3 : imm}`);
    }
  }

  #condition(): string {
    const dice = this.#dice;
    const width = dice.chance(65) ? 'r' : 'w';
    const right = dice.chance(70) ? String(this.#imm()) : `${width}${this.#reg()}`;
    return `${width}${this.#reg()} ${dice.of(JUMPS)} ${right}`;
  }

  #memory(): void {
    const dice = this.#dice;
    const [type, size] = dice.of(SIZES);
    const aligned = dice.chance(97) ? size : 1;
    const at = aligned * (Math.ceil(size / aligned) + dice.below(Math.floor((64 - size) / aligned) || 1));
    const form = dice.below(10);
    if (form < 4) this.#emit(`*(${type} *)(r10 -${at}) = r${this.#reg()}`);
    else if (form < 5) this.#emit(`*(${type} *)(r10 -${at}) = ${dice.of([0, 0, 1, 7, -1])}`);
    else if (form < 9) this.#emit(`r${this.#reg()} = *(${type} *)(r10 -${at})`);
    else this.#emit(`r${this.#reg()} = *(${dice.of(['s8', 's16', 's32'])} *)(r10 -${8 * (1 + dice.below(8))})`);
  }

  #method(name: 'next' | 'destroy', at: number): void {
    this.#emit('r1 = r10', `r1 += -${at}`, `call bpf_iter_num_${name}`);
  }
  #new(at: number): void {
    const start = this.#dice.chance(80) ? String(this.#dice.below(3)) : `r${this.#reg()}`;
    const end = this.#dice.chance(80) ? String(this.#dice.of([0, 3, 10, 1000, -1])) : `r${this.#reg()}`;
    this.#emit('r1 = r10', `r1 += -${at}`, `r2 = ${start}`, `r3 = ${end}`, 'call bpf_iter_num_new');
  }

  #iterate(depth: number): void {
    const dice = this.#dice;
    const at = ITERATORS.find((slot) => !this.#inUse.includes(slot));
    if (at === undefined) return this.#alu();
    this.#inUse.push(at);
    const [again, end] = [this.#label(), this.#label()];
    this.#new(at);
    this.#emit(`${again}:`);
    this.#method('next', at);
    if (!dice.chance(3)) this.#emit(`if r0 == 0 goto ${end}`);
    if (dice.chance(60)) this.#emit(`r${this.#reg()} = *(u32 *)(r0 +0)`);
    this.#block(depth + 1);
    if (dice.chance(15)) this.#emit(`if ${this.#condition()} goto ${end}`);
    if (!dice.chance(5)) this.#emit(`goto ${again}`);
    this.#emit(`${end}:`);
    if (!dice.chance(4)) this.#method('destroy', at);
    this.#inUse.pop();
  }
}
