import { expect, test } from 'vitest';
import type { WorldRow } from '../../core/trace/views/seq-file-view.ts';
import { groupName, rowGroups } from './world-groups.ts';

const row = (name: string, count: number, note = ''): WorldRow => ({
  name,
  count,
  note,
  detail: '',
  depth: 0,
  first: 0,
});

test('neighbours that have nothing for the same reason are one group; order stays', () => {
  const rows = [
    row('1 a', 2),
    row('2 b', 0, 'no files'),
    row('3 c', 0, 'no files'),
    row('4 d', 0, 'shared'),
    row('5 e', 1),
  ];
  const groups = rowGroups(rows);
  expect(groups.map(groupName)).toEqual(['1 a', '2 b … 3 c', '4 d', '5 e']);
  expect(groups.map(({ note }) => note)).toEqual(['', 'no files', 'shared', '']);
  expect(groups.flatMap((group) => group.rows)).toEqual(rows);
});
