import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unsupported } from '../../base/errors.ts';
import { assemble } from '../../isa/asm.ts';
import { num } from '../../kernel/catalogue/iterators/num.ts';
import { SimMachine } from '../../kernel/machine/sim-machine.ts';
import type { RunOptions, RunResult } from '../executor.ts';
import { executor } from '../fixture.ts';

const KFUNCS = [num.new, num.next, num.destroy];

function run(text: string, options: RunOptions = {}, machine = new SimMachine()): RunResult {
  const insns = assemble(text, {
    resolveCall: (name) => {
      const kfunc = KFUNCS.findIndex((k) => k.name === name);
      return kfunc < 0 ? undefined : { kfunc };
    },
  });
  const vm = executor(insns, machine, { callHelper: () => undefined, callKfunc: (id) => KFUNCS[id] });
  return vm.run(options);
}

const U64 = (1n << 64n) - 1n;
const u = (x: bigint): bigint => x & U64;
const s = (x: bigint): bigint => BigInt.asIntN(64, x);
const u32 = (x: bigint): bigint => x & 0xffff_ffffn;
const s32 = (x: bigint): bigint => BigInt.asIntN(32, x);
const edge = fc.constantFrom(0n, 1n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 1n << 32n, 1n << 63n, U64, U64 - 1n, 7n);
const any = fc.oneof(edge, fc.bigInt({ min: 0n, max: U64 }));

// Expected values from RFC 9669 section 4.1, in 64 and in 32 bits.
const ALU: [string, (a: bigint, b: bigint) => bigint, (a: bigint, b: bigint) => bigint][] = [
  ['+=', (a, b) => a + b, (a, b) => a + b],
  ['-=', (a, b) => a - b, (a, b) => a - b],
  ['*=', (a, b) => a * b, (a, b) => a * b],
  ['/=', (a, b) => (b === 0n ? 0n : a / b), (a, b) => (u32(b) === 0n ? 0n : u32(a) / u32(b))],
  ['s/=', (a, b) => (b === 0n ? 0n : s(a) / s(b)), (a, b) => (u32(b) === 0n ? 0n : s32(a) / s32(b))],
  ['|=', (a, b) => a | b, (a, b) => a | b],
  ['&=', (a, b) => a & b, (a, b) => a & b],
  ['<<=', (a, b) => a << (b & 63n), (a, b) => a << (b & 31n)],
  ['>>=', (a, b) => a >> (b & 63n), (a, b) => u32(a) >> (b & 31n)],
  ['%=', (a, b) => (b === 0n ? a : a % b), (a, b) => (u32(b) === 0n ? a : u32(a) % u32(b))],
  ['s%=', (a, b) => (b === 0n ? a : s(a) % s(b)), (a, b) => (u32(b) === 0n ? a : s32(a) % s32(b))],
  ['^=', (a, b) => a ^ b, (a, b) => a ^ b],
  ['=', (_a, b) => b, (_a, b) => b],
  ['s>>=', (a, b) => s(a) >> (b & 63n), (a, b) => s32(a) >> (b & 31n)],
];

describe.each(ALU)('arithmetic %s', (sign, wide, narrow) => {
  test('on registers and immediates, in both widths', () => {
    fc.assert(
      fc.property(any, any, fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }), (a, b, k) => {
        const load = `r0 = 0x${a.toString(16)}\nr1 = 0x${b.toString(16)}\n`;
        expect(run(`${load} r0 ${sign} r1\nexit`).retval).toBe(u(wide(a, b)));
        expect(run(`${load} w0 ${sign} w1\nexit`).retval).toBe(u32(narrow(a, b)));
        expect(run(`${load} r0 ${sign} ${k}\nexit`).retval).toBe(u(wide(a, u(BigInt(k)))));
        expect(run(`${load} w0 ${sign} ${k}\nexit`).retval).toBe(u32(narrow(a, BigInt(k))));
        expect(run(`${load} r0 ${sign} r0\nexit`).retval).toBe(u(wide(a, a)));
      }),
      { seed: 1, numRuns: 150 },
    );
  });
});

const JUMPS: [string, (a: bigint, b: bigint) => boolean][] = [
  ['==', (a, b) => a === b],
  ['!=', (a, b) => a !== b],
  ['>', (a, b) => a > b],
  ['>=', (a, b) => a >= b],
  ['<', (a, b) => a < b],
  ['<=', (a, b) => a <= b],
  ['&', (a, b) => (a & b) !== 0n],
];
const SIGNED_JUMPS: [string, (a: bigint, b: bigint) => boolean][] = [
  ['s>', (a, b) => a > b],
  ['s>=', (a, b) => a >= b],
  ['s<', (a, b) => a < b],
  ['s<=', (a, b) => a <= b],
];

describe.each([...JUMPS.map((j) => [...j, false] as const), ...SIGNED_JUMPS.map((j) => [...j, true] as const)])(
  'jump %s',
  (sign, holds, signed) => {
    test('on registers and immediates, in both widths', () => {
      const wide = signed ? s : u;
      const narrow = signed ? s32 : u32;
      fc.assert(
        fc.property(
          any,
          any,
          fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
          fc.boolean(),
          (a, other, k, same) => {
            const b = same ? a : other;
            const taken = (w: string, operand: string): bigint =>
              run(
                `r1 = 0x${a.toString(16)}\nr2 = 0x${b.toString(16)}\nw0 = 1\nif ${w}1 ${sign} ${operand} goto out\nw0 = 0\nout: exit`,
              ).retval;
            const imm = `0x${(k >>> 0).toString(16)}`;
            expect(taken('r', 'r2')).toBe(BigInt(holds(wide(a), wide(b))));
            expect(taken('w', 'w2')).toBe(BigInt(holds(narrow(a), narrow(b))));
            expect(taken('r', imm)).toBe(BigInt(holds(wide(a), wide(BigInt(k)))));
            expect(taken('w', imm)).toBe(BigInt(holds(narrow(a), narrow(BigInt(k)))));
          },
        ),
        { seed: 2, numRuns: 100 },
      );
    });
  },
);

const V = '0x8123456789abcdef';
test.each<[string, bigint]>([
  // Section 4.1: negation and sign extension.
  [`r0 = ${V}\nr0 = -r0\nexit`, u(-0x8123456789abcdefn)],
  ['r0 = 0\nr0 = -r0\nexit', 0n],
  ['r0 = 0x100000000\nr0 = -r0\nexit', u(-0x1_0000_0000n)],
  [`r0 = ${V}\nw0 = -w0\nexit`, u32(-0x89abcdefn)],
  [`r1 = ${V}\nr0 = (s8)r1\nexit`, u(-0x11n)],
  [`r1 = ${V}\nr0 = (s16)r1\nexit`, u(-0x3211n)],
  [`r1 = ${V}\nr0 = (s32)r1\nexit`, 0xffffffff89abcdefn],
  [`r1 = ${V}\nw0 = (s8)w1\nexit`, 0xffffffefn],
  [`r1 = ${V}\nw0 = (s16)w1\nexit`, 0xffffcdefn],
  // Division at the edge.
  ['r0 = 0x8000000000000000\nr0 s/= -1\nexit', 1n << 63n],
  ['r0 = 0x8000000000000000\nr0 s%= -1\nexit', 0n],
  ['w0 = -2147483648\nw0 s/= -1\nexit', 0x80000000n],
  ['w0 = -2147483648\nw0 s%= -1\nexit', 0n],
  // Section 4.2: byte order.
  [`r0 = ${V}\nr0 = le16 r0\nexit`, 0xcdefn],
  [`r0 = ${V}\nr0 = le32 r0\nexit`, 0x89abcdefn],
  [`r0 = ${V}\nr0 = le64 r0\nexit`, 0x8123456789abcdefn],
  [`r0 = ${V}\nr0 = be16 r0\nexit`, 0xefcdn],
  [`r0 = ${V}\nr0 = be32 r0\nexit`, 0xefcdab89n],
  [`r0 = ${V}\nr0 = be64 r0\nexit`, 0xefcdab8967452381n],
  [`r0 = ${V}\nr0 = bswap16 r0\nexit`, 0xefcdn],
  [`r0 = ${V}\nr0 = bswap32 r0\nexit`, 0xefcdab89n],
  [`r0 = ${V}\nr0 = bswap64 r0\nexit`, 0xefcdab8967452381n],
  // Section 4.3: jumps.
  ['r0 = 1\ngoto out\nr0 = 2\nout: exit', 1n],
  ['r0 = 1\ngotol out\nr0 = 2\nout: exit', 1n],
  // Section 5.2 and 5.4: loads and stores.
  ...[8, 16, 32, 64].flatMap((n): [string, bigint][] => [
    [
      `r1 = ${V}\n*(u64 *)(r10 -8) = 0\n*(u${n} *)(r10 -8) = r1\nr0 = *(u64 *)(r10 -8)\nexit`,
      BigInt.asUintN(n, BigInt(V)),
    ],
    [`r1 = ${V}\n*(u64 *)(r10 -8) = r1\nr0 = *(u${n} *)(r10 -8)\nexit`, BigInt.asUintN(n, BigInt(V))],
    [`*(u64 *)(r10 -8) = 0\n*(u${n} *)(r10 -8) = -2\nr0 = *(u64 *)(r10 -8)\nexit`, BigInt.asUintN(n, -2n)],
  ]),
  ...[8, 16, 32].map((n): [string, bigint] => [
    `r1 = ${V}\n*(u64 *)(r10 -8) = r1\nr0 = *(s${n} *)(r10 -8)\nexit`,
    u(BigInt.asIntN(n, BigInt(V))),
  ]),
  // Section 5.3: atomics on (r10 -8) = V with r1 = 0x1_00000011.
  ...(
    [
      ['+=', 'add', (a: bigint, b: bigint) => a + b],
      ['|=', 'or', (a: bigint, b: bigint) => a | b],
      ['&=', 'and', (a: bigint, b: bigint) => a & b],
      ['^=', 'xor', (a: bigint, b: bigint) => a ^ b],
    ] as const
  ).flatMap(([sign, name, f]): [string, bigint][] => {
    const set = `r1 = ${V}\n*(u64 *)(r10 -8) = r1\nr1 = 0x1fffffff1\n`;
    const v = BigInt(V);
    const k = 0x1fffffff1n;
    const half = (v & ~0xffff_ffffn) | u32(f(u32(v), u32(k)));
    return [
      [`${set}lock *(u64 *)(r10 -8) ${sign} r1\nr0 = *(u64 *)(r10 -8)\nexit`, u(f(v, k))],
      [`${set}lock *(u32 *)(r10 -8) ${sign} r1\nr0 = *(u64 *)(r10 -8)\nexit`, half],
      [`${set}r1 = atomic64_fetch_${name}((u64 *)(r10 -8), r1)\nr0 = r1\nexit`, v],
      [`${set}r1 = atomic_fetch_${name}((u32 *)(r10 -8), r1)\nr0 = r1\nexit`, u32(v)],
    ];
  }),
  [
    `*(u64 *)(r10 -8) = 5\nr1 = 7\nr1 = atomic64_xchg((u64 *)(r10 -8), r1)\nr0 = *(u64 *)(r10 -8)\nr0 <<= 8\nr0 |= r1\nexit`,
    0x705n,
  ],
  [
    `*(u64 *)(r10 -8) = 5\nr1 = 7\nr0 = 5\nr0 = atomic64_cmpxchg((u64 *)(r10 -8), r0, r1)\nr1 = *(u64 *)(r10 -8)\nr1 <<= 8\nr0 |= r1\nexit`,
    0x705n,
  ],
  [
    `*(u64 *)(r10 -8) = 5\nr1 = 7\nr0 = 6\nr0 = atomic64_cmpxchg((u64 *)(r10 -8), r0, r1)\nr1 = *(u64 *)(r10 -8)\nr1 <<= 8\nr0 |= r1\nexit`,
    0x505n,
  ],
  [
    `r2 = ${V}\n*(u64 *)(r10 -8) = r2\nr1 = 7\nr0 = r2\nr0 = atomic_cmpxchg((u32 *)(r10 -8), r0, r1)\nexit`,
    0x89abcdefn,
  ],
  ...[8, 16, 32, 64].flatMap((n): [string, bigint][] => [
    [
      `r1 = ${V}\n*(u64 *)(r10 -8) = 0\nstore_release((u${n} *)(r10 -8), r1)\nr0 = *(u64 *)(r10 -8)\nexit`,
      BigInt.asUintN(n, BigInt(V)),
    ],
    [
      `r1 = ${V}\n*(u64 *)(r10 -8) = r1\nr2 = r10\nr0 = load_acquire((u${n} *)(r2 -8))\nexit`,
      BigInt.asUintN(n, BigInt(V)),
    ],
  ]),
  // Section 4.3.2: local calls keep r6 to r9 and the frame pointer, and have a stack of their own.
  [
    `r6 = 1\n*(u64 *)(r10 -8) = 40\nr1 = 5\ncall f\nr1 = *(u64 *)(r10 -8)\nr0 += r1\nr0 += r6\nexit
     f: r6 = 100\n*(u64 *)(r10 -8) = r1\nr0 = *(u64 *)(r10 -8)\nexit`,
    46n,
  ],
  // A callee may write to its caller's frame.
  [`r1 = r10\ncall f\nr0 = *(u64 *)(r10 -16)\nexit\nf: *(u64 *)(r1 -16) = 9\nexit`, 9n],
])('%j gives %i', (text, want) => {
  expect(run(text)).toMatchObject({ retval: want });
});

test('may_goto gives up after 8388608 times', () => {
  expect(run('r0 = 0\nagain: may_goto out\nr0 += 1\ngoto again\nout: exit').retval).toBe(8_388_608n);
});

test('a number iterator sums its range', () => {
  const result = run(
    `
      r6 = 0
      r1 = r10
      r1 += -8
      w2 = 0
      w3 = 10
      call bpf_iter_num_new
    next:
      r1 = r10
      r1 += -8
      call bpf_iter_num_next
      if r0 == 0x0 goto out
      r1 = *(u32 *)(r0 +0)
      r6 += r1
      goto next
    out:
      r1 = r10
      r1 += -8
      call bpf_iter_num_destroy
      r0 = r6
      exit`,
  );
  expect(result).toEqual({ retval: 45n, insns: 6 + 10 * 7 + 4 + 5, printk: [] });
});

test.each([
  ['r0 = *(u64 *)(r10 +0)\nexit', 0, /^invalid read of 8 bytes at 0xffff8881/],
  ['*(u8 *)(r10 -513) = 1\nexit', 0, /^invalid write of 1 bytes at/],
  ['r1 = 0\nr0 = *(u32 *)(r1 +4)\nexit', 1, /^invalid read of 4 bytes at 0x0000000000000004/],
  ['r1 = 0\nr0 = *(u32 *)(r1 +0)\nexit', 1, /^invalid read of 4 bytes at NULL/],
  ['r1 = -1\nr0 = *(u32 *)(r1 -1)\nexit', 1, /^invalid read of 4 bytes at 0xfffffffffffffffe/],
  ['r0 = 0', 1, /^control left the program/],
  ['loop: goto loop', 0, /^stopped after 1000 instructions/],
  ['call f\nexit\nf: call f\nexit', 2, /^more than 8 nested calls/],
  ['call bpf_iter_num_new#77\nexit', 0, /^call of kfunc 77, which does not exist/],
])('%j faults at %i', (text, pc, reason) => {
  const { fault, insns } = run(text, { stepLimit: 1000 });
  expect(insns).toBe(run(text, { stepLimit: 1000, onStep: () => undefined }).insns);
  expect(fault?.pc).toBe(pc);
  expect(fault?.reason).toMatch(reason);
});

test('what is not modelled says so', () => {
  expect(() => run('call bpf_get_current_task\nexit')).toThrow(Unsupported);
  expect(() => run('r0 = *(u8 *)skb[3]\nexit')).toThrow('unsupported: running r0 = *(u8 *)skb[3] (instruction 0)');
});

test('the context is written to and handed back', () => {
  const { ctx, retval } = run('r0 = *(u32 *)(r1 +4)\n*(u8 *)(r1 +0) = 9\nexit', {
    ctx: Uint8Array.of(1, 0, 0, 0, 5, 0, 0, 0),
  });
  expect(retval).toBe(5n);
  expect(ctx).toEqual(Uint8Array.of(9, 0, 0, 0, 5, 0, 0, 0));
});

test('an observer sees every instruction before it runs', () => {
  const seen: [number, number][] = [];
  const result = run('r0 = 3\nagain: r0 += -1\nif r0 != 0x0 goto again\nexit', {
    onStep: (pc, regs) => seen.push([pc, regs[0] ?? 0]),
  });
  expect(seen).toEqual([
    [0, 0],
    [1, 3],
    [2, 2],
    [1, 2],
    [2, 1],
    [1, 1],
    [2, 0],
    [3, 0],
  ]);
  expect(result.insns).toBe(seen.length);
});

test('the same program runs alike with and without an observer, again and again', () => {
  const insns = assemble('r0 = 7\n*(u64 *)(r10 -8) = r0\nr0 *= 6\nexit');
  const vm = executor(insns, new SimMachine());
  const first = vm.run();
  expect(vm.run({ onStep: () => undefined })).toEqual(first);
  expect(vm.run()).toEqual(first);
});
