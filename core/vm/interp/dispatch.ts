import { READABLE, WRITABLE, ADDRESS_HI } from '../../kernel/machine/memory.ts';
import * as u64 from '../../base/u64.ts';
import type { Insn } from '../../isa/insn.ts';
import { atomic } from './atomic.ts';
import { holds32 } from './conditions.ts';
import { memoryFault, missingLoad, unrunnable } from './faults.ts';
import type { RunState } from './run-state.ts';

/** Registers r6 to r9 that a local call saves, as words. */
const SAVED_FROM = 12;
const SAVED_TO = 20;

/**
 * Runs from an instruction until the frame that it began in exits.
 *
 * One function and one switch, longer than other files, because it is the loop that `tests/bench/interp.ts` measures: a part of its own would
 * cost a call an instruction, and the counts and views that are kept in locals would have to be put back around it. The cases are numbers and
 * not names because V8 builds a jump table for literals only. Each has beside it the parts of its opcode as RFC 9669 names them; predecoding
 * made immediate operands (K) registers of their own, so the register form (X) stands for both.
 */
export function dispatch(run: RunState, entry: number): void {
  const { word0, word1, word2, insns } = run.code;
  const regs = run.file;
  const { machine, budget, callees, bound } = run;
  const { memory } = machine;
  const { mayGotoLoops } = run.limits;
  let { limit } = budget;
  const { onStep } = run;
  const observed = onStep !== undefined;
  const visible = run.regs;
  const bottom = run.frame;
  const returns: number[] = [];
  const saved: Int32Array[] = [];
  let mayGoto: number[] = [];
  let { access, view } = memory;
  let executed = run.executed;
  let pc = entry;
  let complete = false;
  // Instructions are counted a straight run at a time: from `start` up to the jump that ends it.
  let start = entry;

  try {
    for (;;) {
      if (observed) {
        // Views draw memory and counts of the moment, so what is kept in locals is put back first.
        run.executed = executed + (pc - start);
        (onStep as (pc: number, regs: Int32Array) => void)(pc, visible);
        if (run.executed >= limit) limit = run.overLimit(pc, run.executed);
      }
      const w = word0[pc];
      const s = word1[pc];
      const d = w >> 16;
      switch (w & 0x1ff) {
        // 64-bit arithmetic (RFC 9669 section 4.1).
        // {ADD, X, ALU64}  dst += src
        case 0x0f: {
          const a = regs[d];
          const sum = (a + regs[s]) | 0;
          regs[d + 1] = regs[d + 1] + regs[s + 1] + (sum >>> 0 < a >>> 0 ? 1 : 0);
          regs[d] = sum;
          break;
        }
        // {SUB, X, ALU64}  dst -= src
        case 0x1f: {
          const a = regs[d];
          const b = regs[s];
          regs[d + 1] = regs[d + 1] - regs[s + 1] - (a >>> 0 < b >>> 0 ? 1 : 0);
          regs[d] = a - b;
          break;
        }
        // {MUL, X, ALU64}  dst *= src
        case 0x2f:
          u64.mul64(regs, d, s);
          break;
        // {DIV, X, ALU64}  dst /= src
        case 0x3f:
          u64.udiv64(regs, d, s);
          break;
        // {OR, X, ALU64}  dst |= src
        case 0x4f: {
          const hi = regs[s + 1];
          regs[d] |= regs[s];
          regs[d + 1] |= hi;
          break;
        }
        // {AND, X, ALU64}  dst &= src
        case 0x5f: {
          const hi = regs[s + 1];
          regs[d] &= regs[s];
          regs[d + 1] &= hi;
          break;
        }
        // {LSH, X, ALU64}  dst <<= src
        case 0x6f:
          u64.shl64(regs, d, regs[s] & 63);
          break;
        // {RSH, X, ALU64}  dst >>= src
        case 0x7f:
          u64.shr64(regs, d, regs[s] & 63);
          break;
        // {NEG, K, ALU64}  dst = -dst
        case 0x87: {
          const a = regs[d];
          regs[d] = -a;
          regs[d + 1] = a === 0 ? -regs[d + 1] : ~regs[d + 1];
          break;
        }
        // {MOD, X, ALU64}  dst %= src
        case 0x9f:
          u64.umod64(regs, d, s);
          break;
        // {XOR, X, ALU64}  dst ^= src
        case 0xaf: {
          const hi = regs[s + 1];
          regs[d] ^= regs[s];
          regs[d + 1] ^= hi;
          break;
        }
        // {MOV, X, ALU64}  dst = src
        case 0xbf:
          regs[d] = regs[s];
          regs[d + 1] = regs[s + 1];
          break;
        // {ARSH, X, ALU64}  dst s>>= src
        case 0xcf:
          u64.sar64(regs, d, regs[s] & 63);
          break;

        // 32-bit arithmetic clears the upper half.
        // {ADD, X, ALU}  wdst += wsrc
        case 0x0c:
          regs[d] = regs[d] + regs[s];
          regs[d + 1] = 0;
          break;
        // {SUB, X, ALU}  wdst -= wsrc
        case 0x1c:
          regs[d] = regs[d] - regs[s];
          regs[d + 1] = 0;
          break;
        // {MUL, X, ALU}  wdst *= wsrc
        case 0x2c:
          regs[d] = Math.imul(regs[d], regs[s]);
          regs[d + 1] = 0;
          break;
        // {DIV, X, ALU}  wdst /= wsrc
        case 0x3c: {
          const b = regs[s];
          regs[d] = b === 0 ? 0 : ((regs[d] >>> 0) / (b >>> 0)) | 0;
          regs[d + 1] = 0;
          break;
        }
        // {OR, X, ALU}  wdst |= wsrc
        case 0x4c:
          regs[d] |= regs[s];
          regs[d + 1] = 0;
          break;
        // {AND, X, ALU}  wdst &= wsrc
        case 0x5c:
          regs[d] &= regs[s];
          regs[d + 1] = 0;
          break;
        // {LSH, X, ALU}  wdst <<= wsrc
        case 0x6c:
          regs[d] <<= regs[s];
          regs[d + 1] = 0;
          break;
        // {RSH, X, ALU}  wdst >>= wsrc
        case 0x7c:
          regs[d] = regs[d] >>> regs[s];
          regs[d + 1] = 0;
          break;
        // {NEG, K, ALU}  wdst = -wdst
        case 0x84:
          regs[d] = -regs[d];
          regs[d + 1] = 0;
          break;
        // {MOD, X, ALU}  wdst %= wsrc
        case 0x9c: {
          const b = regs[s];
          if (b !== 0) regs[d] = (regs[d] >>> 0) % (b >>> 0);
          regs[d + 1] = 0;
          break;
        }
        // {XOR, X, ALU}  wdst ^= wsrc
        case 0xac:
          regs[d] ^= regs[s];
          regs[d + 1] = 0;
          break;
        // {MOV, X, ALU}  wdst = wsrc
        case 0xbc:
          regs[d] = regs[s];
          regs[d + 1] = 0;
          break;
        // {ARSH, X, ALU}  wdst s>>= wsrc
        case 0xcc:
          regs[d] >>= regs[s];
          regs[d + 1] = 0;
          break;

        // Signed division, sign extension, byte order.
        // OP.sdiv64: {DIV, X, ALU64} with offset 1  dst s/= src
        case 0x100:
          u64.sdiv64(regs, d, s);
          break;
        // OP.smod64: {MOD, X, ALU64} with offset 1  dst s%= src
        case 0x101:
          u64.smod64(regs, d, s);
          break;
        // OP.sdiv32: {DIV, X, ALU} with offset 1  wdst s/= wsrc
        case 0x102: {
          const b = regs[s];
          regs[d] = b === 0 ? 0 : (regs[d] / b) | 0;
          regs[d + 1] = 0;
          break;
        }
        // OP.smod32: {MOD, X, ALU} with offset 1  wdst s%= wsrc
        case 0x103: {
          const b = regs[s];
          if (b !== 0) regs[d] = (regs[d] % b) | 0;
          regs[d + 1] = 0;
          break;
        }
        // OP.sext8: {MOV, X, ALU64} with offset 8  dst = (s8)src
        case 0x104:
          regs[d] = (regs[s] << 24) >> 24;
          regs[d + 1] = regs[d] >> 31;
          break;
        // OP.sext16: {MOV, X, ALU64} with offset 16  dst = (s16)src
        case 0x105:
          regs[d] = (regs[s] << 16) >> 16;
          regs[d + 1] = regs[d] >> 31;
          break;
        // OP.sext32: {MOV, X, ALU64} with offset 32  dst = (s32)src
        case 0x106:
          regs[d] = regs[s];
          regs[d + 1] = regs[d] >> 31;
          break;
        // OP.sext8w: {MOV, X, ALU} with offset 8  wdst = (s8)wsrc
        case 0x107:
          regs[d] = (regs[s] << 24) >> 24;
          regs[d + 1] = 0;
          break;
        // OP.sext16w: {MOV, X, ALU} with offset 16  wdst = (s16)wsrc
        case 0x108:
          regs[d] = (regs[s] << 16) >> 16;
          regs[d + 1] = 0;
          break;
        // OP.zext16: {END, LE, ALU} of 16 bits  dst = le16 dst
        case 0x109:
          regs[d] &= 0xffff;
          regs[d + 1] = 0;
          break;
        // OP.zext32: {END, LE, ALU} of 32 bits  dst = le32 dst
        case 0x10a:
          regs[d + 1] = 0;
          break;
        // OP.nop: {END, LE, ALU} of 64 bits  dst = le64 dst
        case 0x10b:
          break;
        // OP.swap16: {END, BE, ALU} and {END, ALU64} of 16 bits  dst = bswap16 dst
        case 0x10c:
          regs[d] = ((regs[d] & 0xff) << 8) | ((regs[d] >>> 8) & 0xff);
          regs[d + 1] = 0;
          break;
        // OP.swap32: the same of 32 bits  dst = bswap32 dst
        case 0x10d:
          regs[d] = u64.swap32(regs[d]);
          regs[d + 1] = 0;
          break;
        // OP.swap64: the same of 64 bits  dst = bswap64 dst
        case 0x10e: {
          const hi = regs[d + 1];
          regs[d + 1] = u64.swap32(regs[d]);
          regs[d] = u64.swap32(hi);
          break;
        }

        // 64-bit immediate (section 5.4).
        // {IMM, DW, LD}  dst = imm64, in two slots
        case 0x18:
          regs[d] = regs[s];
          regs[d + 1] = regs[s + 1];
          pc++;
          start++;
          break;

        // Loads (sections 5.1 and 5.2).
        // {MEM, B, LDX}  dst = *(u8 *)(src + off)
        case 0x71: {
          const at = (regs[s] + word2[pc]) | 0;
          if (regs[s + 1] !== ADDRESS_HI || (access[at] & READABLE) === 0) {
            missingLoad(run, pc, d, s, word2[pc], 1);
            break;
          }
          regs[d] = view.getUint8(at);
          regs[d + 1] = 0;
          break;
        }
        // {MEM, H, LDX}  dst = *(u16 *)(src + off)
        case 0x69: {
          const at = (regs[s] + word2[pc]) | 0;
          if (regs[s + 1] !== ADDRESS_HI || (access[at] & access[at + 1] & READABLE) === 0) {
            missingLoad(run, pc, d, s, word2[pc], 2);
            break;
          }
          regs[d] = view.getUint16(at, true);
          regs[d + 1] = 0;
          break;
        }
        // {MEM, W, LDX}  dst = *(u32 *)(src + off)
        case 0x61: {
          const at = (regs[s] + word2[pc]) | 0;
          if (regs[s + 1] !== ADDRESS_HI || (access[at] & access[at + 3] & READABLE) === 0) {
            const pointer = regs[s + 1] === ADDRESS_HI ? run.fields.pointers.get(at) : undefined;
            if (pointer === undefined) missingLoad(run, pc, d, s, word2[pc], 4);
            else u64.setU64(regs, d, pointer);
            break;
          }
          regs[d] = view.getInt32(at, true);
          regs[d + 1] = 0;
          break;
        }
        // {MEM, DW, LDX}  dst = *(u64 *)(src + off)
        case 0x79: {
          const at = (regs[s] + word2[pc]) | 0;
          if (regs[s + 1] !== ADDRESS_HI || (access[at] & access[at + 7] & READABLE) === 0) {
            missingLoad(run, pc, d, s, word2[pc], 8);
            break;
          }
          regs[d] = view.getInt32(at, true);
          regs[d + 1] = view.getInt32(at + 4, true);
          break;
        }
        // {MEMSX, B, LDX}  dst = *(s8 *)(src + off)
        case 0x91: {
          const at = (regs[s] + word2[pc]) | 0;
          if (regs[s + 1] !== ADDRESS_HI || (access[at] & READABLE) === 0) {
            missingLoad(run, pc, d, s, word2[pc], 1);
            break;
          }
          regs[d] = view.getInt8(at);
          regs[d + 1] = regs[d] >> 31;
          break;
        }
        // {MEMSX, H, LDX}  dst = *(s16 *)(src + off)
        case 0x89: {
          const at = (regs[s] + word2[pc]) | 0;
          if (regs[s + 1] !== ADDRESS_HI || (access[at] & access[at + 1] & READABLE) === 0) {
            missingLoad(run, pc, d, s, word2[pc], 2);
            break;
          }
          regs[d] = view.getInt16(at, true);
          regs[d + 1] = regs[d] >> 31;
          break;
        }
        // {MEMSX, W, LDX}  dst = *(s32 *)(src + off)
        case 0x81: {
          const at = (regs[s] + word2[pc]) | 0;
          if (regs[s + 1] !== ADDRESS_HI || (access[at] & access[at + 3] & READABLE) === 0) {
            missingLoad(run, pc, d, s, word2[pc], 4);
            break;
          }
          regs[d] = view.getInt32(at, true);
          regs[d + 1] = regs[d] >> 31;
          break;
        }

        // Stores.
        // {MEM, B, STX}  *(u8 *)(dst + off) = src
        case 0x73: {
          const at = (regs[d] + word2[pc]) | 0;
          if (regs[d + 1] !== ADDRESS_HI || (access[at] & WRITABLE) === 0)
            throw memoryFault(run, pc, d, word2[pc], 1, WRITABLE);
          view.setInt8(at, regs[s]);
          break;
        }
        // {MEM, H, STX}  *(u16 *)(dst + off) = src
        case 0x6b: {
          const at = (regs[d] + word2[pc]) | 0;
          if (regs[d + 1] !== ADDRESS_HI || (access[at] & access[at + 1] & WRITABLE) === 0)
            throw memoryFault(run, pc, d, word2[pc], 2, WRITABLE);
          view.setInt16(at, regs[s], true);
          break;
        }
        // {MEM, W, STX}  *(u32 *)(dst + off) = src
        case 0x63: {
          const at = (regs[d] + word2[pc]) | 0;
          if (regs[d + 1] !== ADDRESS_HI || (access[at] & access[at + 3] & WRITABLE) === 0)
            throw memoryFault(run, pc, d, word2[pc], 4, WRITABLE);
          view.setInt32(at, regs[s], true);
          break;
        }
        // {MEM, DW, STX}  *(u64 *)(dst + off) = src
        case 0x7b: {
          const at = (regs[d] + word2[pc]) | 0;
          if (regs[d + 1] !== ADDRESS_HI || (access[at] & access[at + 7] & WRITABLE) === 0)
            throw memoryFault(run, pc, d, word2[pc], 8, WRITABLE);
          view.setInt32(at, regs[s], true);
          view.setInt32(at + 4, regs[s + 1], true);
          break;
        }
        // OP.atomic: {ATOMIC, B | H | W | DW, STX}  the operation is the immediate's
        case 0x10f: {
          run.faultPc = pc;
          atomic(insns[pc] as Insn, regs, memory);
          break;
        }

        // Jumps: `continue` past the common end of the loop when taken.
        // {JA, K, JMP} and {JA, K, JMP32}  goto, gotol
        case 0x05:
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        // {JEQ, X, JMP}  if dst == src
        case 0x1d:
          if (regs[d] !== regs[s] || regs[d + 1] !== regs[s + 1]) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        // {JNE, X, JMP}  if dst != src
        case 0x5d:
          if (regs[d] === regs[s] && regs[d + 1] === regs[s + 1]) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        // {JGT, X, JMP}  if dst > src
        case 0x2d: {
          const ah = regs[d + 1];
          const bh = regs[s + 1];
          if (ah === bh ? regs[d] >>> 0 <= regs[s] >>> 0 : ah >>> 0 < bh >>> 0) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        }
        // {JGE, X, JMP}  if dst >= src
        case 0x3d: {
          const ah = regs[d + 1];
          const bh = regs[s + 1];
          if (ah === bh ? regs[d] >>> 0 < regs[s] >>> 0 : ah >>> 0 < bh >>> 0) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        }
        // {JLT, X, JMP}  if dst < src
        case 0xad: {
          const ah = regs[d + 1];
          const bh = regs[s + 1];
          if (ah === bh ? regs[d] >>> 0 >= regs[s] >>> 0 : ah >>> 0 > bh >>> 0) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        }
        // {JLE, X, JMP}  if dst <= src
        case 0xbd: {
          const ah = regs[d + 1];
          const bh = regs[s + 1];
          if (ah === bh ? regs[d] >>> 0 > regs[s] >>> 0 : ah >>> 0 > bh >>> 0) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        }
        // {JSGT, X, JMP}  if dst s> src
        case 0x6d: {
          const ah = regs[d + 1];
          const bh = regs[s + 1];
          if (ah === bh ? regs[d] >>> 0 <= regs[s] >>> 0 : ah < bh) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        }
        // {JSGE, X, JMP}  if dst s>= src
        case 0x7d: {
          const ah = regs[d + 1];
          const bh = regs[s + 1];
          if (ah === bh ? regs[d] >>> 0 < regs[s] >>> 0 : ah < bh) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        }
        // {JSLT, X, JMP}  if dst s< src
        case 0xcd: {
          const ah = regs[d + 1];
          const bh = regs[s + 1];
          if (ah === bh ? regs[d] >>> 0 >= regs[s] >>> 0 : ah > bh) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        }
        // {JSLE, X, JMP}  if dst s<= src
        case 0xdd: {
          const ah = regs[d + 1];
          const bh = regs[s + 1];
          if (ah === bh ? regs[d] >>> 0 > regs[s] >>> 0 : ah > bh) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;
        }
        // {JSET, X, JMP}  if dst & src
        case 0x4d:
          if (((regs[d] & regs[s]) | (regs[d + 1] & regs[s + 1])) === 0) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;

        // 32-bit jumps.
        case 0x1e: // {JEQ, X, JMP32}
        case 0x5e: // {JNE, X, JMP32}
        case 0x2e: // {JGT, X, JMP32}
        case 0x3e: // {JGE, X, JMP32}
        case 0xae: // {JLT, X, JMP32}
        case 0xbe: // {JLE, X, JMP32}
        case 0x6e: // {JSGT, X, JMP32}
        case 0x7e: // {JSGE, X, JMP32}
        case 0xce: // {JSLT, X, JMP32}
        case 0xde: // {JSLE, X, JMP32}
        case 0x4e: // {JSET, X, JMP32}
          if (!holds32(w & 0xf0, regs[d], regs[s])) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          if (executed >= limit) limit = run.overLimit(pc, executed);
          continue;

        // {JCOND, K, JMP}  may_goto
        case 0xe5: {
          const left = (mayGoto[run.frame] ??= mayGotoLoops);
          mayGoto[run.frame] = left - 1;
          if (left > 0) break;
          executed += pc + 1 - start;
          pc = start = word2[pc];
          continue;
        }

        // Calls and returns.
        // OP.callLocal: {CALL, K, JMP} of the program's own function
        case 0x110: {
          executed += pc + 1 - start;
          if (executed >= limit) limit = run.overLimit(pc, executed);
          run.enterFrame(pc);
          returns.push(pc + 1);
          saved.push(regs.slice(SAVED_FROM, SAVED_TO));
          mayGoto = mayGoto.slice(0, run.frame);
          pc = start = word2[pc];
          continue;
        }
        // {EXIT, K, JMP}
        case 0x95: {
          executed += pc + 1 - start;
          if (run.frame === bottom) {
            run.executed = executed;
            complete = true;
            return;
          }
          run.frame--;
          run.setFramePointer();
          regs.set(saved.pop() as Int32Array, SAVED_FROM);
          pc = start = returns.pop() as number;
          continue;
        }
        case 0x85: // {CALL, K, JMP} of a helper
        case 0x8d: // {CALL, X, JMP} of the helper whose number is in dst
        case 0x111: {
          // OP.callKfunc: {CALL, K, JMP} of a kernel function
          const operation = w & 0x1ff;
          run.executed = executed + (pc + 1 - start);
          const known = bound[pc];
          if (known !== undefined) {
            run.faultPc = pc;
            known(machine, visible);
          } else if (operation === 0x111) bound[pc] = callees.call(run, pc, 'kfunc', word2[pc]);
          else if (operation === 0x85) bound[pc] = callees.call(run, pc, 'helper', word2[pc]);
          else callees.call(run, pc, 'helper', regs[d + 1] === 0 ? regs[d] : -1);
          executed = run.executed;
          start = pc + 1;
          ({ access, view } = memory);
          if (!run.leaving) break;
          run.leaving = false;
          if (run.frame === bottom) {
            complete = true;
            return;
          }
          run.frame--;
          run.setFramePointer();
          regs.set(saved.pop() as Int32Array, SAVED_FROM);
          pc = start = returns.pop() as number;
          continue;
        }

        // OP.pastEnd
        case 0x112:
          throw run.fault(pc, 'control left the program');
        default:
          throw unrunnable(run, pc);
      }
      pc++;
    }
  } finally {
    // The instruction that faulted is not counted; a fault in a callback was counted there.
    if (!complete && run.uncounted) {
      run.executed = executed + (pc - start);
      run.uncounted = false;
    }
  }
}
