import { errnoName } from '../../core/base/errno.ts';
import { InputError } from '../../core/base/errors.ts';
import { testInput } from '../../core/kernel/machine/test-context.ts';
import { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import { createExecutor } from '../../core/vm/engines.ts';
import { predecode } from '../../core/vm/predecode.ts';
import { kernelResolver } from '../../core/vm/resolver.ts';
import { verify } from '../../core/verifier/index.ts';
import { readArguments, wholeNumber } from '../arguments.ts';
import { kernelModel, programsOf, readObject, readWorld, withGlobals } from '../../node/inputs.ts';
import type { Output } from '../output.ts';
import { ACCEPTED, REJECTED, UNUSABLE } from '../output.ts';
import { UsageError } from '../../node/usage-error.ts';

export const RUN_HELP = `iterscope run FILE --prog NAME [--ctx HEX] [--repeat N] [--engine jit|interp] [--timeout SECONDS]
              [--set NAME=VALUE]… [--world FILE] [--btf FILE] [--json]
Runs a program on the simulated machine, like BPF_PROG_TEST_RUN. It is verified first: a rejected program does not run.

  --ctx HEX      bytes of the context, zeros unless told
  --repeat N     run N times; the time is the mean of one
  --engine NAME  interp unless told
  --timeout S    seconds after which a run that has not ended is stopped, 20 unless told
  --world FILE   what there is on the machine (see \`iterscope world\`), a small server unless told
  --set NAME=VALUE  set a global variable before loading: \`debug=true\`, \`pids[2]=7\`, \`config.mode=FAST\`

Exit status: 0 it ran, 1 it was rejected or faulted, 2 unusable input.
`;

/** Bytes of packet, all zero, for a program that gets one. */
const PACKET_SIZE = 64;
const STEP_LIMIT = 20_000_000_000;

/** `iterscope run`. */
export function runCommand(args: readonly string[], { out, err }: Output): number {
  const { values, files } = readArguments(args, {
    prog: 'string',
    ctx: 'string',
    repeat: 'string',
    engine: 'string',
    timeout: 'string',
    btf: 'string',
    world: 'string',
    set: 'strings',
    json: 'boolean',
  });
  const [file] = files;
  if (file === undefined || files.length > 1) throw new UsageError('run takes one FILE');
  const engine = values.engine ?? 'interp';
  if (engine !== 'interp' && engine !== 'jit') throw new UsageError(`--engine: '${engine}' is neither jit nor interp`);
  if (engine === 'jit') {
    err('unsupported: the JIT engine; use --engine interp\n');
    return UNUSABLE;
  }
  const repeat = wholeNumber(values.repeat, 'repeat', 1, 1);
  const timeout = wholeNumber(values.timeout, 'timeout', 20, 1);
  const kernel = kernelModel(values.btf);
  const object = withGlobals(readObject(file, kernel), values.set);
  const programs = programsOf(object, file, values.prog);
  if (programs.length > 1)
    throw new UsageError(`which program? --prog ${programs.map(({ name }) => name).join(' | ')}`);
  const program = programs[0]!;
  const verdict = verify({ program, object, kernel }, { logLevel: 1 });
  if (verdict.errno === null) {
    err(`${file}: ${program.name}: unsupported: ${verdict.unsupported ?? ''}\n`);
    return UNUSABLE;
  }
  if (verdict.errno !== 0) {
    err(
      `${file}: ${program.name}: rejected, errno ${verdict.errno} (${errnoName(verdict.errno)}): ${verdict.rejection?.message ?? ''}\n`,
    );
    return REJECTED;
  }
  const machine = new SimMachine({ world: readWorld(values.world), btf: kernel.btf });
  machine.createMaps(object.maps);
  const interpreter = createExecutor({
    code: predecode(program.insns),
    machine,
    resolver: kernelResolver(kernel, object.programs),
    limits: kernel.limits,
  });
  const given = testInput(program, kernel, machine, new Uint8Array(PACKET_SIZE));
  const end = performance.now() + timeout * 1000;
  const until = (): string | null =>
    performance.now() < end ? null : `it had not ended after ${timeout} seconds (--timeout N waits longer)`;
  const input = {
    ctx: values.ctx === undefined ? given.ctx : bytesOf(values.ctx),
    unknown: values.ctx === undefined ? given.unknown : [],
    stepLimit: STEP_LIMIT,
    probes: (pc: number) => verdict.probes.has(pc),
    until,
    ...(given.packet === null ? {} : { pointers: given.packet.pointers }),
  };
  const begun = process.hrtime.bigint();
  let result = interpreter.run(input);
  for (let i = 1; i < repeat && result.fault === undefined; i++) result = interpreter.run(input);
  const durationNs = Math.round(Number(process.hrtime.bigint() - begun) / repeat);
  if (result.fault !== undefined) {
    err(`${file}: ${program.name}: instruction ${result.fault.pc}: ${result.fault.reason}\n`);
    return REJECTED;
  }
  // BPF_PROG_TEST_RUN gives the low 32 bits.
  const retval = Number(BigInt.asUintN(32, result.retval));
  const records = machine.records().map(({ map, bytes }) => ({ map, bytes: Buffer.from(bytes).toString('hex') }));
  if (values.json === true) {
    const ringbuf = records.length === 0 ? {} : { ringbuf: records };
    out(`${JSON.stringify({ retval, insns: result.insns, durationNs, engine, printk: result.printk, ...ringbuf })}\n`);
  } else
    out(
      [
        ...result.printk,
        ...records.map(({ map, bytes }) => `record in ${map}: ${bytes}`),
        `returned ${retval} after ${result.insns} instructions, ${durationNs} ns (${engine})`,
        '',
      ].join('\n'),
    );
  return ACCEPTED;
}

function bytesOf(hex: string): Uint8Array {
  const digits = hex.replace(/^0x|[\s,]/g, '');
  if (!/^([0-9a-fA-F]{2})*$/.test(digits)) throw new InputError(`'${hex}' is no hex`, '', '--ctx');
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}
