import { EACCES, EBADF, EINVAL, ENOENT, EOPNOTSUPP } from '../../../base/errno.ts';
import {
  MAP_ARRAY,
  MAP_HASH,
  MAP_LRU_HASH,
  MAP_LRU_PERCPU_HASH,
  MAP_PERCPU_ARRAY,
  MAP_PERCPU_HASH,
  MAP_SK_STORAGE,
  MAP_SOCKHASH,
  MAP_SOCKMAP,
} from '../../catalogue/map-types.ts';
import { nextDescendantPost, nextDescendantPre, objectFrom } from '../world/cursors.ts';
import type { PlacedCgroup } from '../world/place-cgroups.ts';
import type { PlacedObject } from '../world/place-objects.ts';
import type { SimulatedKernel } from '../world/simulated-kernel.ts';
import { walkByIndex } from './by-index.ts';
import type { Entry, TargetInput, Walk } from './walk.ts';

/** Objects that have ids, ascending: maps, programs, links. */
export const walkById =
  (what: string, of: (kernel: SimulatedKernel) => readonly PlacedObject[]) =>
  ({ kernel }: TargetInput): Walk => {
    const all = of(kernel);
    let id = 0;
    const here = (): Entry | null => {
      const found = objectFrom(all, id);
      if (found === null) return null;
      id = found.id;
      return { words: [found.address], label: `${what} ${found.id} ${found.name}`.trimEnd() };
    };
    return {
      start: here,
      next() {
        id++;
        return here();
      },
      last: { words: [0n], label: `no ${what}` },
    };
  };

/** Objects that stand in a list: slab caches, DMA buffers, routes. */
export const walkList =
  (what: string, of: (kernel: SimulatedKernel) => readonly PlacedObject[], last: Entry | null) =>
  ({ kernel }: TargetInput): Walk => {
    const all = of(kernel);
    return walkByIndex((index) => {
      const found = all[index];
      return found === undefined
        ? null
        : { words: [found.address], label: `${what} ${found.name === '' ? found.id : found.name}` };
    }, last);
  };

/** BPF_CGROUP_ITER_*, by the words of a link's fdinfo. */
export const CGROUP_ORDERS = {
  self_only: 1,
  descendants_pre: 2,
  descendants_post: 3,
  ancestors_up: 4,
} as const;

export type CgroupOrder = keyof typeof CGROUP_ORDERS;

function startOf({ kernel, info }: TargetInput): PlacedCgroup | null {
  const { path, id } = info.cgroup ?? {};
  if (path !== undefined) return kernel.cgroups.find(path) ?? null;
  return id === undefined ? kernel.cgroups.root : (kernel.cgroups.ofId(id) ?? null);
}

/** A descriptor (here: a path) or an id, not both; and one of the orders: a link without parameters has none. */
export function attachToCgroup(input: TargetInput): number {
  const { path, id, order = 0 } = input.info.cgroup ?? {};
  if (path !== undefined && id !== undefined) return EINVAL;
  if (!Object.values<number>(CGROUP_ORDERS).includes(order)) return EINVAL;
  return startOf(input) === null ? (path === undefined ? ENOENT : EBADF) : 0;
}

export function cgroupFdinfo(input: TargetInput): string {
  const order = Object.entries(CGROUP_ORDERS).find(([, value]) => value === input.info.cgroup?.order)?.[0];
  return `cgroup_path:\t${startOf(input)?.path ?? ''}\norder: ${order ?? ''}\n`;
}

/** `iter/cgroup`: a cgroup, those below it, or its ancestors. It cannot go on once reading was interrupted. */
export function walkCgroups(input: TargetInput): Walk {
  const root = startOf(input)!;
  const order = input.info.cgroup?.order ?? 0;
  let begun = false;
  let finished = false;
  let stopped = false;
  let at: PlacedCgroup | null = null;
  const entry = (cgroup: PlacedCgroup | null): Entry | null => {
    at = cgroup;
    finished ||= cgroup === null;
    return cgroup === null ? null : { words: [cgroup.address], label: `cgroup ${cgroup.path}` };
  };
  const step = (from: PlacedCgroup | null): PlacedCgroup | null => {
    if (order === CGROUP_ORDERS.descendants_pre) return nextDescendantPre(from, root);
    if (order === CGROUP_ORDERS.descendants_post) return nextDescendantPost(from, root);
    if (from === null) return root;
    return order === CGROUP_ORDERS.ancestors_up ? from.parent : null;
  };
  return {
    start() {
      if (begun) return finished ? null : EOPNOTSUPP;
      begun = true;
      return entry(step(null));
    },
    next: () => entry(stopped ? null : step(at)),
    last: { words: [0n], label: 'no cgroup' },
    ends() {
      stopped = true;
      return true;
    },
  };
}

/** Kinds of map whose elements can be visited. */
const WITH_ELEMENTS: readonly number[] = [
  MAP_HASH,
  MAP_LRU_HASH,
  MAP_PERCPU_HASH,
  MAP_LRU_PERCPU_HASH,
  MAP_ARRAY,
  MAP_PERCPU_ARRAY,
];

/** A map must be named, be of a kind that the target visits, and hold keys and values as large as the program reads. */
const attachToMapOf =
  (types: readonly number[]) =>
  ({ info, map, access }: TargetInput): number => {
    if (info.map === undefined || map === null) return EBADF;
    if (!types.includes(map.type)) return EINVAL;
    const reach = map.ofAllCpus === null ? map.valueSize : map.ofAllCpus.size;
    return access.key > map.keySize || access.value > reach ? EACCES : 0;
  };

export const attachToElements = attachToMapOf(WITH_ELEMENTS);
export const attachToSockets = attachToMapOf([MAP_SOCKMAP, MAP_SOCKHASH]);
export const attachToSocketStorage = attachToMapOf([MAP_SK_STORAGE]);

export const mapFdinfo = ({ map }: TargetInput): string => `map_id:\t${map?.id ?? 0}\n`;

/** `iter/bpf_map_elem`: the elements of one map. */
export function walkElements({ map }: TargetInput): Walk {
  const elements = [...(map?.entries() ?? [])];
  const address = map?.address ?? 0n;
  return walkByIndex(
    (index) => {
      const element = elements[index];
      if (element === undefined) return null;
      const [key, value] = element;
      const shown = map?.ofAllCpus?.copy(value) ?? value;
      return { words: [address, key, shown], label: `element ${index + 1} of ${map?.name ?? ''}` };
    },
    { words: [address, 0n, 0n], label: 'no element' },
  );
}
