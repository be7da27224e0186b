import { Unsupported } from '../../core/base/errors.ts';
import type { Dice } from '../../core/base/dice.ts';
import type { BpfProgram } from '../../core/elf/object.ts';
import type { IterTarget } from '../../core/kernel/catalogue/iter-targets/target.ts';
import { mapAtHand } from '../../core/kernel/machine/iter/map-at-hand.ts';
import { HEADING } from '../../core/kernel/machine/iter/walk.ts';
import type { Entry } from '../../core/kernel/machine/iter/walk.ts';
import { SeqBuffer } from '../../core/kernel/machine/seq-buffer.ts';
import type { SimMachine } from '../../core/kernel/machine/sim-machine.ts';
import type { KernelModel } from '../../core/kernel/model.ts';
import { PROG_TRACING, TRACE_ITER } from '../../core/kernel/rules/program-types.ts';

/** What an iterator program visits; null for other programs, and for targets that the simulated machine does not have. */
export function visited(program: BpfProgram, kernel: KernelModel): IterTarget | null {
  if (program.type !== PROG_TRACING || program.expectedAttachType !== TRACE_ITER) return null;
  const target = kernel.targets.ofFunction(kernel.btf.type(program.attachBtfId).name);
  return target?.walk === undefined ? null : target;
}

/** Links visit one of these orders of cgroups. */
const ORDERS = 4;

/** The context of one call of an iterator program: for some object of the machine's world, or for the end. */
export function iteratorContext(machine: SimMachine, target: IterTarget, dice: Dice): Uint8Array {
  const { kernel } = machine;
  const maps = machine.maps.filter(({ def }) => def.keySize > 0);
  const at = maps.length === 0 ? undefined : maps[dice.below(maps.length)];
  if (at === undefined && target.parameters === 'map')
    throw new Unsupported('the elements of a map, in an object without maps');
  const walk = target.walk!({
    kernel,
    reader: machine.currentTask,
    info: { cgroup: { order: 1 + dice.below(ORDERS) } },
    map:
      at === undefined
        ? // A link names some map; without one of its own the program is given one of the world's, of which only the description is known.
          {
            name: '',
            type: 0,
            address: kernel.objects.maps[0]!.address,
            id: 1,
            keySize: 0,
            valueSize: 0,
            maxEntries: 0,
            ofAllCpus: null,
            entries: () => [],
          }
        : mapAtHand(machine, { ...at, id: 1 }),
    access: { key: 0, value: 0 },
  });
  let entry: Entry | null = walk.last;
  let first = walk.start();
  if (first === HEADING) first = walk.next();
  if (first !== null && typeof first !== 'number') {
    entry = first;
    for (let left = dice.below(60); left > 0 && entry !== null; left--) entry = walk.next();
  }
  entry ??= walk.last ?? (first as Entry);
  const meta = kernel.memory.allocate('bpf_iter_meta');
  const seq = new SeqBuffer(kernel.memory.allocate('seq_file'));
  seq.count = dice.chance(20) ? seq.bytes.length - 1 - dice.below(64) : dice.below(4096);
  machine.seq = seq;
  kernel.memory.fill('bpf_iter_meta', meta, { seq: seq.address, session_id: 1, seq_num: dice.below(1000) });
  const ctx = new Uint8Array(8 * (1 + entry.words.length));
  const view = new DataView(ctx.buffer);
  [meta, ...entry.words].forEach((word, i) => view.setBigUint64(8 * i, word, true));
  return ctx;
}
