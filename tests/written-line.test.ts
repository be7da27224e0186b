import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadObject } from '../core/elf/load.ts';
import { shippedBtf, SHIPPED_KERNEL } from '../core/kernel/btf/shipped.ts';
import { ProgramText, TraceRecorder, TraceView } from '../core/trace/index.ts';
import type { WhyView } from '../core/trace/views/view.ts';
import { verify } from '../core/verifier/index.ts';
import { linux618 } from '../core/kernel/releases/linux-6.18.ts';

const read = (path: string): Buffer => readFileSync(fileURLToPath(new URL(path, import.meta.url)));
const kernel = linux618(shippedBtf(new Uint8Array(read(`../core/kernel/btf/${SHIPPED_KERNEL.asset}`))));

function whyOf(path: string, name: string, source: string | null): WhyView {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const object = loadObject(new Uint8Array(read(path)), { file, ...kernel.loading });
  const program = object.programs.find((one) => one.name === name)!;
  const recorder = new TraceRecorder(object.maps);
  const result = verify({ program, object, kernel }, { logLevel: 0, sink: recorder });
  const trace = recorder.finish(result, result.rejection ?? null);
  const sources = new Map(source === null ? [] : [[file.replace(/o$/, 'c'), source]]);
  return new TraceView(trace, new ProgramText(program, object, kernel, sources)).why()!;
}

test('the return that the author wrote is named, not only the closing brace', () => {
  const source = read('../samples/first_even.bpf.c').toString();
  expect(whyOf('../samples/first_even.bpf.o', 'first_even', source).wrote).toEqual({
    file: 'first_even.bpf.c',
    line: source.split('\n').findIndex((line) => line.includes('return *v;')) + 1,
    text: 'return *v;',
  });
  // Without the source nobody knows it.
  expect(whyOf('../samples/first_even.bpf.o', 'first_even', null).wrote).toBeNull();
});

test('a condition that did not hold leads to no return of its own', () => {
  const source = read('golden/remedies/trust.bpf.c').toString();
  const why = whyOf('golden/remedies/trust.bpf.o', 'still_disabled', source);
  expect(why.wrote?.text ?? 'return 0;').toBe('return 0;');
  expect(why.words[0]).toMatch(/when `hits` is not 0 /i);
});
