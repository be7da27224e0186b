import type { Btf } from '../../../btf/btf.ts';
import type { Memory } from '../memory.ts';
import { NAMESPACE_INODES } from './flags.ts';
import { KernelMemory } from './kernel-memory.ts';
import { placeCgroups } from './place-cgroups.ts';
import type { Cgroups } from './place-cgroups.ts';
import { Files } from './place-files.ts';
import { placeBpfObjects, placeObjects } from './place-objects.ts';
import type { Objects, PlacedObject } from './place-objects.ts';
import { PidNamespaces } from './pid-namespaces.ts';
import { placeRoutes } from './place-routes.ts';
import { placeSockets } from './place-sockets.ts';
import type { Sockets } from './place-sockets.ts';
import { placeTasks } from './place-tasks.ts';
import type { Tasks } from './place-tasks.ts';
import type { World } from './schema.ts';
import { Walks } from './walks.ts';

/**
 * The kernel of a simulated machine: a world's things as structures in its memory, and the tables by which iterators find them. Only BPF objects
 * come and go.
 */
export class SimulatedKernel {
  readonly memory: KernelMemory;
  readonly tasks: Tasks;
  readonly cgroups: Cgroups;
  readonly sockets: Sockets;
  objects: Objects;
  readonly routes: readonly PlacedObject[];
  private readonly single = new Map<string, bigint>();
  /** Those that open-coded iterators keep outside of the program's stack. */
  readonly walks: Walks;

  constructor(
    readonly world: World,
    readonly btf: Btf,
    memory: Memory,
    /** Ticks of the clock when it is laid out: timers count from there. */
    now = 0n,
  ) {
    this.memory = new KernelMemory(btf, memory);
    this.cgroups = placeCgroups(world.cgroups, this.memory);
    const files = new Files(this.memory);
    const net = this.memory.allocate('net');
    this.memory.fill('net', net, { 'ns.inum': NAMESPACE_INODES.net });
    this.sockets = placeSockets(world.sockets, this.memory, files, { net, now });
    this.tasks = placeTasks(
      world.tasks,
      this.memory,
      this.cgroups,
      files,
      net,
      new PidNamespaces(world.pidNamespaces, this.memory),
    );
    this.objects = placeObjects(world, this.memory, this.tasks.files);
    this.routes = placeRoutes(world.routes, this.memory);
    this.walks = new Walks(memory);
  }

  /** A structure of which there is one, nothing being known of it at first: what the files of an iterator keep for themselves. */
  the(struct: string): bigint {
    const address = this.single.get(struct) ?? this.memory.allocate(struct);
    this.single.set(struct, address);
    return address;
  }

  /** BPF objects were made or removed. */
  update(world: Pick<World, 'maps' | 'programs' | 'links'>): void {
    this.objects = { ...this.objects, ...placeBpfObjects(world, this.memory, this.objects) };
  }
}
