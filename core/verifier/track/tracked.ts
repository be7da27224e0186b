/** Registers and slots that have to be known exactly, frame by frame, while walking backwards. */
export class Tracked {
  frame = 0;
  /** Stored state whose marks are handed on, -1 while an instruction's own needs are followed. */
  covering = -1;
  readonly regs: Int32Array;
  private readonly slotsLow: Int32Array;
  private readonly slotsHigh: Int32Array;

  /** @param frames how many there may be */
  constructor(private readonly frames: number) {
    this.regs = new Int32Array(frames);
    this.slotsLow = new Int32Array(frames);
    this.slotsHigh = new Int32Array(frames);
  }

  get empty(): boolean {
    for (let i = 0; i <= this.frame; i++)
      if ((this.regs[i]! | this.slotsLow[i]! | this.slotsHigh[i]!) !== 0) return false;
    return true;
  }

  clear(): void {
    for (let i = 0; i < this.frames; i++) {
      this.regs[i] = 0;
      this.slotsLow[i] = 0;
      this.slotsHigh[i] = 0;
    }
    this.frame = 0;
  }

  has(reg: number): boolean {
    return (this.regs[this.frame]! & (1 << reg)) !== 0;
  }

  set(reg: number, frame = this.frame): void {
    this.regs[frame]! |= 1 << reg;
  }

  drop(reg: number, frame = this.frame): void {
    this.regs[frame]! &= ~(1 << reg);
  }

  hasSlot(frame: number, spi: number): boolean {
    return spi < 32 ? (this.slotsLow[frame]! & (1 << spi)) !== 0 : (this.slotsHigh[frame]! & (1 << (spi - 32))) !== 0;
  }

  setSlot(frame: number, spi: number): void {
    if (spi < 32) this.slotsLow[frame]! |= 1 << spi;
    else this.slotsHigh[frame]! |= 1 << (spi - 32);
  }

  dropSlot(frame: number, spi: number): void {
    if (spi < 32) this.slotsLow[frame]! &= ~(1 << spi);
    else this.slotsHigh[frame]! &= ~(1 << (spi - 32));
  }

  anySlot(frame: number): boolean {
    return (this.slotsLow[frame]! | this.slotsHigh[frame]!) !== 0;
  }

  regsText(frame: number): string {
    const out: string[] = [];
    for (let i = 0; i < 11; i++) if ((this.regs[frame]! & (1 << i)) !== 0) out.push(`r${i}`);
    return out.join(',');
  }

  slotsText(frame: number): string {
    const out: string[] = [];
    for (let i = 0; i < 64; i++) if (this.hasSlot(frame, i)) out.push(`${-(i + 1) * 8}`);
    return out.join(',');
  }
}
