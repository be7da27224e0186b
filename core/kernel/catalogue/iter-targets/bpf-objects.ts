import {
  attachToElements,
  attachToSockets,
  attachToSocketStorage,
  mapFdinfo,
  walkById,
  walkElements,
} from '../../machine/iter/object-walks.ts';
import { walkSockets, walkSocketStorage } from '../../machine/iter/socket-map-walks.ts';
import type { IterTarget } from './target.ts';
import { buffer, plain, trusted } from './target.ts';

/** Targets that visit BPF objects: maps, their elements, programs, links. */
export const BPF_OBJECTS: readonly IterTarget[] = [
  {
    name: 'bpf_map',
    doc: 'Visits every BPF map.',
    args: [trusted(8, 'bpf_map')],
    walk: walkById('map', ({ objects }) => objects.maps),
  },
  {
    name: 'bpf_map_elem',
    doc: 'Visits the elements of one map.',
    args: [buffer(16, true), buffer(24, false)],
    parameters: 'map',
    attach: attachToElements,
    fdinfo: mapFdinfo,
    walk: walkElements,
  },
  {
    name: 'bpf_prog',
    doc: 'Visits every BPF program.',
    args: [plain(8, 'bpf_prog')],
    walk: walkById('program', ({ objects }) => objects.programs),
  },
  {
    name: 'bpf_link',
    doc: 'Visits every BPF link.',
    args: [plain(8, 'bpf_link')],
    walk: walkById('link', ({ objects }) => objects.links),
  },
  {
    name: 'bpf_sk_storage_map',
    doc: 'Visits the sockets that have a value in a socket storage map.',
    args: [plain(16, 'sock'), buffer(24, false)],
    parameters: 'map',
    attach: attachToSocketStorage,
    fdinfo: mapFdinfo,
    walk: walkSocketStorage,
  },
  {
    name: 'sockmap',
    doc: 'Visits the sockets of a sockmap or sockhash.',
    args: [buffer(16, true), plain(24, 'sock')],
    parameters: 'map',
    attach: attachToSockets,
    fdinfo: mapFdinfo,
    walk: walkSockets,
  },
];
