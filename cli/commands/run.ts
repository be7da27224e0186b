import { errnoName } from '../../core/base/errno.ts';
import { InputError } from '../../core/base/errors.ts';
import { testInput } from '../../core/kernel/machine/test-context.ts';
import { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import { rulesOff } from '../../core/kernel/rules/iterator-rules.ts';
import { ContractMonitor } from '../../core/vm/contract-monitor.ts';
import { contractText } from '../../core/vm/contract-words.ts';
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
              [--set NAME=VALUE]… [--world FILE] [--btf FILE] [--model FILE.json] [--json]
Runs a program on the simulated machine, like BPF_PROG_TEST_RUN. It is verified first: a rejected program does not run.

  --ctx HEX      bytes of the context, zeros unless told
  --repeat N     run N times; the time is the mean of those after the first
  --engine NAME  interp unless told
  --timeout S    seconds after which a run that has not ended is stopped, 20 unless told
  --world FILE   what there is on the machine (see \`iterscope world\`), a small server unless told
  --set NAME=VALUE  set a global variable before loading: \`debug=true\`, \`pids[2]=7\`, \`config.mode=FAST\`
  --model FILE.json  another kernel than Linux 6.18: iterators of one's own, limits, rules that are switched off (see iterscope iterator --help)

What iterators owe is watched during the first run: that a constructor makes one also when it fails, that NULL stays NULL, that each is destroyed once,
and that nobody else writes its state. What was broken is told with the instruction and step at which it was seen.

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
    model: 'string',
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
  const kernel = kernelModel(values.btf, values.model);
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
  const machine = new SimMachine({ world: readWorld(values.world), btf: kernel.btf, programBtf: object.btf });
  machine.createMaps(object.maps);
  const resolver = kernelResolver(kernel, object.programs);
  const monitor = new ContractMonitor(resolver, kernel.iterators, machine.memory);
  const runs = { code: predecode(program.insns), machine, limits: kernel.limits };
  const watched = createExecutor({ ...runs, resolver: monitor });
  monitor.watch(watched);
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
  let begun = process.hrtime.bigint();
  let result = watched.run(input);
  monitor.finish(result.fault);
  if (repeat > 1 && result.fault === undefined) {
    // What is timed is not watched.
    const again = createExecutor({ ...runs, resolver });
    begun = process.hrtime.bigint();
    for (let i = 1; i < repeat && result.fault === undefined; i++) result = again.run(input);
  }
  const durationNs = Math.round(Number(process.hrtime.bigint() - begun) / Math.max(1, repeat - 1));
  const contract = monitor.breaches.map((breach) => ({ ...breach, text: contractText(breach) }));
  const off = rulesOff(kernel.rules);
  const json = values.json === true;
  if (!json && kernel.notice !== '') out(`${kernel.notice}\n`);
  if (result.fault !== undefined) {
    if (!json) out(contract.map(({ text }) => `contract: ${text}\n`).join(''));
    err(
      `${file}: ${program.name}: instruction ${result.fault.pc}: ${result.fault.reason}${contract.length > 0 && json ? `; ${contract[0]!.text}` : ''}\n`,
    );
    return REJECTED;
  }
  // BPF_PROG_TEST_RUN gives the low 32 bits.
  const retval = Number(BigInt.asUintN(32, result.retval));
  const records = machine.records().map(({ map, bytes }) => ({ map, bytes: Buffer.from(bytes).toString('hex') }));
  if (json) {
    const more = {
      ...(records.length === 0 ? {} : { ringbuf: records }),
      ...(contract.length === 0 ? {} : { contract }),
      ...(off.length === 0 ? {} : { rulesOff: off }),
    };
    out(`${JSON.stringify({ retval, insns: result.insns, durationNs, engine, printk: result.printk, ...more })}\n`);
  } else
    out(
      [
        ...result.printk,
        ...contract.map(({ text }) => `contract: ${text}`),
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
