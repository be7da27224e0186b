import { kernelText } from '../isa/disasm.ts';
import type { Insn } from '../isa/insn.ts';
import type { LineInfo } from '../elf/object.ts';
import type { ProgramContext } from './context.ts';
import { Scratched, stateText } from './log.ts';
import type { Log } from './log-output.ts';
import type { Frame, VState } from './values/state.ts';

// Ids of the log's pieces that come again and again: gaps by their width, then some for each instruction.
const GAPS = 64;
const PIECES = 3;
const PIECE_INSN = GAPS + 1;
/** Id of an instruction's line in a walk backwards. */
const backtrackId = (index: number): number => PIECE_INSN + index * PIECES + 2;

const gaps: string[] = [];
/** What stands between an instruction and the state after it, by its width. */
const gapText = (width: number): string => (gaps[width] ??= `${' '.repeat(Math.max(width, 1))};`);
const gapId = (width: number): number => (width < GAPS ? Math.max(width, 1) : 0);

/** Writes instructions, source lines and states as the kernel's log has them. Texts that come again are made once. */
export class LogWriter {
  /** Registers and slots that changed since the state was last printed. */
  readonly scratched = new Scratched();
  private logAfterInsn = 0;
  private insnTextLength = 0;
  /** Each instruction's last line of a walk backwards that tracked registers alone, and which they were. */
  private readonly backtrackLines: ({ readonly key: number; readonly line: string } | undefined)[] = [];
  private readonly insnTexts: string[] = [];
  private readonly insnLines: string[] = [];
  private previousLine: LineInfo | null = null;
  private readonly lineAt: (LineInfo | undefined)[];

  /** @param callName name that the log prints after `call`; undefined for calls whose number is enough */
  constructor(
    private readonly context: ProgramContext,
    private readonly log: Log,
    private readonly callName: (insn: Insn) => string | undefined,
  ) {
    const { insns, lineInfo } = context.program;
    this.lineAt = new Array<LineInfo | undefined>(insns.length);
    for (const line of lineInfo) this.lineAt[line.insn] = line;
    for (let i = 1; i < this.lineAt.length; i++) this.lineAt[i] ??= this.lineAt[i - 1];
  }

  /** Source line before an instruction, when it is another than the last one printed. */
  writeLine(insn: number): void {
    if (!this.log.states) return;
    const line = this.lineAt[insn];
    if (line === undefined || line === this.previousLine) return;
    const text = line.text.trimStart();
    const file = line.file.slice(line.file.lastIndexOf('/') + 1);
    // Same file and line as before: the kernel prints it once.
    const before = this.previousLine;
    this.previousLine = line;
    if (before !== null && before.file === line.file && before.line === line.line) return;
    this.log.write(`; ${text} @ ${file}:${line.line}\n`);
  }

  /** Makes the next source line print even if it is the same as the last. */
  forgetLine(): void {
    this.previousLine = null;
  }

  /** An instruction as the log prints it: `12: (85) call bpf_iter_num_next#64259`. Made once. */
  private insnText(index: number): string {
    return (this.insnTexts[index] ??= `${index}: ${this.plainInsnText(index)}`);
  }

  /** The same without its number. */
  plainInsnText(index: number): string {
    const { insns } = this.context;
    return kernelText(insns[index]!, insns[index + 1], { callName: this.callName, imm64Ptr: addressOf });
  }

  /** Writes an instruction, after the state that changed since it was last printed. */
  writeInsn(index: number, state: VState, processed: number): void {
    if (this.scratched.any) this.writeInsnState(index, state, state.top);
    this.writeLine(index);
    const text = this.insnText(index);
    this.log.step(processed);
    this.log.writeLine(text, (this.insnLines[index] ??= `${text}\n`), PIECE_INSN + index * PIECES);
    this.insnTextLength = text.length + 1;
    this.logAfterInsn = this.log.length;
  }

  /**
   * Prints what changed: behind the last instruction's text when nothing was written since, else on a line of its own.
   * The alignment is the kernel's: at least 40 columns, in steps of 8.
   */
  writeInsnState(index: number, state: VState, frame: Frame): void {
    if (!this.log.states) return;
    if (this.logAfterInsn !== 0 && this.logAfterInsn === this.log.length) {
      this.log.joinNext();
      const pos = this.insnTextLength;
      const column = Math.ceil(Math.max(pos + 4, 40) / 8) * 8 - pos - 1;
      this.log.write(gapText(column), gapId(column));
    } else {
      this.log.write(`${index}:`);
    }
    const { kernelBtf, progBtf } = this.context;
    this.log.write(`${stateText(state, frame, this.scratched, kernelBtf, progBtf)}\n`);
    this.scratched.clear();
  }

  /** Prints a whole state with a newline. */
  writeState(state: VState, frame: Frame): void {
    if (!this.log.states) return;
    this.log.write(`${stateText(state, frame, null, this.context.kernelBtf, this.context.progBtf)}\n`);
  }

  /**
   * Writes the line of a walk backwards before an instruction is undone. The same few lines come by the million: each instruction's last one
   * is kept.
   */
  writeBacktrack(idx: number, tracked: Backtracked): void {
    const { frame } = tracked;
    const key = (frame << 11) | tracked.regs[frame]!;
    const slots = tracked.anySlot(frame);
    const last = this.backtrackLines[idx];
    let line: string;
    if (!slots && last !== undefined && last.key === key) line = last.line;
    else {
      line = `mark_precise: frame${frame}: regs=${tracked.regsText(frame)} stack=${tracked.slotsText(frame)} before ${this.insnText(idx)}\n`;
      if (!slots) this.backtrackLines[idx] = { key, line };
    }
    this.log.write(line, slots ? 0 : backtrackId(idx));
  }
}

/** What a walk backwards tracks, as its line says it. */
interface Backtracked {
  readonly frame: number;
  readonly regs: Int32Array;
  anySlot(frame: number): boolean;
  regsText(frame: number): string;
  slotsText(frame: number): string;
}

/** Address that a map or function load is printed with. */
function addressOf(insn: Insn, next: Insn | undefined): bigint | undefined {
  if (insn.src === 1) return 0xffff888100000000n + BigInt(insn.imm) * 0x1000n;
  if (insn.src === 2) return 0xffffc90000000000n + BigInt(insn.imm) * 0x1000n + BigInt((next?.imm ?? 0) >>> 0);
  if (insn.src === 3) return 0xffffffff80000000n + BigInt(insn.imm) * 0x40n;
  return undefined;
}
