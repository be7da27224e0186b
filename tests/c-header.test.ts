import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { shippedBtf, SHIPPED_KERNEL } from '../core/kernel/btf/shipped.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';
import { cHeader } from '../core/btf/c-header.ts';

const asset = fileURLToPath(new URL(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url));
const kernel = linux618(shippedBtf(new Uint8Array(readFileSync(asset))));
const lines = cHeader(kernel.btf, kernel.kfuncs.names).split('\n');

test('the trio of every iterator, and the structure on the stack, are there as C declares them', () => {
  expect(lines).toContain(
    'extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __attribute__((weak)) __ksym;',
  );
  expect(lines).toContain(
    'extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __attribute__((weak)) __ksym;',
  );
  const at = lines.indexOf('struct bpf_iter_num {');
  expect(lines.slice(at, at + 3)).toEqual(['struct bpf_iter_num {', '\t__u64 __opaque[1];', '};']);
});

test('law: a structure is defined once, and what one holds by value is defined before it', () => {
  const defined = new Set<string>(['bool', 'va_list']);
  let inside = '';
  for (const [i, line] of lines.entries()) {
    const begins = /^(struct|union|enum) (\w+) \{/.exec(line);
    if (begins !== null) {
      const name = `${begins[1]} ${begins[2]}`;
      expect(defined.has(name), `${name} twice, line ${i + 1}`).toBe(false);
      inside = name;
      if (line.endsWith('};')) defined.add(name);
      continue;
    }
    if (line.startsWith('};') || line.startsWith('} __attribute__')) {
      defined.add(inside);
      inside = '';
    }
    const held = /^\t+(struct|union|enum) (\w+) (\w+)(\[\d+\])*(: \d+)?;$/.exec(line);
    if (held !== null) expect(defined, `line ${i + 1}: ${line.trim()}`).toContain(`${held[1]} ${held[2]}`);
  }
  expect(defined.size).toBeGreaterThan(3000);
});

test('law: no constant has the name of another', () => {
  const seen = new Set<string>();
  for (const line of lines) {
    const name = /^\t+(\w+) = -?\d+(?:U?LL)?,$/.exec(line)?.[1];
    if (name === undefined) continue;
    expect(seen.has(name), name).toBe(false);
    seen.add(name);
  }
  expect(seen.size).toBeGreaterThan(1000);
});
