import { expect, test } from 'vitest';
import type { SessionEntry } from '../../core/engine/protocol.ts';
import { groupsOf } from './program-groups.ts';

const entry = (session: number, file: string, program: string, errno: number | null): SessionEntry => ({
  session,
  file,
  program,
  summary: `${program}: ${errno === null ? 'not covered' : errno === 0 ? 'accepted, 5 instructions' : 'rejected (EINVAL)'}`,
  accepted: errno === null ? null : errno === 0,
  errno,
  processed: 5,
});
const list = [entry(1, 'a.bpf.o', 'one', 0), entry(2, 'b.bpf.o', 'two', -22), entry(3, 'a.bpf.o', 'three', null)];

test('programs stand with the others of their file', () => {
  expect(groupsOf(list, '')).toEqual([
    { file: 'a.bpf.o', programs: [list[0], list[2]], accepted: 1, rejected: 0 },
    { file: 'b.bpf.o', programs: [list[1]], accepted: 0, rejected: 1 },
  ]);
});
test.each([
  ['by name', 'THR', [3]],
  ['by file', 'b.bpf', [2]],
  ['by verdict', 'rejected', [2]],
  ['by several words', 'a.bpf accepted', [1]],
  ['by none', 'zebra', []],
])('a filter finds them %s', (_how, filter, found) =>
  expect(groupsOf(list, filter).flatMap(({ programs }) => programs.map(({ session }) => session))).toEqual(found),
);
