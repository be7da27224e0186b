import { Dice } from '../../core/base/dice.ts';

const IMMEDIATES = [
  0, 1, 2, 3, 5, 7, 8, 15, 16, 31, 63, 100, 255, 256, 1000, 0x7fff, 0x7fffffff, -1, -2, -5, -8, -128, -2147483648,
];
const JUMPS = ['==', '!=', '>', '>=', '<', '<=', 's>', 's>=', 's<', 's<=', '&'];
const ALU = ['+=', '-=', '*=', '&=', '|=', '^=', '/=', '%=', 's/=', 's%='];
const SHIFTS = ['<<=', '>>=', 's>>='];
export const SIZES = [
  ['u64', 8],
  ['u32', 4],
  ['u16', 2],
  ['u8', 1],
] as const;
const SAVED = [6, 7, 8, 9];

/** Writes assembly: the small statements that every generator uses. r6 to r9 hold numbers unless reserved. */
export class AsmWriter {
  readonly lines: string[] = [];
  readonly dice: Dice;
  /** Registers that hold a loop's counter or a pointer for as long as a block lasts. */
  protected reserved: number[] = [];
  protected budget = 0;
  private labels = 0;

  constructor(seed: number) {
    this.dice = new Dice(seed);
  }

  emit(...lines: string[]): void {
    this.lines.push(...lines);
    this.budget -= lines.length;
  }

  label(): string {
    return `l${++this.labels}`;
  }

  imm(): number {
    return this.dice.chance(80) ? this.dice.of(IMMEDIATES) : this.dice.next() | 0;
  }

  /** A number register, seldom one that is reserved. */
  reg(): number {
    const free = SAVED.filter((r) => !this.reserved.includes(r));
    return this.dice.of(free.length > 0 ? free : SAVED);
  }

  /** Calls a helper or a kernel function after the argument setup given. */
  call(what: string, ...setup: string[]): void {
    this.emit(...setup, `call ${what}`);
  }

  random(r: number): void {
    this.emit('call bpf_get_prandom_u32#7', `r${r} = r0`);
  }

  alu(): void {
    const { dice } = this;
    const [a, b] = [this.reg(), this.reg()];
    const width = dice.chance(65) ? 'r' : 'w';
    const form = dice.below(21);
    if (form < 3)
      this.emit(
        `${width}${a} ${dice.of(SHIFTS)} ${dice.chance(85) ? dice.below(width === 'r' ? 64 : 32) : `${width}${b}`}`,
      );
    else if (form === 3) this.emit(`${width}${a} = -${width}${a}`);
    else if (form === 4)
      this.emit(
        `r${a} = ${dice.of(['be16', 'be32', 'be64', 'le16', 'le32', 'le64', 'bswap16', 'bswap32', 'bswap64'])} r${a}`,
      );
    else if (form === 5) this.emit(`${width}${a} = ${this.imm()}`);
    else if (form < 13) this.emit(`${width}${a} ${dice.of(ALU.slice(0, 6))} ${width}${b}`);
    else if (form === 13) this.emit(`${width}${a} ${dice.of(ALU)} ${width}${b}`);
    else if (form === 14) this.emit(`r${a} = 0x${(BigInt(dice.next()) << BigInt(dice.below(33))).toString(16)}`);
    else {
      const op = dice.of(ALU);
      const imm = this.imm();
      this.emit(`${width}${a} ${op} ${imm === 0 && /[/%]/.test(op) && dice.chance(95) ? 3 : imm}`);
    }
  }

  copy(): void {
    const { dice } = this;
    const [a, b] = [this.reg(), this.reg()];
    const form = dice.below(8);
    if (form < 4) this.emit(`r${a} = r${b}`);
    else if (form < 6) this.emit(`w${a} = w${b}`);
    else if (form === 6) this.emit(`r${a} = (s${dice.of([8, 16, 32])})r${b}`);
    else this.emit(`w${a} = (s${dice.of([8, 16])})w${b}`);
    if (dice.chance(30)) this.emit(`${dice.chance(75) ? 'r' : 'w'}${a} += ${dice.of([1, 2, 5, -1, 8])}`);
  }

  /** Several copies of one unknown number with constant differences, and checks of some of them. */
  links(): void {
    const { dice } = this;
    const [a, b, c] = [this.reg(), this.reg(), this.reg()];
    this.emit(`r${b} = r${a}`);
    if (dice.chance(50))
      this.emit(`${dice.chance(70) ? 'r' : 'w'}${b} ${dice.of(['+=', '-='])} ${dice.of([1, 4, 16, -3, 1000])}`);
    if (dice.chance(50)) this.emit(`r${c} = r${b}`);
    if (dice.chance(30)) this.emit(`r${c} += ${dice.of([1, -1, 7])}`);
    if (dice.chance(30)) this.emit(`*(u64 *)(r10 -${8 * (1 + dice.below(8))}) = r${c}`);
    const over = this.label();
    this.emit(`if ${this.condition()} goto ${over}`);
    this.alu();
    this.emit(`${over}:`);
  }

  condition(): string {
    const { dice } = this;
    const width = dice.chance(65) ? 'r' : 'w';
    const right = dice.chance(70) ? String(this.imm()) : `${width}${this.reg()}`;
    return `${width}${this.reg()} ${dice.of(JUMPS)} ${right}`;
  }

  /** A load or store of the uppermost 64 bytes of the stack. */
  memory(): void {
    const { dice } = this;
    const [type, size] = dice.of(SIZES);
    const aligned = dice.chance(97) ? size : 1;
    const reach = dice.chance(93) ? 64 : 512;
    const at = aligned * (Math.ceil(size / aligned) + dice.below(Math.floor((reach - size) / aligned) || 1));
    const form = dice.below(10);
    if (form < 4) this.emit(`*(${type} *)(r10 -${at}) = r${this.reg()}`);
    else if (form < 5) this.emit(`*(${type} *)(r10 -${at}) = ${dice.of([0, 0, 1, 7, -1])}`);
    else if (form < 9) this.emit(`r${this.reg()} = *(${type} *)(r10 -${at})`);
    else this.emit(`r${this.reg()} = *(${dice.of(['s8', 's16', 's32'])} *)(r10 -${8 * (1 + dice.below(8))})`);
  }

  /** A register spilled, partly overwritten, and filled again in other sizes. */
  partial(): void {
    const { dice } = this;
    const at = 8 * (1 + dice.below(8));
    const part = (): string => {
      const [type, size] = dice.of(SIZES);
      return `*(${type} *)(r10 -${at - size * dice.below(8 / size)})`;
    };
    this.emit(
      `*(${dice.of(['u64', 'u64', 'u32', 'u16', 'u8'])} *)(r10 -${at}) = ${dice.chance(85) ? `r${this.reg()}` : dice.below(3)}`,
    );
    for (let i = dice.below(3); i > 0; i--)
      this.emit(`${part()} = ${dice.chance(70) ? `r${this.reg()}` : dice.of([0, 0, 5])}`);
    for (let i = 1 + dice.below(3); i > 0; i--) this.emit(`r${this.reg()} = ${part()}`);
    if (dice.chance(40)) {
      const over = this.label();
      this.emit(`if ${this.condition()} goto ${over}`, `r${this.reg()} = *(u64 *)(r10 -${at})`, `${over}:`);
    }
  }

  /** An atomic operation on `base` (a register and an offset as `r10 -8`). */
  atomic(base: string): void {
    const { dice } = this;
    const bits = dice.of([32, 64]);
    const place = `(u${bits} *)(${base})`;
    const fn = bits === 64 ? 'atomic64' : 'atomic';
    const r = this.reg();
    switch (dice.below(6)) {
      case 0:
        this.emit(`lock *${place} ${dice.of(['+=', '&=', '|=', '^='])} r${r}`);
        break;
      case 1:
        this.emit(`r${r} = ${fn}_fetch_${dice.of(['add', 'and', 'or', 'xor'])}(${place}, r${r})`);
        break;
      case 2:
        this.emit(`r${r} = ${fn}_xchg(${place}, r${r})`);
        break;
      case 3:
        this.emit(`r0 = ${this.imm()}`, `r0 = ${fn}_cmpxchg(${place}, r0, r${r})`);
        if (dice.chance(60)) this.emit(`r${this.reg()} = r0`);
        break;
      case 4:
        this.emit(`r${r} = load_acquire((${dice.of(['u8', 'u16', 'u32', 'u64'])} *)(${base}))`);
        break;
      default:
        this.emit(`store_release((${dice.of(['u8', 'u16', 'u32', 'u64'])} *)(${base}), r${r})`);
    }
  }

  /** One instruction that has no business here: any registers, any offset. */
  stray(): void {
    const { dice } = this;
    const r = (): number => dice.below(11);
    const [a, b] = [r(), r()];
    const off = dice.of(['+0', '-8', '-16', '+8', '-4', '-512', '-520', '+32767', '-32768', '-3']);
    this.emit(
      dice.of([
        `r${a} += r${b}`,
        `r${a} -= r${b}`,
        `r${a} = r${b}`,
        `w${a} = w${b}`,
        `w${a} += w${b}`,
        `r${a} &= 7`,
        `r${a} += ${this.imm()}`,
        `r${a} <<= ${dice.below(80) - 8}`,
        `r${a} /= 0`,
        `*(u64 *)(r${a} ${off}) = r${b}`,
        `*(u32 *)(r${a} ${off}) = r${b}`,
        `*(u8 *)(r${a} ${off}) = 1`,
        `r${a} = *(u64 *)(r${b} ${off})`,
        `r${a} = *(u32 *)(r${b} ${off})`,
        `r${a} = *(s16 *)(r${b} ${off})`,
        `lock *(u64 *)(r${a} ${off}) += r${b}`,
        `r${b} = atomic_fetch_or((u32 *)(r${a} ${off}), r${b})`,
        `r${a} = (s8)r${b}`,
        `r${a} = -r${a}`,
        `r${a} = be32 r${a}`,
        `if r${a} == r${b} goto pc+0`,
        `if r${a} s> ${this.imm()} goto pc+0`,
        `if w${a} & w${b} goto pc+0`,
        `if r${a} != 0 goto pc+1`,
      ]),
    );
  }
}
