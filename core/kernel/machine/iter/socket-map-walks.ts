import { MAP_SOCKMAP } from '../../catalogue/map-types.ts';
import { walkByIndex } from './by-index.ts';
import type { TargetInput, Walk } from './walk.ts';

/** `iter/sockmap`: every place of a map of sockets, whether there is a socket or not; of a table those that there are. Nobody puts any in. */
export function walkSockets({ kernel, map }: TargetInput): Walk {
  const address = map?.address ?? 0n;
  const places = map?.type === MAP_SOCKMAP ? map.maxEntries : 0;
  // The program is given the walk's own count as the key.
  const key = kernel.memory.words(1);
  return walkByIndex(
    (index) => {
      if (index >= places) return null;
      kernel.memory.writeWord(key, 0, BigInt(index));
      return { words: [address, key, 0n], label: `place ${index} of ${map?.name ?? ''}` };
    },
    { words: [address, 0n, 0n], label: 'no socket' },
  );
}

/** `iter/bpf_sk_storage_map`: the sockets that have a value in a map. Nobody gives them any. */
export const walkSocketStorage = ({ map }: TargetInput): Walk =>
  walkByIndex(() => null, { words: [map?.address ?? 0n, 0n, 0n], label: 'no socket' });
