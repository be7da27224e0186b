import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Unsupported } from '../base/errors.ts';
import { parseTrimmedBtf } from '../btf/trimmed.ts';
import { loadObject } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { BpfProgram } from './object.ts';

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, import.meta.url)));
const bytes = read('./fixtures/globals/addresses.bpf.o');
const kernelBtf = parseTrimmedBtf(read('../kernel/btf/linux-6.18.bin'));
const load = (options: Partial<LoadOptions> = {}): ReturnType<typeof loadObject> =>
  loadObject(bytes, { file: 'addresses.bpf.o', kernelBtf, ...options });
const program = (name: string, options: Partial<LoadOptions>): BpfProgram =>
  load(options).programs.find((each) => each.name === name)!;

describe('kernel symbols without a type', () => {
  const address = 0xffff_ffff_8123_4560n;
  const symbols = (name: string): bigint => (name === 'bpf_link_fops' ? address : 0n);

  it('are addresses', () => {
    const { insns } = program('link', { symbols });
    expect(insns[0]).toMatchObject({ code: 0x18, src: 0, imm: 0x8123_4560 | 0 });
    expect(insns[1]).toMatchObject({ imm: -1 });
  });

  it('are 0 where the kernel has none and the program can do without', () => {
    const { insns, unsupported } = program('missing', { symbols });
    expect(unsupported).toBeUndefined();
    const at = insns.findIndex(({ code }) => code === 0x18);
    expect([insns[at]!.imm, insns[at + 1]!.imm]).toEqual([0, 0]);
  });

  it.each([
    ['link', { symbols: () => 0n }, 'kernel symbol bpf_link_fops, which this kernel does not have'],
    ['link', {}, /untyped kernel symbol bpf_link_fops/],
    [
      'missing',
      {
        symbols: (name: string): bigint => {
          throw new Unsupported(`the kernel symbol ${name}: nobody knows`);
        },
      },
      'the kernel symbol no_such_symbol: nobody knows',
    ],
  ])('%s with %j is named in what is said', (name, options, words) => {
    expect(program(name, options).unsupported).toMatch(words);
  });
});

describe('the configuration', () => {
  const config = (number: string, state = 'm', text = '"abc"'): ReadonlyMap<string, string> =>
    new Map([
      ['CONFIG_NUMBER', number],
      ['CONFIG_STATE', state],
      ['CONFIG_TEXT', text],
    ]);
  const contents = (kconfig: ReadonlyMap<string, string>): number[] => [
    ...load({ kconfig }).maps.find(({ name }) => name.endsWith('.kconfig'))!.initial!,
  ];

  it.each([
    [config('250'), [250, 0, 0, 0, 2, 0, 0, 0, 97, 98, 99, 0, 0, 0]],
    [config('0x10', 'y', '"a long text"'), [16, 0, 0, 0, 1, 0, 0, 0, 97, 32, 108, 111, 110, 0]],
    [new Map([['CONFIG_NUMBER', '1']]), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('%j', (kconfig, wanted) => {
    expect(contents(kconfig)).toEqual(wanted);
  });

  it.each([
    [config('y'), /CONFIG_NUMBER is 'y', which its type cannot hold/],
    [config('4294967296'), /CONFIG_NUMBER is too small for 4294967296/],
    [config('"x"'), /CONFIG_NUMBER is text, its type is not/],
    [config('1', '3'), /CONFIG_STATE is a tristate, its value is a number/],
    [config('1', 'm', 'y'), /CONFIG_TEXT is 'y', which its type cannot hold/],
    [config('1', 'm', '"'), /CONFIG_TEXT has a text without an end/],
    [new Map<string, string>(), /CONFIG_NUMBER is not set in the kernel's configuration/],
    [undefined, /CONFIG_NUMBER: the kernel's configuration is not known/],
  ])('%j is refused by name', (kconfig, words) => {
    expect(program('config', kconfig === undefined ? {} : { kconfig }).unsupported).toMatch(words);
    // Programs that do not use it can be loaded all the same.
    expect(program('missing', { symbols: () => 0n, ...(kconfig === undefined ? {} : { kconfig }) }).unsupported).toBe(
      undefined,
    );
  });
});
