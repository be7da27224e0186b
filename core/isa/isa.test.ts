import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble, assembleWithLines } from './asm.ts';
import { decode, decodeRaw, encode } from './codec.ts';
import { disasmText, disassembleProgram, kernelText } from './disasm.ts';
import type { Insn } from './insn.ts';
import { LDDW } from './opcodes.ts';
import type { Form } from './table.ts';
import { ALL_FORMS } from './table.ts';
import { findEncodingFault } from './validate.ts';

const insn = (code: number, dst = 0, src = 0, off = 0, imm = 0): Insn => ({ code, dst, src, off, imm });

// Texts as Linux 6.18 prints them at log level 2.
const KERNEL: [Insn, string][] = [
  [insn(0xbf, 1, 2), '(bf) r1 = r2'],
  [insn(0xbc, 6, 1), '(bc) w6 = w1'],
  [insn(0x0c, 6, 1), '(0c) w6 += w1'],
  [insn(0xb7, 0, 0, 0, -5), '(b7) r0 = -5'],
  [insn(0xc7, 1, 0, 0, 3), '(c7) r1 s>>= 3'],
  [insn(0x3f, 1, 2, 1), '(3f) r1 s/= r2'],
  [insn(0x94, 1, 0, 1, 7), '(94) w1 s%= 7'],
  [insn(0xbf, 1, 2, 8), '(bf) r1 = (s8)r2'],
  [insn(0xbf, 1, 2, 32), '(bf) r1 = (s32)r2'],
  [insn(0xbc, 1, 2, 16), '(bc) w1 = (s16)w2'],
  [insn(0xbf, 1, 2, 1, 1), '(bf) r1 = addr_space_cast(r2, 0, 1)'],
  [insn(0x87, 3), '(87) r3 = -r3'],
  [insn(0xdc, 1, 0, 0, 16), '(dc) r1 = be16 r1'],
  [insn(0xd4, 1, 0, 0, 64), '(d4) r1 = le64 r1'],
  [insn(0xd7, 1, 0, 0, 32), '(d7) r1 = bswap32 r1'],
  [insn(0x61, 6, 0), '(61) r6 = *(u32 *)(r0 +0)'],
  [insn(0x91, 6, 1, -3), '(91) r6 = *(s8 *)(r1 -3)'],
  [insn(0x7b, 10, 1, -8), '(7b) *(u64 *)(r10 -8) = r1'],
  [insn(0x7a, 10, 0, -8, -1), '(7a) *(u64 *)(r10 -8) = -1'],
  [insn(0xdb, 1, 2), '(db) lock *(u64 *)(r1 +0) += r2'],
  [insn(0xc3, 1, 2, 4, 0xa0), '(c3) lock *(u32 *)(r1 +4) ^= r2'],
  [insn(0xdb, 1, 2, 0, 0x01), '(db) r2 = atomic64_fetch_add((u64 *)(r1 +0), r2)'],
  [insn(0xc3, 1, 2, 0, 0xf1), '(c3) r0 = atomic_cmpxchg((u32 *)(r1 +0), r0, r2)'],
  [insn(0xdb, 1, 2, 0, 0xe1), '(db) r2 = atomic64_xchg((u64 *)(r1 +0), r2)'],
  [insn(0xd3, 1, 2, 0, 0x100), '(d3) r1 = load_acquire((u8 *)(r2 +0))'],
  [insn(0xcb, 1, 2, -2, 0x110), '(cb) store_release((u16 *)(r1 -2), r2)'],
  [insn(0xdb, 1, 2, 0, 0x77), 'BUG_db'],
  [insn(0x15, 0, 0, 7, 0), '(15) if r0 == 0x0 goto pc+7'],
  [insn(0xa6, 1, 0, -7, -1), '(a6) if w1 < 0xffffffff goto pc-7'],
  [insn(0x6d, 1, 2, 1), '(6d) if r1 s> r2 goto pc+1'],
  [insn(0x45, 1, 0, 1, 8), '(45) if r1 & 0x8 goto pc+1'],
  [insn(0x05, 0, 0, -1), '(05) goto pc-1'],
  [insn(0x06, 0, 0, 0, 70000), '(06) gotol pc+70000'],
  [insn(0xe5, 0, 0, 3), '(e5) may_goto pc+3'],
  [insn(0x85, 0, 0, 0, 1), '(85) call bpf_map_lookup_elem#1'],
  [insn(0x85, 0, 0, 0, 9999), '(85) call unknown#9999'],
  [insn(0x85, 0, 1, 0, 5), '(85) call pc+5'],
  [insn(0x85, 0, 2, 0, 64245), '(85) call kernel-function#64245'],
  [insn(0x95), '(95) exit'],
  [insn(0x20, 0, 0, 0, 14), '(20) r0 = *(u32 *)skb[14]'],
  [insn(0x50, 0, 3, 0, 2), '(50) r0 = *(u8 *)skb[r3 + 2]'],
  [insn(0x18, 2, 4, 0, -1), '(18) r2 = 0xffffffff'],
];

test.each(KERNEL)('%j is printed as %s', (given, text) => {
  expect(kernelText(given, insn(0))).toBe(text);
});

test('names of kernel functions and addresses of maps come from the callbacks', () => {
  const callName = (): string => 'bpf_iter_num_next';
  expect(kernelText(insn(0x85, 0, 2, 0, 64245), undefined, { callName })).toBe('(85) call bpf_iter_num_next#64245');
  expect(disasmText(insn(0x18, 1, 1), insn(0), { imm64Ptr: () => 0xffff888100000000n })).toBe(
    'r1 = 0xffff888100000000',
  );
  expect(disasmText(insn(0x18, 1, 0, 0, -1), insn(0, 0, 0, 0, 0x12))).toBe('r1 = 0x12ffffffff');
});

const reg = fc.integer({ min: 0, max: 10 });
const s16 = fc.integer({ min: -0x8000, max: 0x7fff });
const s32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

/** Any instruction of a form, as one or two slots. */
function anyOf(form: Form): fc.Arbitrary<Insn[]> {
  const zero = fc.constant(0);
  const has = (field: 'src' | 'off' | 'imm'): fc.Arbitrary<number> | null =>
    form.select[field] !== undefined ? fc.constant(form.select[field]) : form.uses[field] ? null : zero;
  return fc
    .record({
      dst: form.uses.dst ? reg : zero,
      src: has('src') ?? reg,
      off: has('off') ?? s16,
      imm: has('imm') ?? s32,
      next: s32,
    })
    .map(({ next, ...fields }) => {
      const first = { code: form.code, ...fields };
      if (form.code !== LDDW) return [first];
      return [first, insn(0, 0, 0, 0, /next|imm64/.test(form.text) ? next : 0)];
    });
}
const program = fc
  .array(fc.constantFrom(...ALL_FORMS.filter((f) => f.valid)).chain(anyOf), { minLength: 1, maxLength: 20 })
  .map((p) => p.flat());

describe('laws', () => {
  test('decode inverts encode', () => {
    fc.assert(
      fc.property(program, (p) => {
        expect(decode(encode(p))).toEqual(p);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
  test('assemble inverts disassemble', () => {
    fc.assert(
      fc.property(program, (p) => {
        expect(assemble(disassembleProgram(p).join('\n'))).toEqual(p);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
  test('every form is reachable by its own text', () => {
    for (const form of ALL_FORMS.filter((f) => f.valid))
      fc.assert(
        fc.property(anyOf(form), (p) => {
          expect(assemble(disassembleProgram(p).join('\n'))).toEqual(p);
        }),
        { seed: 3, numRuns: 20 },
      );
  });
  test('encode inverts raw decoding of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (bytes) => {
        const whole = bytes.slice(0, bytes.length - (bytes.length % 8));
        expect(encode(decodeRaw(bytes))).toEqual(whole);
      }),
      { seed: 4 },
    );
  });
});

describe('assembler', () => {
  test("the text's own functions come before the kernel's", () => {
    const own = assemble('call f1\nexit\nf1: r0 = 0\nexit', { resolveCall: () => ({ kfunc: 9 }) });
    expect(own[0]).toMatchObject({ src: 1, imm: 1 });
    expect(assemble('call f2\nexit', { resolveCall: () => ({ kfunc: 9 }) })[0]).toMatchObject({ src: 2, imm: 9 });
  });

  test('takes listings, comments, labels and names', () => {
    const source = `
      0: (bf) r6 = r1   ; R1=ctx() R6_w=ctx()
      ; int i = 0; @ prog.c:3
      loop: r0 = 1      // first
      call bpf_iter_num_next
      if r0 == 0 goto out
      r1 = *(u64 *)(r10 - 8)
      goto loop
    out:
      call helper_fn
      exit
    helper_fn: w0 = 0x7
      r1 = 5 ll
      exit`;
    const { insns, labels } = assembleWithLines(source, {
      resolveCall: (n) => (n === 'bpf_iter_num_next' ? { kfunc: 9 } : undefined),
    });
    expect(insns).toEqual([
      insn(0xbf, 6, 1),
      insn(0xb7, 0, 0, 0, 1),
      insn(0x85, 0, 2, 0, 9),
      insn(0x15, 0, 0, 2, 0),
      insn(0x79, 1, 10, -8),
      insn(0x05, 0, 0, -5),
      insn(0x85, 0, 1, 0, 1),
      insn(0x95),
      insn(0xb4, 0, 0, 0, 7),
      insn(0x18, 1, 0, 0, 5),
      insn(0),
      insn(0x95),
    ]);
    expect(labels.get('out')).toBe(6);
  });

  test.each([
    ['r1 = r11', 'line 1: there is no register r11'],
    ['exit\nr1 ~= 3', 'line 2: unexpected "~= 3" in "r1 ~= 3"'],
    ['r1 += foo', 'line 1: no instruction reads "r1 += foo": what is foo?'],
    ['goto nowhere', 'line 1: there is no label nowhere'],
    ['a: a: exit', 'line 1: label a is defined twice'],
    ['r1 = 4294967296', 'line 1: 4294967296 does not fit a 32-bit immediate'],
    ['r1 = be16 r2', 'line 1: "r1 = be16 r2": both registers must be the same, r2 is not'],
    ['call bpf_map_lookup_elem#2', 'line 1: helper bpf_map_lookup_elem has number 1, not 2'],
    ['r1 = *(u64 *)(r10 -99999)', 'line 1: -99999 does not fit a 16-bit offset'],
  ])('%j: %s', (text, message) => {
    expect(() => assemble(text)).toThrow(message);
  });
});

describe('decoder and encoding rules', () => {
  test.each([
    [[1, 2, 3], 'offset 0: 3 bytes are no whole number of 8-byte instructions'],
    [[0xff, 0, 0, 0, 0, 0, 0, 0], 'offset 0 (instruction 0): no instruction has opcode 0xff'],
    [[0x18, 0, 0, 0, 0, 0, 0, 0], 'offset 0 (instruction 0): 64-bit immediate load without its second half'],
  ])('%j: %s', (bytes, message) => {
    expect(() => decode(Uint8Array.from(bytes))).toThrow(message);
  });

  test.each<[Insn[], string]>([
    [[insn(0xb7, 11)], 'there is no register r11'],
    [[insn(0xbf, 1, 12)], 'there is no register r12'],
    [[insn(0xb7, 1, 2)], 'reserved field src is 2, not zero'],
    [[insn(0xbf, 1, 2, 0, 5)], 'reserved field imm is 5, not zero'],
    [[insn(0xbf, 1, 2, 3)], 'reserved field off is 3, not zero'],
    [[insn(0xb7, 10)], 'the frame pointer r10 is read-only'],
    [[insn(0x05, 0, 0, 5), insn(0x95)], 'jump out of the program, to 6'],
    [[insn(0x05, 0, 0, 1), insn(0x18), insn(0)], 'jump into the middle of a 64-bit immediate load, to 2'],
    [[insn(0xdb, 1, 2, 0, 0x77)], 'opcode 0xdb knows no variant with src 2, off 0, imm 119'],
    [[insn(0x8e)], 'unknown opcode 0x8e'],
  ])('%j: %s', (p, reason) => {
    expect(findEncodingFault(p)?.reason).toBe(reason);
  });
});
