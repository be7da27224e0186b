import { expect, test } from 'vitest';
import { render } from './markdown.ts';

test.each([
  ['<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n'],
  ['a <b onclick=x>b</b>', '<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n'],
  ['[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>\n'],
  ['[x](https://example.org)', '<p>[x](https://example.org)</p>\n'],
  ['![x](https://example.org/a.png)', '<p>![x](https://example.org/a.png)</p>\n'],
  ['**twice** and `next`', '<p><strong>twice</strong> and <code>next</code></p>\n'],
])('%s', (text, html) => expect(render(text)).toBe(html));
