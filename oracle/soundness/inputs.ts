import { RDONLY_PROG } from '../../core/elf/maps.ts';
import type { BpfProgram, MapDef } from '../../core/elf/object.ts';
import { PROG_LSM, PROG_SYSCALL, PROG_TRACING } from '../../core/kernel/rules/programs.ts';
import { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import type { MachineOptions } from '../../core/kernel/machine/sim-machine.ts';
import type { Dice } from '../../core/base/dice.ts';

// A tracepoint has the largest context of those that may be read anywhere.
const CTX_SIZE = 8192;
const SYSCALL_CTX_SIZE = 65_536;
/** Most elements of a map that get values. */
const MAX_ELEMENTS = 32;

/** Numbers that are likely to matter: those in the program, their neighbours, edges of ranges, and any at all. */
export class Numbers {
  readonly #hints: readonly bigint[];

  constructor(
    readonly dice: Dice,
    program: BpfProgram,
  ) {
    const hints = new Set<bigint>();
    for (const { imm } of program.insns) hints.add(BigInt(imm));
    this.#hints = [...hints];
  }

  /** Taken modulo 2^64 by whoever uses it. */
  next(): bigint {
    const { dice } = this;
    const near = BigInt(dice.below(3) - 1);
    switch (dice.below(8)) {
      case 0:
        return BigInt(dice.below(18));
      case 1:
      case 2:
        return dice.of(this.#hints) + near;
      case 3:
        return (1n << BigInt(dice.below(64))) + near;
      case 4:
        return -(1n << BigInt(dice.below(64))) + near;
      case 5:
        return BigInt(dice.next());
      case 6:
        return BigInt(dice.next() | 0);
      default:
        return (BigInt(dice.next()) << 32n) | BigInt(dice.next());
    }
  }

  fill(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    for (; at + 8 <= bytes.length; at += 8) view.setBigUint64(at, BigInt.asUintN(64, this.next()), true);
    for (; at < bytes.length; at++) bytes[at] = Number(this.next() & 0xffn);
  }
}

/** A machine on which every number that a program may ask for is random: time, randomness, its task. */
export class RandomMachine extends SimMachine {
  constructor(
    readonly numbers: Numbers,
    options: Pick<MachineOptions, 'world' | 'btf' | 'programBtf'> = {},
  ) {
    const pid = Number(BigInt.asUintN(22, numbers.next()));
    super({ ...options, task: { pid, tgid: pid, comm: 'soundness' } });
  }

  override random(): number {
    return Number(BigInt.asUintN(32, this.numbers.next()));
  }

  override now(): bigint {
    return BigInt.asUintN(64, this.numbers.next());
  }

  /** Maps with random contents where the program could not rely on them: not in those that are frozen or that it cannot write. */
  createRandomMaps(defs: readonly MapDef[]): void {
    this.createMaps(defs);
    const { numbers } = this;
    for (const { def, map } of this.maps) {
      if (def.frozen || (def.flags & RDONLY_PROG) !== 0 || numbers.dice.chance(20)) continue;
      const value = new Uint8Array(def.valueSize);
      const key = new Uint8Array(def.keySize);
      const count = Math.min(def.maxEntries, MAX_ELEMENTS);
      try {
        for (let i = 0; i < count; i++) {
          numbers.fill(value);
          if (numbers.dice.chance(50)) numbers.fill(key);
          else key.fill(0).set([i].slice(0, key.length));
          map.update(key, value, 0n);
        }
      } catch {
        // A map of a type that the machine does not have: the program's run will say so.
        return;
      }
    }
  }
}

function withoutZeroWords(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 8)
    if (bytes.subarray(at, at + 8).every((byte) => byte === 0)) bytes[at] = 1;
}

/** Bytes for a program's context. */
export function randomContext(program: BpfProgram, numbers: Numbers): Uint8Array {
  const ctx = new Uint8Array(program.type === PROG_SYSCALL ? SYSCALL_CTX_SIZE : CTX_SIZE);
  numbers.fill(ctx.subarray(0, CTX_SIZE));
  // The kernel never hands a traced function's trusted pointers over as NULL; which words are such pointers is the verifier's to know.
  if (program.type === PROG_TRACING || program.type === PROG_LSM) withoutZeroWords(ctx);
  return ctx;
}

/** Bytes of a packet, often a short one. */
export function randomPacket(numbers: Numbers): Uint8Array {
  const { dice } = numbers;
  const packet = new Uint8Array(1 + dice.below(dice.chance(50) ? 64 : 1500));
  numbers.fill(packet);
  return packet;
}
