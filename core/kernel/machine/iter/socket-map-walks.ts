import { MAP_SOCKMAP } from '../../catalogue/map-types.ts';
import { walkByIndex } from './by-index.ts';
import type { TargetInput, Walk } from './walk.ts';

/** `iter/sockmap`: every place of a map of sockets, whether there is a socket or not; of a table those that there are. */
export function walkSockets({ kernel: { memory }, map }: TargetInput): Walk {
  const address = map?.address ?? 0n;
  const last = { words: [address, 0n, 0n], label: 'no socket' };
  const sockets = map?.sockets ?? [];
  const name = map?.name ?? '';
  if (map?.type !== MAP_SOCKMAP)
    return walkByIndex((index) => {
      const found = sockets[index];
      return found === undefined
        ? null
        : { words: [address, found.key, found.socket], label: `socket ${index + 1} of ${name}` };
    }, last);
  const byPlace = new Map(sockets.map(({ key, socket }) => [Number(memory.word(key) & 0xffff_ffffn), socket]));
  // The program is given the walk's own count as the key.
  const key = memory.words(1);
  return walkByIndex((index) => {
    if (index >= map.maxEntries) return null;
    memory.writeWord(key, 0, BigInt(index));
    return { words: [address, key, byPlace.get(index) ?? 0n], label: `place ${index} of ${name}` };
  }, last);
}

/** `iter/bpf_sk_storage_map`: the sockets that have a value in a map. */
export function walkSocketStorage({ map }: TargetInput): Walk {
  const address = map?.address ?? 0n;
  return walkByIndex(
    (index) => {
      const found = map?.sockets[index];
      return found === undefined
        ? null
        : { words: [address, found.socket, found.value], label: `value ${index + 1} of ${map?.name ?? ''}` };
    },
    { words: [address, 0n, 0n], label: 'no socket' },
  );
}
