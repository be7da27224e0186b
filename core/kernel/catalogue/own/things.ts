import { nextDescendantPost, nextDescendantPre, nextInList } from '../../machine/world/cursors.ts';
import type { Machine } from '../../machine/machine.ts';
import type { SimulatedKernel } from '../../machine/world/simulated-kernel.ts';
import type { Amount, Kept, Sequence } from './sequence.ts';
import { asNumber } from './layout.ts';
import type { NumberType } from './layout.ts';

interface Placed {
  readonly address: bigint;
}

interface Kind {
  /** The structure of the kernel that each of them is. */
  readonly struct: string;
  /** The one after that at an address; the first for null. */
  readonly next: (kernel: SimulatedKernel, address: bigint | null, order: 'pre' | 'post') => Placed | null;
}

const inList = (struct: string, list: (kernel: SimulatedKernel) => readonly Placed[]): Kind => ({
  struct,
  next: (kernel, address) => nextInList(list(kernel), address ?? 0n),
});

/** Things of the simulated machine's world that an iterator may go over, by the cursors of the targets and of the kernel's own iterators. */
export const THINGS = {
  processes: {
    struct: 'task_struct',
    next: ({ tasks }, address) => tasks.processAfter(address === null ? null : (tasks.at(address) ?? null)),
  },
  threads: inList('task_struct', ({ tasks }) => tasks.all),
  cgroups: {
    struct: 'cgroup',
    next: ({ cgroups }, address, order) => {
      const position = address === null ? null : (cgroups.at(address) ?? null);
      return order === 'pre' ? nextDescendantPre(position, cgroups.root) : nextDescendantPost(position, cgroups.root);
    },
  },
  caches: inList('kmem_cache', ({ objects }) => objects.caches),
  dmabufs: inList('dma_buf', ({ objects }) => objects.dmabufs),
  maps: inList('bpf_map', ({ objects }) => objects.maps),
  programs: inList('bpf_prog', ({ objects }) => objects.programs),
  links: inList('bpf_link', ({ objects }) => objects.links),
} as const satisfies Readonly<Record<string, Kind>>;
export type ThingKind = keyof typeof THINGS;

/** What a thing's field must be for the thing to be given. */
export interface Condition {
  /** A path of fields within the structure: `pid`, `refcnt.counter`. */
  readonly field: string;
  readonly below: Amount | undefined;
  readonly above: Amount | undefined;
  readonly is: Amount | undefined;
  readonly not: Amount | undefined;
}

/** Where a field lies in its structure. */
export interface FieldPlace extends NumberType {
  readonly offset: number;
}

const COMPARED = ['below', 'above', 'is', 'not'] as const;
type Compared = (typeof COMPARED)[number];

const HOLDS: Readonly<Record<Compared, (value: bigint, than: bigint) => boolean>> = {
  below: (value, than) => value < than,
  above: (value, than) => value > than,
  is: (value, than) => value === than,
  not: (value, than) => value !== than,
};

/** What was kept of an argument, as a field of that kind compares with it. */
const keptThan = ({ size, signed }: FieldPlace, kept: bigint): bigint =>
  size === 8 && !signed ? BigInt.asUintN(64, kept) : kept;

/** The state of an iterator that has not begun; 0 at its end, else the address of the thing that was given last. */
const NOT_BEGUN = 1n;

/**
 * Things of the world, one after the other, those that meet every condition.
 * @param places where the conditions' fields lie, in their order
 */
export function things(
  of: ThingKind,
  order: 'pre' | 'post',
  conditions: readonly Condition[],
  places: readonly FieldPlace[],
): Sequence {
  const kind: Kind = THINGS[of];
  const tests = conditions.flatMap((condition, i) =>
    COMPARED.flatMap((how) => {
      const than = condition[how];
      return than === undefined ? [] : [{ how, than, place: places[i]!, name: `than${i}_${how}` }];
    }),
  );
  // What an argument gives is kept in the state.
  const names = tests.flatMap(({ than, name }) => (typeof than === 'bigint' ? [] : [name]));
  const meets = (machine: Machine, address: bigint, kept: Kept): boolean =>
    tests.every(({ how, than, place, name }) => {
      const at = address + BigInt(place.offset);
      const bits = machine.load(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), place.size);
      return HOLDS[how](asNumber(place, bits), typeof than === 'bigint' ? than : keptThan(place, kept[name]!));
    });
  const sequence: Sequence = {
    fields: ['at', ...names].map((name) => ({ name, type: name === 'at' ? 'u64' : 's64', size: 8 })),
    literals: null,
    empty: Object.fromEntries(['at', ...names].map((name) => [name, 0n])),
    begin: (amount) => ({
      at: NOT_BEGUN,
      ...Object.fromEntries(
        tests
          .filter(({ name }) => names.includes(name))
          .map(({ than, name }) => [name, BigInt.asIntN(64, amount(than))]),
      ),
    }),
    next(kept, machine) {
      if (kept['at'] === 0n) return null;
      let at = kept['at'] === NOT_BEGUN ? null : kept['at']!;
      for (;;) {
        const next = kind.next(machine.kernel, at, order);
        if (next === null) return null;
        at = next.address;
        if (meets(machine, at, kept)) return { kept: { ...kept, at }, element: at };
      }
    },
    end: (kept) => ({ ...kept, at: 0n }),
    left(kept, machine) {
      let count = 0n;
      for (let next = sequence.next(kept, machine); next !== null; next = sequence.next(next.kept, machine)) count++;
      return count;
    },
  };
  return sequence;
}

/** What such an iterator gives first: where a broken contract goes on giving something. */
export const firstThing = (sequence: Sequence, kept: Kept, machine: Machine): bigint =>
  sequence.next({ ...kept, at: NOT_BEGUN }, machine)?.element ?? 0n;
