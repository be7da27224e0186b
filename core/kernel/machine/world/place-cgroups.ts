import { CSS_ONLINE, CSS_VISIBLE } from './flags.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { WorldCgroup } from './schema.ts';

/** A cgroup of the simulated kernel. */
export interface PlacedCgroup {
  readonly path: string;
  readonly id: number;
  /** Of its `struct cgroup`; that of its `cgroup_subsys_state` is the same, as it is the first field. */
  readonly address: bigint;
  readonly parent: PlacedCgroup | null;
  /** In the order in which they were made. */
  readonly children: PlacedCgroup[];
}

export class Cgroups {
  private readonly byPath = new Map<string, PlacedCgroup>();
  private readonly byAddress = new Map<bigint, PlacedCgroup>();
  private readonly sets = new Map<PlacedCgroup, bigint>();

  constructor(
    readonly root: PlacedCgroup,
    private readonly memory: KernelMemory,
  ) {
    this.add(root);
  }

  add(cgroup: PlacedCgroup): void {
    this.byPath.set(cgroup.path, cgroup);
    this.byAddress.set(cgroup.address, cgroup);
  }

  get all(): Iterable<PlacedCgroup> {
    return this.byPath.values();
  }

  find(path: string): PlacedCgroup | undefined {
    return this.byPath.get(path);
  }

  ofId(id: bigint): PlacedCgroup | undefined {
    return [...this.byPath.values()].find((one) => BigInt(one.id) === id);
  }

  at(address: bigint): PlacedCgroup | undefined {
    return this.byAddress.get(address);
  }

  /** The `css_set` of tasks that are in a cgroup. */
  cssSet(cgroup: PlacedCgroup): bigint {
    let set = this.sets.get(cgroup);
    if (set === undefined) {
      set = this.memory.allocate('css_set');
      this.memory.fill('css_set', set, { dfl_cgrp: cgroup.address });
      this.sets.set(cgroup, set);
    }
    return set;
  }
}

const ROOT_ID = 1;

/** Lays out the cgroup tree; a root is there also when the world lists none. */
export function placeCgroups(listed: readonly WorldCgroup[], memory: KernelMemory): Cgroups {
  let serial = 1;
  const place = ({ path, id }: WorldCgroup, parent: PlacedCgroup | null): PlacedCgroup => {
    const above: PlacedCgroup[] = [];
    for (let one = parent; one !== null; one = one.parent) above.unshift(one);
    const address = memory.allocate('cgroup', (above.length + 1) * 8);
    const node = memory.allocate('kernfs_node');
    const name = path === '/' ? '' : path.slice(path.lastIndexOf('/') + 1);
    memory.fill('kernfs_node', node, {
      id,
      name: memory.text(name),
      __parent: parent === null ? 0n : memory.get('cgroup', parent.address, 'kn'),
    });
    memory.fill('cgroup', address, {
      kn: node,
      level: above.length,
      max_depth: 0x7fff_ffff,
      flags: 0,
      'self.cgroup': address,
      'self.ss': 0n,
      'self.parent': parent?.address ?? 0n,
      'self.id': serial,
      'self.serial_nr': serial,
      'self.flags': CSS_ONLINE | CSS_VISIBLE,
    });
    [...above.map((one) => one.address), address].forEach((one, level) =>
      memory.fill('cgroup', address, { [`ancestors[${level}]`]: one }),
    );
    serial++;
    const cgroup: PlacedCgroup = { path, id, address, parent, children: [] };
    parent?.children.push(cgroup);
    return cgroup;
  };
  const root = place(listed.find(({ path }) => path === '/') ?? { path: '/', id: ROOT_ID }, null);
  const cgroups = new Cgroups(root, memory);
  for (const one of listed)
    if (one.path !== '/') cgroups.add(place(one, cgroups.find(one.path.slice(0, one.path.lastIndexOf('/')) || '/')!));
  // Parents are listed before their children.
  const below = new Map<PlacedCgroup, number>();
  for (const cgroup of [...cgroups.all].reverse())
    below.set(
      cgroup,
      cgroup.children.reduce((sum, child) => sum + 1 + below.get(child)!, 0),
    );
  for (const cgroup of cgroups.all) {
    const inCss = (address: bigint, field: string): bigint => memory.fieldAddress('cgroup', address, `self.${field}`);
    memory.link(
      inCss(cgroup.address, 'children'),
      cgroup.children.map(({ address }) => inCss(address, 'sibling')),
    );
    memory.fill('cgroup', cgroup.address, {
      nr_descendants: below.get(cgroup)!,
      nr_dying_descendants: 0,
      'self.nr_descendants': below.get(cgroup)!,
    });
  }
  return cgroups;
}
