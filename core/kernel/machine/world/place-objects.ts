import type { KernelMemory } from './kernel-memory.ts';
import type { Files } from './place-files.ts';
import type { World } from './schema.ts';

/** Something that has a number by which it is found. */
export interface PlacedObject {
  readonly id: number;
  readonly name: string;
  readonly address: bigint;
}

/** What a kernel has besides tasks and cgroups, in the order in which iterators visit it. */
export interface Objects {
  readonly caches: readonly PlacedObject[];
  readonly dmabufs: readonly PlacedObject[];
  /** Ascending by id. */
  readonly maps: readonly PlacedObject[];
  readonly programs: readonly PlacedObject[];
  readonly links: readonly PlacedObject[];
}

const byId = <T extends { readonly id: number }>(entries: readonly T[]): T[] =>
  [...entries].sort((a, b) => a.id - b.id);

/** Lays out slab caches, DMA buffers and BPF objects. */
export function placeObjects(world: World, memory: KernelMemory, files: Files): Objects {
  const caches = world.caches.map(({ name, size, objectSize = size, align = 8, flags = 0 }, id) => {
    const address = memory.allocate('kmem_cache');
    memory.fill('kmem_cache', address, {
      name: memory.text(name),
      size,
      object_size: objectSize,
      inuse: objectSize,
      align,
      flags,
      refcount: 1,
    });
    return { id, name, address };
  });
  const dmabufs = world.dmabufs.map(({ ino, size, exporter, name }) => {
    const address = memory.allocate('dma_buf');
    memory.fill('dma_buf', address, {
      size,
      exp_name: memory.text(exporter),
      name: name === undefined ? 0n : memory.text(name),
      file: files.open({ path: `/dmabuf:${ino}`, kind: 'anon', ino }),
    });
    return { id: ino, name: name ?? '', address };
  });
  return { caches, dmabufs, ...placeBpfObjects(world, memory) };
}

/** What programs make and remove while the machine runs. */
export type BpfObjects = Pick<Objects, 'maps' | 'programs' | 'links'>;

const NO_OBJECTS: BpfObjects = { maps: [], programs: [], links: [] };

/** Lays out BPF objects; those that were there before stay where they are. */
export function placeBpfObjects(
  world: Pick<World, 'maps' | 'programs' | 'links'>,
  memory: KernelMemory,
  before: BpfObjects = NO_OBJECTS,
): BpfObjects {
  const maps = byId(world.maps).map((map) => {
    const known = before.maps.find(({ id }) => id === map.id);
    if (known !== undefined) return known;
    const address = memory.allocate('bpf_map');
    memory.fill('bpf_map', address, {
      id: map.id,
      name: map.name,
      map_type: map.type,
      key_size: map.keySize,
      value_size: map.valueSize,
      max_entries: map.maxEntries,
      map_flags: map.flags ?? 0,
      map_extra: 0,
      'refcnt.counter': 1,
      'usercnt.counter': 1,
    });
    return { id: map.id, name: map.name, address };
  });
  const programs = byId(world.programs).map((program) => {
    const known = before.programs.find(({ id }) => id === program.id);
    if (known !== undefined) return known;
    const address = memory.allocate('bpf_prog');
    const aux = memory.allocate('bpf_prog_aux');
    memory.fill('bpf_prog_aux', aux, { id: program.id, name: program.name, prog: address, attach_btf_id: 0 });
    memory.fill('bpf_prog', address, { type: program.type, len: program.len, aux, jited: 1, gpl_compatible: 1 });
    return { id: program.id, name: program.name, address };
  });
  const links = byId(world.links).map((link) => {
    const known = before.links.find(({ id }) => id === link.id);
    if (known !== undefined) return known;
    const address = memory.allocate('bpf_link');
    const prog = programs.find(({ id }) => id === link.prog)!;
    memory.fill('bpf_link', address, { id: link.id, type: link.type, prog: prog.address });
    return { id: link.id, name: '', address };
  });
  return { maps, programs, links };
}
