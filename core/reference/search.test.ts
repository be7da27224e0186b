import { expect, test } from 'vitest';
import { excerptOf, Finder } from './search.ts';

const finder = new Finder([
  { leads: 'next', title: 'bpf_iter_num_next', names: [], text: 'Moves to the next number and gives a pointer to it.' },
  {
    leads: 'acquire',
    title: 'KF_ACQUIRE',
    names: ['acquire'],
    text: 'The result is a reference that the program owns.',
  },
  {
    leads: 'page',
    title: 'Why does this loop end?',
    names: [],
    text: 'A call of bpf_iter_num_next() forks: one way with NULL.',
  },
  { leads: 'sz', title: '__sz', names: ['sz'], text: 'The size in bytes of the memory.' },
  { leads: 'term', title: 'reference', names: [], text: 'Something that a program holds and gives back.' },
]);
const found = (query: string): readonly string[] => finder.find(query, 10).map(({ leads }) => leads);

test.each([
  ['bpf_iter_num_next', ['next', 'page']],
  ['iter_num', ['next', 'page']],
  ['num_next', ['next', 'page']],
  ['acqu', ['acquire']],
  ['KF_ACQUIRE', ['acquire']],
  ['__sz', ['sz']],
  ['loop null', ['page']],
  ['reference', ['term', 'acquire']],
  ['refernce', ['term', 'acquire']],
  ['nothing of the kind', []],
  ['', []],
  ['  ()*+ ', []],
])('%s finds %j', (query, expected) => {
  expect(found(query)).toEqual(expected);
});

test('no more than asked for', () => {
  expect(finder.find('the', 1)).toHaveLength(1);
});

test('an excerpt begins before what was found, at words', () => {
  const text = `${'so many words '.repeat(20)}then the element ${'and more '.repeat(40)}`;
  const excerpt = excerptOf(text, ['element']);
  expect(excerpt).toMatch(/^… .*then the element and more.* …$/);
  expect(excerpt.length).toBeLessThan(150);
  expect(excerptOf('short text', ['other'])).toBe('short text');
  const apart = `number ${'and so on '.repeat(30)}a precise number ${'and more '.repeat(30)}`;
  expect(excerptOf(apart, ['precise', 'number'])).toContain('a precise number');
});
