import type { Btf } from '../../../btf/btf.ts';
import type { Memory } from '../memory.ts';
import { KernelMemory } from './kernel-memory.ts';
import { placeCgroups } from './place-cgroups.ts';
import type { Cgroups } from './place-cgroups.ts';
import { placeBpfObjects, placeObjects } from './place-objects.ts';
import type { Objects, PlacedObject } from './place-objects.ts';
import { PidNamespaces } from './pid-namespaces.ts';
import { placeRoutes } from './place-routes.ts';
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
  objects: Objects;
  readonly routes: readonly PlacedObject[];
  private readonly single = new Map<string, bigint>();
  /** Those that open-coded iterators keep outside of the program's stack. */
  readonly walks: Walks;

  constructor(
    readonly world: World,
    readonly btf: Btf,
    memory: Memory,
  ) {
    this.memory = new KernelMemory(btf, memory);
    this.cgroups = placeCgroups(world.cgroups, this.memory);
    this.tasks = placeTasks(
      world.tasks,
      this.memory,
      this.cgroups,
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
