import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { shippedBtf, SHIPPED_KERNEL } from '../../kernel/btf/shipped.ts';
import { iterStructs } from './iter-struct.ts';

const btf = shippedBtf(
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../kernel/btf/${SHIPPED_KERNEL.asset}`, import.meta.url)))),
);

test('what programs see of an iterator, and what the kernel keeps in it', () => {
  const num = iterStructs(btf, btf.find('struct', 'bpf_iter_num'))!;
  expect(num.seen).toEqual({
    name: 'struct bpf_iter_num',
    size: 8,
    fields: [{ name: '__opaque', type: '__u64[1]', offset: 0, size: 8 }],
  });
  expect(num.inner).toEqual({
    name: 'struct bpf_iter_num_kern',
    size: 8,
    fields: [
      { name: 'cur', type: 'int', offset: 0, size: 4 },
      { name: 'end', type: 'int', offset: 4, size: 4 },
    ],
  });
});

test.each(['num', 'bits', 'task', 'task_vma', 'css', 'css_task', 'kmem_cache', 'dmabuf'])(
  'fields of bpf_iter_%s lie inside of it',
  (name) => {
    const structs = iterStructs(btf, btf.find('struct', `bpf_iter_${name}`));
    expect(structs).not.toBeNull();
    for (const one of [structs!.seen, structs!.inner])
      for (const { offset, size } of one?.fields ?? []) {
        expect(size).toBeGreaterThan(0);
        expect(offset + size).toBeLessThanOrEqual(one!.size);
      }
  },
);

test('no structure, no fields', () => {
  expect(iterStructs(null, 1)).toBeNull();
  expect(iterStructs(btf, btf.find('int', 'int'))).toBeNull();
});
