import type { Btf } from '../../core/btf/btf.ts';
import { parseBtf } from '../../core/btf/parse.ts';
import { BtfWriter } from '../../core/btf/writer.ts';
import { objectFromInsns } from '../../core/elf/from-insns.ts';
import type { BpfObject, BpfProgram } from '../../core/elf/object.ts';
import { assembleWithLines } from '../../core/isa/asm.ts';
import { BpfError } from '../kernel/bpf-syscall.ts';
import { kernelRefusal, KernelObject } from '../kernel/load.ts';
import type { Case } from './case.ts';
import { goldenSource } from './golden-form.ts';
import { resolveCall, programBtf } from './kernel.ts';
import { RAW_TP } from './setting.ts';
import type { Setting } from './setting.ts';

/**
 * Those of several settings that the kernel loads here at all: network programs ask for CAP_NET_ADMIN, and a target may not be there.
 * Without a kernel to ask they all stay.
 */
export function loadable<T>(choices: readonly T[], setting: (choice: T) => Setting): readonly T[] {
  if (kernelRefusal() !== null) return choices;
  return choices.filter((choice) => {
    const { object, program } = new AsmCase(['r0 = 0', 'exit'], { ...setting(choice), maps: [] }).load();
    const kernel = new KernelObject(object);
    try {
      return kernel.verify(program, 1).errno === 0;
    } catch (error) {
      if (error instanceof BpfError) return false;
      throw error;
    } finally {
      kernel.close();
    }
  });
}

const CALLBACK = /= func /;

/** BTF of `int prog(void *ctx)` and of static functions without arguments; gives the ids of their FUNC types. */
function functionBtf(names: readonly string[], types: Setting['types']): { btf: Btf; ids: number[] } {
  const known = types === undefined ? functionBtfs.get(names.join()) : undefined;
  if (known !== undefined) return known;
  const writer = new BtfWriter();
  types?.(writer);
  const int = writer.int('int', 4, { signed: true });
  const main = writer.funcProto(int, [{ name: 'ctx', type: writer.ptr(0) }]);
  const proto = writer.funcProto(int, []);
  const ids = [writer.func('prog', main, 1), ...names.map((name) => writer.func(name, proto, 0))];
  const made = { btf: parseBtf(writer.bytes()), ids };
  if (functionBtfs.size > 500) functionBtfs.clear();
  if (types === undefined) functionBtfs.set(names.join(), made);
  return made;
}
const functionBtfs = new Map<string, { btf: Btf; ids: number[] }>();

/** A program written as assembly, one instruction or label a line. */
export class AsmCase implements Case {
  constructor(
    readonly lines: readonly string[],
    readonly setting: Setting = RAW_TP,
  ) {}

  load(): { object: BpfObject; program: BpfProgram } {
    const { target, ...options } = this.setting;
    const { insns, labels } = assembleWithLines(this.lines.join('\n'), { resolveCall });
    const plain = objectFromInsns(insns, {
      ...options,
      attachBtfId: target === undefined ? 0 : programBtf().find(target.kind, target.name),
    });
    const { types } = this.setting;
    if (this.setting.named !== true && !this.lines.some((line) => CALLBACK.test(line))) {
      const object = types === undefined ? plain : { ...plain, btf: functionBtf([], types).btf };
      return { object, program: plain.programs[0]! };
    }
    // Callbacks need to be known as static functions.
    const used = new Set(this.lines.flatMap((line) => /^(?:call|r\d = func) ((?:f|cb)\d+)$/.exec(line)?.[1] ?? []));
    const functions = [...labels].filter(([name]) => used.has(name)).sort((a, b) => a[1] - b[1]);
    const { btf, ids } = functionBtf(
      functions.map(([name]) => name),
      types,
    );
    const funcInfo = [0, ...functions.map(([, insn]) => insn)].map((insn, i) => ({ insn, typeId: ids[i]! }));
    const program = { ...plain.programs[0]!, funcInfo };
    return { object: { ...plain, programs: [program], btf }, program };
  }

  without(at: number, count: number): Case[] {
    return [new AsmCase([...this.lines.slice(0, at), ...this.lines.slice(at + count)], this.setting)];
  }

  golden(name: string): string {
    return goldenSource(name, this.lines, this.setting);
  }
}
