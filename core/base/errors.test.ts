import { expect, test } from 'vitest';
import { InputError } from './errors.ts';

test('a message is one printable line, whatever is quoted in it', () => {
  const error = new InputError(`token '\u001b[2J\n${'x'.repeat(5000)}'`, 'manifest.json', 'a.iterscope');
  expect(error.message).toMatch(/^a\.iterscope: manifest\.json: token '\\x1b\[2J\\nx+…$/);
  expect(error.message.length).toBeLessThanOrEqual(600);
  expect(error.inFile('other').file).toBe('a.iterscope');
});
