import { Unsupported } from '../base/errors.ts';
import type { BpfObject, BpfProgram } from '../elf/object.ts';
import type { IterTarget } from '../kernel/catalogue/iter-targets/target.ts';
import { CGROUP_ORDERS } from '../kernel/machine/iter/object-walks.ts';
import { mapAtHand } from '../kernel/machine/iter/map-at-hand.ts';
import { IterFile } from '../kernel/machine/iter/seq-file.ts';
import { IterSessions } from '../kernel/machine/iter/sessions.ts';
import type { IterEvent } from '../kernel/machine/iter/seq-file.ts';
import { HEADING } from '../kernel/machine/iter/walk.ts';
import type { Entry, LinkInfo, MapAtHand, TargetInput } from '../kernel/machine/iter/walk.ts';
import { MachineFault } from '../kernel/machine/machine.ts';
import { SeqBuffer } from '../kernel/machine/seq-buffer.ts';
import { SimMachine } from '../kernel/machine/sim-machine.ts';
import type { World } from '../kernel/machine/world/schema.ts';
import type { KernelModel } from '../kernel/model.ts';
import { PROG_TRACING, TRACE_ITER } from '../kernel/rules/program-types.ts';
import { createExecutor } from './engines.ts';
import type { RunFault } from './executor.ts';
import { predecode } from './predecode.ts';
import { kernelResolver } from './resolver.ts';

/** BPF_LINK_TYPE_ITER */
const LINK_ITER = 4;

export interface IteratorInput {
  /** An accepted program. */
  readonly program: BpfProgram;
  readonly object: BpfObject;
  readonly kernel: KernelModel;
  readonly world: World;
  readonly info: LinkInfo;
  /** Loads that are probing reads: see `VerifyResult.probes`. */
  readonly probes: ReadonlySet<number>;
  /** How far the program reaches into keys and values: see `VerifyResult.bufferReach`. */
  readonly bufferReach?: { readonly readOnly: number; readonly writable: number };
  /** The machine's count of opened files; one of its own unless told. */
  readonly sessions?: IterSessions;
  /** Pid of the task that makes the link and reads; as `SimMachine` has it unless told. */
  readonly reader?: number;
  /** Instructions of one call after which it is stopped. */
  readonly stepLimit?: number;
  readonly until?: () => string | null;
}

/** Raised when a call of the program faults. */
export class CallFault extends Error {
  constructor(readonly fault: RunFault) {
    super(`instruction ${fault.pc}: ${fault.reason}`);
    this.name = 'CallFault';
  }
}

/** The target of a program, by what it is attached to. @throws Unsupported for a program that is no iterator program */
export function targetOf(program: BpfProgram, kernel: KernelModel): IterTarget {
  if (program.type !== PROG_TRACING || program.expectedAttachType !== TRACE_ITER)
    throw new Unsupported(`reading '${program.section}', which is no iterator program (SEC("iter/…"))`);
  const { name } = kernel.btf.type(program.attachBtfId);
  const target = kernel.targets.ofFunction(name);
  if (target === undefined) throw new Unsupported(`the iterator target ${name}`);
  return target;
}

/** The world with what loading the object and attaching the program adds to it: its maps, programs, and the link. */
export function loadedWorld(world: World, object: BpfObject, program: BpfProgram): World {
  const after = (taken: readonly { readonly id: number }[]): number =>
    taken.reduce((max, { id }) => Math.max(max, id), 0);
  const [map, prog, link] = [after(world.maps), after(world.programs), after(world.links)];
  const programs = object.programs.map((one, i) => ({
    id: prog + 1 + i,
    name: one.name.slice(0, 15),
    type: one.type,
    len: one.insns.length,
  }));
  const own = programs[object.programs.indexOf(program)]!;
  return {
    ...world,
    maps: [
      ...world.maps,
      ...object.maps.map(({ name, type, keySize, valueSize, maxEntries, flags }, i) => ({
        id: map + 1 + i,
        name,
        type,
        keySize,
        valueSize,
        maxEntries,
        flags,
      })),
    ],
    programs: [...world.programs, ...programs],
    links: [...world.links, { id: link + 1, type: LINK_ITER, prog: own.id }],
  };
}

/** An iterator program with its link: attached to what it is to visit, each `open` a new file. */
export class IteratorProgram {
  readonly target: IterTarget;
  readonly machine: SimMachine;
  /** The world with this program, its object and its link in it. */
  readonly world: World;
  /** Id of the link. */
  readonly id: number;
  private readonly link: TargetInput;
  private readonly call: (ctx: Uint8Array) => number;
  private readonly metaAt: bigint;
  private readonly sessions: IterSessions;

  /** @throws Unsupported what the simulated machine does not have */
  constructor(input: IteratorInput) {
    const { program, object, kernel, probes, stepLimit, until } = input;
    this.target = targetOf(program, kernel);
    this.sessions = input.sessions ?? new IterSessions();
    this.world = loadedWorld(input.world, object, program);
    this.id = this.world.links.at(-1)!.id;
    const task = this.world.tasks.find(({ pid }) => pid === input.reader);
    this.machine = new SimMachine({
      world: this.world,
      btf: kernel.btf,
      programBtf: object.btf,
      ...(task === undefined ? {} : { task }),
    });
    this.machine.createMaps(object.maps);
    const executor = createExecutor({
      code: predecode(program.insns),
      machine: this.machine,
      resolver: kernelResolver(kernel, object.programs),
      limits: kernel.limits,
    });
    this.call = (ctx) => {
      const { fault, retval } = executor.run({
        ctx,
        probes: (pc) => probes.has(pc),
        ...(stepLimit === undefined ? {} : { stepLimit }),
        ...(until === undefined ? {} : { until }),
      });
      if (fault !== undefined) throw new CallFault(fault);
      return Number(BigInt.asIntN(32, retval));
    };
    this.metaAt = this.machine.kernel.memory.allocate('bpf_iter_meta');
    this.link = {
      kernel: this.machine.kernel,
      reader: this.machine.currentTask,
      info: input.info,
      map: this.mapNamed(input.info.map),
      access: { key: input.bufferReach?.readOnly ?? 0, value: input.bufferReach?.writable ?? 0 },
    };
  }

  /** `bpf_program__attach_iter`: 0, or the negative errno with which the kernel refuses these parameters. */
  attach(): number {
    return this.target.attach?.(this.link) ?? 0;
  }

  /** What is in a map of the object, by the map's id; undefined for other maps. */
  mapOf(id: number): (() => (readonly [key: Uint8Array, value: Uint8Array])[]) | undefined {
    const { machine, world } = this;
    const index = world.maps.findIndex((map) => map.id === id) - (world.maps.length - machine.maps.length);
    const found = machine.maps[index];
    if (found === undefined) return undefined;
    const { def, map } = found;
    return () =>
      [...map.entries()].map(([key, value]) => {
        const at = Number(BigInt.asUintN(32, value));
        return [key, machine.memory.bytes.slice(at, at + def.valueSize)] as const;
      });
  }

  /** What `/proc/PID/fdinfo` of the link shows besides what every link has. */
  get fdinfo(): string {
    return `target_name:\t${this.target.name}\n${this.target.fdinfo?.(this.link) ?? ''}`;
  }

  /** `bpf_iter_create`, or opening a pinned link: a file that begins at the first object. @throws Unsupported a target that the world does not have */
  open(onEvent?: (event: IterEvent) => void): IterFile {
    if (this.target.walk === undefined)
      throw new Unsupported(`reading iter/${this.target.name} on the simulated machine`);
    const { memory } = this.machine.kernel;
    const buffer = new SeqBuffer(memory.allocate('seq_file'));
    const session = this.sessions.begin();
    return new IterFile({
      buffer,
      session,
      walk: this.target.walk(this.link),
      call: (entry, seqNum) => this.show(buffer, session, entry, seqNum),
      ...(onEvent === undefined ? {} : { onEvent }),
    });
  }

  /** Every object of the target, in its order, whatever the link is told to visit; of elements those of the link's map. At most `most`. */
  everything(most: number): readonly Entry[] {
    const { map } = this.link.info;
    const info: LinkInfo = { ...(map === undefined ? {} : { map }), cgroup: { order: CGROUP_ORDERS.descendants_pre } };
    const walk = this.target.walk?.({ ...this.link, info });
    const entries: Entry[] = [];
    let entry = walk?.start() ?? null;
    while (typeof entry === 'object' && entry !== null && entries.length < most) {
      if (entry !== HEADING) entries.push(entry);
      entry = walk!.next();
    }
    return entries;
  }

  private show(buffer: SeqBuffer, session: number, entry: Entry, seqNum: number): number {
    const { machine, metaAt } = this;
    machine.kernel.memory.fill('bpf_iter_meta', metaAt, { seq: buffer.address, session_id: session, seq_num: seqNum });
    const ctx = new Uint8Array(8 * (1 + entry.words.length));
    const view = new DataView(ctx.buffer);
    [metaAt, ...entry.words].forEach((word, i) => view.setBigUint64(8 * i, word, true));
    machine.seq = buffer;
    try {
      return this.call(ctx);
    } finally {
      machine.seq = null;
    }
  }

  private mapNamed(name: string | undefined): MapAtHand | null {
    const { machine } = this;
    const found = machine.maps.find(({ def }) => def.name === name);
    if (found === undefined) return null;
    const { def, map } = found;
    const struct = machine.kernel.objects.maps.find((one) => one.name === def.name);
    if (struct === undefined) throw new MachineFault(`map ${def.name} is not among the kernel's`);
    return mapAtHand(machine, { def, map, address: struct.address, id: struct.id });
  }
}
