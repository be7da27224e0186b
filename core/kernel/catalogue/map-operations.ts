import {
  MAP_ARRAY,
  MAP_ARRAY_OF_MAPS,
  MAP_BLOOM_FILTER,
  MAP_CPUMAP,
  MAP_DEVMAP,
  MAP_DEVMAP_HASH,
  MAP_HASH,
  MAP_HASH_OF_MAPS,
  MAP_LPM_TRIE,
  MAP_LRU_HASH,
  MAP_LRU_PERCPU_HASH,
  MAP_PERCPU_ARRAY,
  MAP_PERCPU_HASH,
  MAP_QUEUE,
  MAP_STACK,
} from './map-types.ts';

// BPF_FUNC_* numbers of the helpers that are calls of a map's own functions.
export const LOOKUP = 1;
const UPDATE = 2;
const DELETE = 3;
const REDIRECT = 51;
const PUSH = 87;
const POP = 88;
const PEEK = 89;
const FOR_EACH = 164;
const LOOKUP_PERCPU = 195;

type Functions = Readonly<Record<number, string>>;

const hash = (kind: string, removes: string): Functions => ({
  [LOOKUP]: `${kind}_lookup_elem`,
  [UPDATE]: `${kind}_update_elem`,
  [DELETE]: `${removes}_delete_elem`,
  [FOR_EACH]: 'bpf_for_each_hash_elem',
});

const ARRAY: Functions = {
  [LOOKUP]: 'array_map_lookup_elem',
  [UPDATE]: 'array_map_update_elem',
  [DELETE]: 'array_map_delete_elem',
  [FOR_EACH]: 'bpf_for_each_array_elem',
};

const queue = (kind: string): Functions => ({
  [PUSH]: 'queue_stack_map_push_elem',
  [POP]: `${kind}_map_pop_elem`,
  [PEEK]: `${kind}_map_peek_elem`,
});

/** The kernel's functions that a map's helpers come down to, by kind of map and number of the helper (`struct bpf_map_ops`). */
const OPERATIONS: Readonly<Record<number, Functions>> = {
  [MAP_HASH]: hash('htab_map', 'htab_map'),
  [MAP_PERCPU_HASH]: {
    ...hash('htab_percpu_map', 'htab_map'),
    [LOOKUP_PERCPU]: 'htab_percpu_map_lookup_percpu_elem',
  },
  [MAP_LRU_HASH]: hash('htab_lru_map', 'htab_lru_map'),
  [MAP_LRU_PERCPU_HASH]: {
    ...hash('htab_lru_percpu_map', 'htab_lru_map'),
    [LOOKUP_PERCPU]: 'htab_lru_percpu_map_lookup_percpu_elem',
  },
  [MAP_ARRAY]: ARRAY,
  [MAP_PERCPU_ARRAY]: {
    ...ARRAY,
    [LOOKUP]: 'percpu_array_map_lookup_elem',
    [LOOKUP_PERCPU]: 'percpu_array_map_lookup_percpu_elem',
  },
  [MAP_ARRAY_OF_MAPS]: { [LOOKUP]: 'array_of_map_lookup_elem' },
  [MAP_HASH_OF_MAPS]: { [LOOKUP]: 'htab_of_map_lookup_elem' },
  [MAP_LPM_TRIE]: { [LOOKUP]: 'trie_lookup_elem', [UPDATE]: 'trie_update_elem', [DELETE]: 'trie_delete_elem' },
  [MAP_QUEUE]: queue('queue'),
  [MAP_STACK]: queue('stack'),
  [MAP_BLOOM_FILTER]: { [PUSH]: 'bloom_map_push_elem', [PEEK]: 'bloom_map_peek_elem' },
  [MAP_DEVMAP]: { [LOOKUP]: 'dev_map_lookup_elem', [REDIRECT]: 'dev_map_redirect' },
  [MAP_DEVMAP_HASH]: { [LOOKUP]: 'dev_map_hash_lookup_elem', [REDIRECT]: 'dev_hash_map_redirect' },
  [MAP_CPUMAP]: { [REDIRECT]: 'cpu_map_redirect' },
};

const DISPATCHED: ReadonlySet<number> = new Set(Object.values(OPERATIONS).flatMap((of) => Object.keys(of).map(Number)));

/** Whether calls of a helper are made calls of a function of the map's own. */
export const isMapOperation = (helper: number): boolean => DISPATCHED.has(helper);

/** The function that a helper comes down to for a kind of map; undefined where the model does not know it. */
export const mapOperation = (type: number, helper: number): string | undefined => OPERATIONS[type]?.[helper];
