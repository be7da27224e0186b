import { expect, test } from 'vitest';
import { render } from './markdown.ts';

test('links lead to words, entries, steps, lessons and the kernel’s documents, and nowhere else', () => {
  expect(render('[a fork](glossary:fork)')).toBe('<p><a href="#glossary:fork" class="own glossary">a fork</a></p>\n');
  expect(render('[next](reference:bpf_iter_num_next)')).toContain(
    'href="#reference:bpf_iter_num_next" class="own reference"',
  );
  expect(render('[there](step:9)')).toContain('href="#step:9" class="own step"');
  expect(render('[text](https://docs.kernel.org/bpf/)')).toContain('target="_blank" rel="noreferrer"');
  for (const other of [
    'javascript:alert(1)',
    'https://example.org/',
    'file:///etc/passwd',
    'data:text/html,x',
    'glossary:<b>',
  ])
    expect(render(`[x](${other})`)).not.toContain('<a');
  expect(render('<img src=x onerror=alert(1)>')).toContain('&lt;img');
});

test('links of a pack lead to any host by https, which is named; nothing else of them is trusted', () => {
  expect(render('[text](https://example.org/on/packs)', true)).toContain(
    '<a href="https://example.org/on/packs" target="_blank" rel="noreferrer">text</a> <span class="host">(example.org)</span>',
  );
  expect(render('[docs.kernel.org](https://evil.example/)', true)).toContain('(evil.example)');
  for (const other of [
    'http://example.org/',
    'https://docs.kernel.org@evil.example/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '//example.org/',
    'iterscope://app/',
  ])
    expect(render(`[x](${other})`, true)).not.toContain('<a');
  expect(render('<img src=x onerror=alert(1)> <https://example.org/>', true)).not.toMatch(/<img|<a/);
  // A picture is no more than a link to one.
  expect(render('![x](https://example.org/x.png)', true)).not.toContain('<img');
});
