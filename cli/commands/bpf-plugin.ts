import { InputError, Unsupported } from '../../core/base/errors.ts';
import { decode, decodeRaw } from '../../core/isa/codec.ts';
import type { Insn } from '../../core/isa/insn.ts';
import { findUnsetRead } from '../../core/isa/register-use.ts';
import { findEncodingFault } from '../../core/isa/validate.ts';
import { printable } from '../../core/base/printable.ts';
import { unforeseen } from '../../node/last-handler.ts';
import { MachineFault } from '../../core/kernel/machine/machine.ts';
import { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import { parseBtf } from '../../core/btf/parse.ts';
import { BtfWriter } from '../../core/btf/writer.ts';
import { linux618 } from '../../core/kernel/releases/linux-6.18.ts';
import { createExecutor } from '../../core/vm/engines.ts';
import { predecode } from '../../core/vm/predecode.ts';

/** What the process gives and takes; a test stands in for it. */
export interface PluginIo {
  readonly readStdin: () => Promise<string>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** No case of a conformance suite comes near; a program that does is stuck. */
const STEP_LIMIT = 1_000_000_000;
const TIME_LIMIT_MS = 10_000;
/** r1 and r2. */
const GIVEN = 0b110;

const HELP = `iterscope bpf-plugin [MEMORY] [--engine interp|jit] [--program HEX] [--elf] [--debug]
Runs one BPF program for the bpf_conformance runner. The program comes in hex on standard input (or as --program's value),
MEMORY in hex as the first argument: r1 points at it, r2 is its length. Prints r0 in hex.
`;

/** `iterscope bpf-plugin`: the plugin protocol of the public bpf_conformance runner. Returns the exit status, 0 or 1. */
export async function bpfPlugin(args: readonly string[], io: PluginIo = processIo()): Promise<number> {
  try {
    const options = parseArguments(args);
    if (options.help) {
      io.out(HELP);
      return 0;
    }
    const bytes = parseHex(options.program ?? (await io.readStdin()), 'program');
    const insns = options.elf ? textOf(bytes) : decode(bytes);
    io.out(`${runProgram(insns, options.memory).toString(16)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof InputError || error instanceof Unsupported || error instanceof MachineFault)
      io.err(`${printable(error.message)}\n`);
    else io.err(`${unforeseen(error, 'bpf-plugin')}\n`);
    return 1;
  }
}

interface PluginOptions {
  memory: Uint8Array | null;
  program: string | null;
  elf: boolean;
  help: boolean;
}

function parseArguments(args: readonly string[]): PluginOptions {
  const options: PluginOptions = { memory: null, program: null, elf: false, help: false };
  // Blanks in a row in the runner's options give empty arguments.
  const given = args.filter((arg) => arg !== '');
  for (let i = 0; i < given.length; i++) {
    const arg = given[i] as string;
    if (arg === '--elf') options.elf = true;
    else if (arg === '--help') options.help = true;
    else if (arg === '--debug') continue;
    else if (arg === '--engine' || arg.startsWith('--engine=')) {
      const engine = arg === '--engine' ? given[++i] : arg.slice('--engine='.length);
      if (engine !== 'interp' && engine !== 'jit')
        throw new InputError(`--engine is interp or jit${engine === undefined ? '' : `, not "${engine}"`}`);
      if (engine === 'jit') throw new Unsupported('the JIT engine; use --engine interp');
    } else if (arg === '--program') {
      const value = given[++i];
      if (value === undefined) throw new InputError('--program needs the program in hex');
      options.program = value;
    } else if (!arg.startsWith('-') && options.memory === null) options.memory = parseHex(arg, 'memory');
    else throw new InputError(`unknown option "${arg}"`);
  }
  return options;
}

/** Bytes of a hex text: two digits a byte (or one that stands alone), white space anywhere between bytes, either case. */
export function parseHex(text: string, what: string): Uint8Array {
  const tokens = text.split(/\s+/).filter((token) => token !== '');
  const bytes: number[] = [];
  for (const token of tokens) {
    if (!/^(?:[0-9a-fA-F]|(?:[0-9a-fA-F]{2})+)$/.test(token))
      throw new InputError(`"${token.slice(0, 20)}" is no hex byte`, what);
    for (let i = 0; i < token.length; i += 2) bytes.push(Number.parseInt(token.slice(i, i + 2), 16));
  }
  return Uint8Array.from(bytes);
}

function runProgram(insns: readonly Insn[], memory: Uint8Array | null): bigint {
  const encoding = findEncodingFault(insns);
  if (encoding !== null) throw new MachineFault(`instruction ${encoding.index}: ${encoding.reason}`);
  const unset = findUnsetRead(insns, GIVEN);
  if (unset !== null) throw new MachineFault(`instruction ${unset.insn}: r${unset.reg} is read before it is set`);
  const machine = new SimMachine();
  const hasMemory = memory !== null && memory.length > 0;
  const args = hasMemory ? [machine.place(memory), BigInt(memory.length)] : [0n, 0n];
  // The programs of the suite call helpers and no kernel functions, so no types are needed.
  const { helpers, limits } = linux618(parseBtf(new BtfWriter().bytes()));
  const vm = createExecutor({
    code: predecode(insns),
    machine,
    resolver: { callHelper: (id) => helpers.find(id), callKfunc: () => undefined },
    limits,
  });
  const end = performance.now() + TIME_LIMIT_MS;
  const until = (): string | null =>
    performance.now() < end ? null : `it had not ended after ${TIME_LIMIT_MS / 1000} seconds`;
  const { retval, fault } = vm.run({ args, stepLimit: STEP_LIMIT, until });
  if (fault !== undefined) throw new MachineFault(`instruction ${fault.pc}: ${fault.reason}`);
  return retval;
}

/** ELF64 section header fields, by offset in the header. */
const SH_TYPE = 4;
const SH_FLAGS = 8;
const SH_OFFSET = 24;
const SH_SIZE = 32;
const SHT_PROGBITS = 1;
const SHF_EXECINSTR = 4;
const EM_BPF = 247;

/**
 * The instructions of the runner's own object: a relocatable ELF64 with one executable section and nothing to relocate.
 * Anything richer is for `iterscope run`.
 */
function textOf(bytes: Uint8Array): Insn[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
  if (bytes.length < 64 || magic.some((byte, i) => bytes[i] !== byte))
    throw new InputError('no little-endian ELF64 header', 'offset 0');
  if (view.getUint16(18, true) !== EM_BPF) throw new InputError('machine is not BPF', 'offset 18');
  const table = Number(view.getBigUint64(40, true));
  const entry = view.getUint16(58, true);
  const count = view.getUint16(60, true);
  for (let i = 0; i < count; i++) {
    const at = table + i * entry;
    if (entry < 64 || at + 64 > bytes.length) throw new InputError(`section header ${i} lies outside`, `offset ${at}`);
    if (view.getUint32(at + SH_TYPE, true) !== SHT_PROGBITS) continue;
    if ((Number(view.getBigUint64(at + SH_FLAGS, true)) & SHF_EXECINSTR) === 0) continue;
    const offset = Number(view.getBigUint64(at + SH_OFFSET, true));
    const size = Number(view.getBigUint64(at + SH_SIZE, true));
    if (size === 0) continue;
    if (offset + size > bytes.length) throw new InputError(`section ${i} lies outside`, `offset ${offset}`);
    if (size % 8 !== 0)
      throw new InputError(`section ${i} has ${size} bytes, no whole instructions`, `offset ${offset}`);
    return decodeRaw(bytes.subarray(offset, offset + size));
  }
  throw new InputError('the object has no executable section');
}

function processIo(): PluginIo {
  return {
    async readStdin() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('latin1');
    },
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  };
}
